/** What a file or folder of the local file system is. Anything else (sockets, devices) is "other". */
export interface LocalStat {
  readonly type: "file" | "folder" | "symlink" | "other";
  readonly size: number;
  /** Whole milliseconds since 1970-01-01 UTC, rounded. */
  readonly mtime: number;
  /** Whether its owner may execute it; false where the system has no such bit. */
  readonly executable: boolean;
  /** Names the file whatever its path is: equal for two paths only when they are one file or folder. */
  readonly identity: string;
}

export interface LocalEntry {
  /** Null where the name is no valid Unicode and so cannot travel. */
  readonly name: string | null;
  readonly type: LocalStat["type"];
}

/** A file open for reading. Close it. */
export interface ReadHandle {
  stat(): Promise<LocalStat>;
  /** Reads at `position` into `buffer`, answers how many bytes; 0 only at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** A file open for reading and writing. Close it. */
export interface WriteHandle extends ReadHandle {
  /** Writes all of `bytes` at `position`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Sets what a finished file carries. */
  finish(state: { mtime: number; executable: boolean }): Promise<void>;
  /** Resolves when what was written outlives a loss of power. */
  sync(): Promise<void>;
}

/** A small file read whole, with what it was before and after. */
export interface WholeFile {
  readonly before: LocalStat;
  /** At most `before.size` bytes and one more: that one shows a file that grew. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly after: LocalStat;
}

/** The local file system, in the host's own path syntax. Every failure rejects with an `Error` that has a `code`. */
export interface FileSystem {
  /** Null where nothing is there. Follows a symlink only when asked. */
  stat(path: string, options?: { follow?: boolean }): Promise<LocalStat | null>;
  /** Entries sorted by name in code unit order, without `.` and `..`. */
  list(path: string): Promise<LocalEntry[]>;
  openRead(path: string): Promise<ReadHandle>;
  /** Reads a file of some MiB at most. */
  readWhole(path: string): Promise<WholeFile>;
  /** Opens for reading and writing without truncating, making the file where there is none. Never follows a symlink. */
  openWrite(path: string): Promise<WriteHandle>;
  makeFolder(path: string): Promise<void>;
  setFolderTime(path: string, mtime: number): Promise<void>;
  /** Replaces what is at `to` in one step. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  join(folder: string, name: string): string;
  /** Why this system cannot hold an entry of that name; null where it can. */
  nameProblem(name: string): string | null;
}
