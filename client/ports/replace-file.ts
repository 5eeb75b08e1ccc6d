import { linkSync, lstatSync, readdirSync, renameSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileError, isCode } from "./file-error.ts";
import { isExpected, stampAt } from "./node-stamp.ts";
import { ReplicaChanged, sameBytes, sameFile, type Stamp } from "./replica-files.ts";

/** What systems and file systems say that have no hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK"];

/** Gives a file another name, over nothing: `EEXIST` where something is. Killed, it may have both names. */
export function renameOverNothing(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!isCode(error, ...NO_LINKS)) throw error;
    if (lstatSync(to, { throwIfNoEntry: false })) throw fileError("EEXIST", "something is there", to);
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

const REPLACED = "replaced-";
/** So long somebody who has a replaced file open may still write to it. */
const LATE_MS = 2_000;
let replacements = 0;

/** Whether a name in the stage is that of a file that was replaced. */
export function isReplaced(name: string): boolean {
  return name.startsWith(REPLACED);
}

/**
 * Puts files in the place of others. What is replaced keeps a second name in `stage` for some seconds, until it is seen
 * that nobody who had it open wrote to it; what somebody did write is kept beside the new file under a conflict name.
 */
export class ReplacedFiles {
  readonly #root: string;
  readonly #stage: string;
  readonly #device: bigint;
  readonly #now: () => number;

  constructor(root: string, stage: string, device: bigint, now: () => number) {
    this.#root = root;
    this.#stage = stage;
    this.#device = device;
    this.#now = now;
  }

  /** Puts the file `from` in the place of `to`, in one step to whoever looks, where `to` is still what is expected. */
  replace(from: string, to: string, expected: Stamp): void {
    if (!isExpected(stampAt(to, this.#device), expected)) throw new ReplicaChanged(`${to} is not what it was`);
    const name = asideName(expected, basename(to));
    const aside = join(this.#stage, name);
    try {
      linkSync(to, aside);
    } catch (error) {
      if (!isCode(error, ...NO_LINKS)) throw error;
      renameSync(from, to);
      return;
    }
    const linked = stampAt(aside, this.#device);
    const found = stampAt(to, this.#device);
    if (!linked || !found || !sameFile(linked, expected) || !sameBytes(found, linked)) {
      unlinkSync(aside);
      throw new ReplicaChanged(`${to} is not what it was`);
    }
    try {
      renameSync(from, to);
    } catch (error) {
      unlinkSync(aside);
      throw error;
    }
    // What is not looked at in time, because the process ends, is by the next run.
    setTimeout(() => this.#settleLate(name, dirname(to)), LATE_MS).unref();
  }

  #settleLate(name: string, folder: string): void {
    try {
      this.#settle(name, folder);
    } catch {
      try {
        this.#settle(name, this.#root);
      } catch {
        // The replica is out of reach: it is looked at when it is opened again.
      }
    }
  }

  /**
   * Looks at all that was replaced: what nobody wrote to is removed, other files come into the root under a conflict name.
   * For what a killed run left. Answers the names that those got.
   */
  recover(): string[] {
    const names = readdirSync(this.#stage).filter(isReplaced);
    return names.map((name) => this.#settle(name, this.#root)).filter((name) => name !== null);
  }

  /** The conflict name that the file got in the folder; null where it was not needed, or is gone. */
  #settle(name: string, folder: string): string | null {
    const [, size, modified, ownName = name] = /^replaced-[\d.]+-(\d+)-(-?\d+)-(.+)$/s.exec(name) ?? [];
    const aside = join(this.#stage, name);
    const stats = lstatSync(aside, { bigint: true, throwIfNoEntry: false });
    if (!stats) return null;
    // With another name left it is not lost: it was not replaced after all, or is linked elsewhere.
    if (stats.nlink === 1n && (String(stats.size) !== size || String(stats.mtimeNs) !== modified))
      return keepBeside(aside, folder, ownName, this.#now());
    unlinkSync(aside);
    return null;
  }
}

/** Size, time and name of the file are in the name of its link, so that it can be told later what became of it. */
function asideName(expected: Stamp, name: string): string {
  const head = `${REPLACED}${process.pid}.${replacements++}-${expected.size}-${expected.modified}-`;
  return head + fitted("", name, 255 - head.length);
}

/** Moves a file into a folder as `stem (conflict DATE).ext`, over nothing. */
function keepBeside(aside: string, folder: string, name: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  for (let n = 1; ; n++) {
    const candidate = fitted(` (conflict ${day}${n === 1 ? "" : ` ${n}`})`, name, 255);
    try {
      renameOverNothing(aside, join(folder, candidate));
      return candidate;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
  }
}

/** The name with `mark` before its extension, with as much of the stem as fits in so many bytes. */
function fitted(mark: string, name: string, bytes: number): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 32 ? name.slice(dot) : "";
  const stem = Array.from(name.slice(0, name.length - extension.length));
  while (stem.length > 1 && Buffer.byteLength(stem.join("") + mark + extension) > bytes) stem.pop();
  return stem.join("") + mark + extension;
}
