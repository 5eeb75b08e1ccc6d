import type { ReadHandle, WriteHandle } from "./file-system.ts";

/** A path inside the replica's root: names joined by `/`, `""` for the root itself. */
export type ReplicaPath = string;

/** What the file system tells of a file or folder without reading it. */
export interface Stamp {
  /** Sockets, devices, symlinks and mount points are "other". */
  readonly type: "file" | "folder" | "other";
  readonly size: number;
  /** Whole milliseconds since 1970-01-01 UTC. */
  readonly mtime: number;
  /** Null where the file system has no such bit. */
  readonly executable: boolean | null;
  /** Names the file wherever it is moved: never that of two files that were there at the same time, and not used again soon. */
  readonly identity: string;
  /** The time of the last write, as finely as the file system tells it; compared, never reckoned with. */
  readonly modified: string;
  /** The time of the last change of bytes, attributes or name, likewise. */
  readonly changed: string;
}

/** True where the bytes behind two stamps are the same as far as the file system tells. */
export function sameBytes(a: Stamp, b: Stamp): boolean {
  return a.changed === b.changed && sameFile(a, b);
}

/** As `sameBytes`, but across a rename, which changes the `changed` of a file on many systems. */
export function sameFile(a: Stamp, b: Stamp): boolean {
  return a.type === b.type && a.identity === b.identity && a.size === b.size && a.modified === b.modified;
}

/**
 * Whether the system, whose times are in nanoseconds, seems to tell whole seconds only, or every other: then two writes
 * may leave the same stamp.
 */
export function isCoarse({ changed }: Stamp): boolean {
  return /\d0{9}$/.test(changed);
}

export interface ListedEntry {
  /** Null where the name is no valid Unicode and so cannot travel. */
  readonly name: string | null;
  /** Null where it went away or may not be looked at. */
  readonly stamp: Stamp | null;
}

/** What is at a path is not what the caller expected: nothing was done. */
export class ReplicaChanged extends Error {
  override readonly name = "ReplicaChanged";
}

/**
 * The folder that is kept in sync, and `.ledge` in it with its own places: `partial` for files that are being fetched,
 * `trash` for what remote deletions removed, `stage` for what must be out of the way for a moment. Each call is one
 * step: killed at any instant it was either done or not, but for what its comment says. Failures reject with an `Error`
 * whose `code` is the system's (`ENOENT`, `EEXIST`, `ENOTEMPTY`, `EACCES`, `ENOSPC`, …), or with `ReplicaChanged`.
 *
 * A path may begin with `.ledge/stage`: then it names what was staged. Any other in `.ledge`, and one that is no path
 * inside the root (`..`, an empty name), is `EINVAL`; one that leads through a symlink, `ENOTDIR`.
 *
 * An expected stamp is that of `sameBytes` for files; folders are known by their identity, whatever happens in them.
 */
export interface ReplicaFiles {
  /** Whether the root is there and is the folder that was linked: `.ledge` carries this replica's id. */
  isLinked(): Promise<boolean>;
  /** Entries of a folder with their stamps, sorted by name in code unit order; of the root without `.ledge`. */
  list(path: ReplicaPath): Promise<ListedEntry[]>;
  /** Null where nothing is there. Never follows a symlink. On a case-insensitive system another spelling answers too. */
  stat(path: ReplicaPath): Promise<Stamp | null>;
  openRead(path: ReplicaPath): Promise<ReadHandle>;
  /** Makes a folder whose parent is there; `EEXIST` where something is. */
  makeFolder(path: ReplicaPath): Promise<Stamp>;
  /** Opens a partial file by its name, making it where there is none. */
  openPartial(name: string): Promise<WriteHandle>;
  /**
   * Puts a finished partial file, synced to disk before, to `to`. With `expected` null nothing may be there, else what is
   * there must still have that stamp and is replaced; otherwise `ReplicaChanged`. What somebody who has the replaced file
   * open writes to it in the next seconds is not lost: it is found again under `conflict` beside it. Killed, the partial file may remain.
   */
  place(name: string, to: ReplicaPath, expected: Stamp | null): Promise<Stamp>;
  removePartial(name: string): Promise<void>;
  /** Names of all partial files. */
  listPartials(): Promise<string[]>;
  /** Renames; `expected` is what must be at `from`. Something else at `to` is `EEXIST`; the same file under another spelling is not. */
  move(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp>;
  /** Copies a file's bytes to a new path, synced to disk; `EEXIST` where something is there. Killed, a partial file may remain. */
  copy(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp>;
  /** Moves a file or folder, whatever is in it, into the local trash, kept there for some weeks. */
  trash(path: ReplicaPath, expected: Stamp): Promise<void>;
  /** Removes an empty folder; `ENOTEMPTY` where it is not. */
  removeFolder(path: ReplicaPath): Promise<void>;
  /** Sets the executable bit, where there is one. */
  setExecutable(path: ReplicaPath, executable: boolean, expected: Stamp): Promise<Stamp>;
  /** Why this system cannot hold an entry of that name; null where it can. */
  nameProblem(name: string): string | null;
  /** Bytes that can still be written. */
  freeBytes(): Promise<number>;
}
