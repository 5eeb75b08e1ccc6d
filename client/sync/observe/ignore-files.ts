import type { ReplicaFiles, ReplicaPath, Stamp } from "../../ports/replica-files.ts";
import { sameBytes } from "../../ports/replica-files.ts";
import { slotKey } from "../entry.ts";
import { localPath } from "../local-path.ts";
import type { Scope } from "../scope.ts";
import type { Trees } from "../trees.ts";

/** More of a `.ledgeignore` is not read, in bytes. */
const MAX_BYTES = 256 * 1024;

/** What was last gone by is kept under this, with the folder's id: the file may be missing for a moment at a start. */
const META_PREFIX = "ignore/";

interface IgnoreFile {
  readonly path: ReplicaPath;
  /** Null where it was not read since the start. */
  readonly stamp: Stamp | null;
  readonly text: string;
}

/** The `.ledgeignore` files that the scope goes by, by the folder that they are in. */
export class IgnoreFiles {
  readonly #trees: Trees;
  readonly #scope: Scope;
  readonly #files = new Map<string, IgnoreFile>();
  /** Since when a folder's file is missing. */
  readonly #missing = new Map<string, number>();
  #isRestored = false;

  constructor(trees: Trees, scope: Scope) {
    this.#trees = trees;
    this.#scope = scope;
  }

  has(folder: string): boolean {
    return this.#files.has(folder);
  }

  isCurrent(folder: string, path: ReplicaPath, stamp: Stamp): boolean {
    const file = this.#files.get(folder);
    return file?.stamp != null && file.path === path && sameBytes(file.stamp, stamp);
  }

  /** Whether the folder's file, which is missing now, has been for so long. */
  isMissingFor(folder: string, time: number, now: number): boolean {
    const since = this.#missing.get(folder) ?? now;
    this.#missing.set(folder, since);
    return now - since >= time;
  }

  isThere(folder: string): void {
    this.#missing.delete(folder);
  }

  /** Answers whether the rules changed. */
  set(folder: string, path: ReplicaPath, file: { stamp: Stamp; text: string } | null): boolean {
    const before = this.#files.get(folder);
    this.#missing.delete(folder);
    let isChanged = false;
    if (before && (before.path !== path || !file)) isChanged = this.#scope.setIgnoreFile(before.path, null);
    if (file) {
      this.#keep(folder, { path, ...file });
      if (this.#scope.setIgnoreFile(path, file.text)) isChanged = true;
    } else this.#drop(folder);
    return isChanged;
  }

  /** Follows the folders that were moved, got another id or went away since; the first time, goes by what was last gone by. */
  realign(): void {
    this.#restore();
    const moved = [...this.#files].filter(([folder, { path }]) => localPath(this.#trees, folder) !== path);
    if (moved.length === 0) return;
    this.#trees.transaction(() => {
      for (const [folder, { path }] of moved) {
        this.#scope.setIgnoreFile(path, null);
        this.#drop(folder);
      }
      for (const [folder, file] of moved) this.#follow(folder, file);
      for (const { path, text } of this.#files.values()) this.#scope.setIgnoreFile(path, text);
      this.#trees.markAllDirty();
    });
  }

  #follow(folder: string, file: IgnoreFile): void {
    const path = localPath(this.#trees, folder);
    if (path !== null) return this.#keep(folder, { ...file, path });
    // A folder that became one with the server's has that one's id.
    const successor = this.#folderAt(file.path);
    if (successor !== null && !this.#files.has(successor)) this.#keep(successor, file);
  }

  #folderAt(path: ReplicaPath): string | null {
    let at = this.#trees.rootId;
    for (const name of path === "" ? [] : path.split("/")) {
      const candidates = this.#trees.localAt(slotKey({ parent: at, name }));
      const folder = candidates.find(({ local }) => local?.type === "folder" && local.name === name);
      if (!folder) return null;
      at = folder.id;
    }
    return at;
  }

  #restore(): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    for (const [key, text] of this.#trees.metaUnder(META_PREFIX)) {
      const folder = key.slice(META_PREFIX.length);
      const path = localPath(this.#trees, folder);
      if (path === null) this.#drop(folder);
      else {
        this.#files.set(folder, { path, stamp: null, text });
        this.#scope.setIgnoreFile(path, text);
      }
    }
    if (this.#files.size > 0) this.#trees.markAllDirty();
  }

  #keep(folder: string, file: IgnoreFile): void {
    this.#files.set(folder, file);
    const key = META_PREFIX + folder;
    if (this.#trees.getMeta(key) !== file.text) this.#trees.setMeta(key, file.text);
  }

  #drop(folder: string): void {
    this.#files.delete(folder);
    if (this.#trees.getMeta(META_PREFIX + folder) !== undefined) this.#trees.setMeta(META_PREFIX + folder, null);
  }
}

/** Reads the file's text, and no more of it than rules may take. */
export async function readIgnoreFile(files: Pick<ReplicaFiles, "openRead">, path: ReplicaPath): Promise<string> {
  const handle = await files.openRead(path);
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(Math.min(size, MAX_BYTES));
    let length = 0;
    while (length < bytes.length) {
      const got = await handle.read(bytes.subarray(length), length);
      if (got === 0) break;
      length += got;
    }
    const text = new TextDecoder().decode(bytes.subarray(0, length));
    return size > MAX_BYTES ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
  } finally {
    await handle.close();
  }
}
