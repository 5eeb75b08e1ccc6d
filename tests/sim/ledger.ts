import type { SimDisk } from "./disk.ts";
import type { SimServer } from "./sim-server.ts";
import { tokensOf } from "./tokens.ts";
import { isIgnorable } from "./user.ts";

/**
 * What users wrote and nobody who saw it took away: it must be there at the end (I1, I8). Each piece that is written
 * carries a token of its own, so a text that was merged counts as well as a file that was kept.
 */
export class Ledger {
  /** Must be live on every replica: no user removed it from where that user saw it. */
  readonly #live = new Map<string, string>();
  /** Must be somewhere: live, in a version, in a trash. */
  readonly #kept = new Map<string, string>();
  readonly #ignorable = new Set<string>();
  /** On which disks a user put it from one file into another. */
  readonly #exchanged = new Map<string, Set<SimDisk>>();
  readonly #disks: readonly SimDisk[];
  readonly #server: SimServer;
  readonly #hasIgnoreRules: boolean;

  constructor(disks: readonly SimDisk[], server: SimServer, hasIgnoreRules: boolean) {
    this.#disks = disks;
    this.#server = server;
    this.#hasIgnoreRules = hasIgnoreRules;
  }

  /**
   * A user does something on a disk: what is gone then they took away, what is new they wrote.
   *
   * @param isExchange - Whether it puts what files hold into other files. Two users who do so with the same bytes remove
   *   them from each other's files, each rightly: then they must be somewhere, no more.
   */
  byUser(disk: SimDisk, what: string, isExchange: boolean, work: () => void): void {
    if (disk.isUnmounted) {
      work();
      return;
    }
    const before = this.#onDisk(disk);
    const places = isExchange ? this.#placesOn(disk) : null;
    work();
    const after = this.#onDisk(disk);
    if (places) this.#noteExchange(disk, places);
    const removed = fewer(before, after);
    if (removed.length > 0) {
      const acknowledged = this.#inVersions();
      for (const token of removed) {
        this.#live.delete(token);
        // What never left the device was its user's alone to remove; also one of two copies, of which the client made one.
        if (!acknowledged.has(token)) this.#kept.delete(token);
      }
    }
    for (const token of after.keys()) if (!before.has(token)) this.#owe(token, what);
  }

  /** Somebody does something on the server. */
  onServer(work: () => void): void {
    const [live, versions] = [this.#onServer(), this.#inVersions()];
    work();
    const [liveAfter, versionsAfter] = [this.#onServer(), this.#inVersions()];
    for (const token of fewer(live, liveAfter)) this.#live.delete(token);
    const elsewhere = versionsAfter.size < versions.size ? this.#onAnyDisk() : versionsAfter;
    // Purged because a user asked for it.
    for (const token of versions) if (!versionsAfter.has(token) && !elsewhere.has(token)) this.#kept.delete(token);
  }

  /** The server forgets: what no device has is nobody's to bring back. */
  onRollback(work: () => void): void {
    work();
    const onDisks = this.#onAnyDisk();
    const visible = new Set(this.#onServer().keys());
    for (const disk of this.#disks) for (const token of this.#onDisk(disk).keys()) visible.add(token);
    const versions = this.#inVersions();
    // What its user overwrote was in an older version only; a device that still has that may go on.
    for (const token of this.#kept.keys())
      if (!versions.has(token) && !(onDisks.has(token) && this.#live.has(token))) this.#kept.delete(token);
    for (const token of this.#live.keys()) if (!visible.has(token)) this.#live.delete(token);
  }

  /** What is missing, as sentences. */
  problems(): string[] {
    const problems: string[] = [];
    const live = new Set(this.#onServer().keys());
    const anywhere = this.#onAnyDisk();
    for (const token of [...live, ...this.#inVersions()]) anywhere.add(token);
    for (const disk of this.#disks) for (const token of this.#onDisk(disk).keys()) live.add(token);
    for (const [token, what] of this.#kept)
      if (!anywhere.has(token)) problems.push(`${token} (${what}) is lost: it is nowhere`);
    for (const [token, what] of this.#live) {
      if (live.has(token) || !anywhere.has(token)) continue;
      if (this.#hasIgnoreRules && this.#ignorable.has(token)) continue;
      problems.push(`${token} (${what}) was removed though nobody who saw it removed it`);
    }
    return problems;
  }

  #noteExchange(disk: SimDisk, before: ReadonlyMap<string, string>): void {
    for (const [token, places] of this.#placesOn(disk)) {
      if (before.get(token) === places) continue;
      const disks = this.#exchanged.get(token) ?? new Set();
      this.#exchanged.set(token, disks.add(disk));
      if (disks.size > 1) this.#live.delete(token);
    }
  }

  #placesOn(disk: SimDisk): Map<string, string> {
    const places = new Map<string, string>();
    for (const path of disk.paths())
      for (const token of tokensOf(disk.find(path)?.bytes ?? new Uint8Array()))
        places.set(token, `${places.get(token) ?? ""}\0${path}`);
    return places;
  }

  #owe(token: string, what: string): void {
    if (this.#live.has(token) || this.#kept.has(token)) return;
    this.#live.set(token, what);
    this.#kept.set(token, what);
  }

  /** How often each is there. */
  #onDisk(disk: SimDisk): Map<string, number> {
    const tokens = new Map<string, number>();
    for (const path of disk.paths()) {
      const ignorable = this.#hasIgnoreRules && isIgnorable(path);
      for (const token of tokensOf(disk.find(path)?.bytes ?? new Uint8Array())) {
        tokens.set(token, (tokens.get(token) ?? 0) + 1);
        if (ignorable) this.#ignorable.add(token);
      }
    }
    return tokens;
  }

  /** With the client's own places: the local trash above all. */
  #onAnyDisk(): Set<string> {
    const tokens = new Set<string>();
    for (const disk of this.#disks) {
      const own = disk.root.children.get(disk.key(".ledge"))?.inode;
      const walk = (folder: typeof disk.root): void => {
        for (const { name, inode } of folder.children.values()) {
          // What is still being fetched is nobody's yet.
          if (folder === own && name === "partial") continue;
          for (const token of tokensOf(inode.bytes)) tokens.add(token);
          walk(inode);
        }
      };
      walk(disk.root);
    }
    return tokens;
  }

  #onServer(): Map<string, number> {
    const tokens = new Map<string, number>();
    for (const { content } of this.#server.space.tree().values())
      for (const token of content === null ? [] : this.#tokensOf(content))
        tokens.set(token, (tokens.get(token) ?? 0) + 1);
    return tokens;
  }

  #inVersions(): Set<string> {
    const tokens = new Set<string>();
    for (const content of this.#server.heldContents()) for (const token of this.#tokensOf(content)) tokens.add(token);
    return tokens;
  }

  readonly #known = new Map<string, readonly string[]>();

  #tokensOf(content: string): readonly string[] {
    let tokens = this.#known.get(content);
    if (!tokens) {
      tokens = tokensOf(this.#server.space.bytesOf(content));
      this.#known.set(content, tokens);
    }
    return tokens;
  }
}

/** What there is less of: somebody removed it, or one of several copies, and may have meant all. */
function fewer(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...before].filter(([token, count]) => (after.get(token) ?? 0) < count).map(([token]) => token);
}
