import type { ReplicaFiles, ReplicaPath, Stamp } from "../../ports/replica-files.ts";
import { sameBytes } from "../../ports/replica-files.ts";
import { localPath } from "../local-path.ts";
import type { Scope } from "../scope.ts";
import type { Trees } from "../trees.ts";

/** More of a `.ledgeignore` is not read, in bytes. */
const MAX_BYTES = 256 * 1024;

interface IgnoreFile {
  readonly path: ReplicaPath;
  readonly stamp: Stamp;
  readonly text: string;
}

/** The `.ledgeignore` files that the scope goes by, by the folder that they are in. */
export class IgnoreFiles {
  readonly #trees: Trees;
  readonly #scope: Scope;
  readonly #files = new Map<string, IgnoreFile>();
  /** Since when a folder's file is missing. */
  readonly #missing = new Map<string, number>();

  constructor(trees: Trees, scope: Scope) {
    this.#trees = trees;
    this.#scope = scope;
  }

  has(folder: string): boolean {
    return this.#files.has(folder);
  }

  isCurrent(folder: string, path: ReplicaPath, stamp: Stamp): boolean {
    const file = this.#files.get(folder);
    return file !== undefined && file.path === path && sameBytes(file.stamp, stamp);
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
      this.#files.set(folder, { path, ...file });
      if (this.#scope.setIgnoreFile(path, file.text)) isChanged = true;
    } else this.#files.delete(folder);
    return isChanged;
  }

  /** Follows the folders that were moved or went away since. */
  realign(): void {
    const moved = [...this.#files].filter(([folder, { path }]) => localPath(this.#trees, folder) !== path);
    if (moved.length === 0) return;
    for (const [, { path }] of moved) this.#scope.setIgnoreFile(path, null);
    for (const [folder, file] of moved) {
      const path = localPath(this.#trees, folder);
      if (path === null) this.#files.delete(folder);
      else {
        this.#files.set(folder, { ...file, path });
        this.#scope.setIgnoreFile(path, file.text);
      }
    }
    this.#trees.markAllDirty();
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
