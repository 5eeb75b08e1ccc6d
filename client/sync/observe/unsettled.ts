import { isCoarse, sameBytes, type Stamp } from "../../ports/replica-files.ts";
import type { QuietTimes } from "./quiet-times.ts";

interface Unrest {
  readonly id: string | null;
  readonly stamp: Stamp;
  /** When the file was first seen with this stamp. */
  readonly since: number;
  /** How long the stamp must stand. */
  readonly wait: number;
  /** When to look again. */
  due: number;
  /** It was due, and no look has seen the file since. */
  isTaken: boolean;
}

/** Names of one folder. */
export interface NamesInFolder {
  readonly parent: string;
  readonly names: string[];
}

/** Files that changed a moment ago, by the folder they are in and their name: not taken in before they are quiet (Y17). */
export class Unsettled {
  readonly #times: QuietTimes;
  readonly #folders = new Map<string, Map<string, Unrest>>();
  readonly #ids = new Map<string, Unrest>();

  constructor(times: QuietTimes) {
    this.#times = times;
  }

  /** Whether it is a known entry's file that is waited for. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get nextDue(): number | null {
    let next: number | null = null;
    for (const folder of this.#folders.values())
      for (const { due } of folder.values()) if (next === null || due < next) next = due;
    return next;
  }

  /**
   * Whether the file with that stamp is quiet; otherwise it is remembered, and due again. `isScan` is true where nothing
   * told of a change: then a file that was written long ago is quiet.
   */
  settles(
    place: { parent: string; name: string },
    id: string | null,
    stamp: Stamp,
    isScan: boolean,
    now: number,
  ): boolean {
    const { parent, name } = place;
    if (this.isQuiet(parent, name, stamp, isScan, now)) {
      this.forget(parent, name);
      return true;
    }
    const before = this.#folders.get(parent)?.get(name);
    const stands = before !== undefined && sameBytes(before.stamp, stamp);
    const longer = !before ? this.#times.start : stands ? before.wait : Math.min(before.wait * 2, this.#times.longest);
    const wait = isCoarse(stamp) ? Math.max(longer, this.#times.coarse) : longer;
    const since = stands ? before.since : now;
    this.forget(parent, name);
    const unrest = { id, stamp, since, wait, due: since + wait, isTaken: false };
    const folder = this.#folders.get(parent);
    if (folder) folder.set(name, unrest);
    else this.#folders.set(parent, new Map([[name, unrest]]));
    if (id !== null) this.#ids.set(id, unrest);
    return false;
  }

  /** As `settles`, without remembering anything. */
  isQuiet(parent: string, name: string, stamp: Stamp, isScan: boolean, now: number): boolean {
    const before = this.#folders.get(parent)?.get(name);
    if (before) return sameBytes(before.stamp, stamp) && now - before.since >= before.wait;
    return isScan && Math.abs(now - stamp.mtime) > this.#times.recent;
  }

  forget(parent: string, name: string): void {
    const folder = this.#folders.get(parent);
    const unrest = folder?.get(name);
    if (!folder || !unrest) return;
    if (unrest.id !== null && this.#ids.get(unrest.id) === unrest) this.#ids.delete(unrest.id);
    folder.delete(name);
    if (folder.size === 0) this.#folders.delete(parent);
  }

  /** Forgets what is in a folder, but for the names given. */
  forgetFolder(parent: string, except: ReadonlySet<string | null>): void {
    for (const name of this.#folders.get(parent)?.keys() ?? []) if (!except.has(name)) this.forget(parent, name);
  }

  /** What is to be looked at again. It is not due again at once, whatever comes of the look. */
  takeDue(now: number): NamesInFolder[] {
    const due: NamesInFolder[] = [];
    for (const [parent, folder] of this.#folders) {
      const names: string[] = [];
      for (const [name, unrest] of folder) {
        if (unrest.due > now) continue;
        unrest.due = now + this.#times.longest;
        unrest.isTaken = true;
        names.push(name);
      }
      if (names.length > 0) due.push({ parent, names });
    }
    return due;
  }

  /** Forgets what was due and is over: the look that came of it saw no such file any more. */
  forgetUnseen(): void {
    for (const [parent, folder] of this.#folders)
      for (const [name, { isTaken }] of folder) if (isTaken) this.forget(parent, name);
  }
}
