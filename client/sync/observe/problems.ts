import type { ReplicaPath } from "../../ports/replica-files.ts";

/** What was left alone on the disk, and why: by path, and found again by the folder that it was seen in. */
export class Problems {
  readonly byPath = new Map<ReplicaPath, string>();
  readonly #byFolder = new Map<ReplicaPath, Set<ReplicaPath>>();

  set(folder: ReplicaPath, path: ReplicaPath, why: string): void {
    this.byPath.set(path, why);
    const paths = this.#byFolder.get(folder);
    if (paths) paths.add(path);
    else this.#byFolder.set(folder, new Set([path]));
  }

  remove(folder: ReplicaPath, path: ReplicaPath): void {
    if (!this.byPath.delete(path)) return;
    const paths = this.#byFolder.get(folder);
    paths?.delete(path);
    if (paths?.size === 0) this.#byFolder.delete(folder);
  }

  /** Forgets what was seen in the folder. */
  clearFolder(folder: ReplicaPath): void {
    for (const path of this.#byFolder.get(folder) ?? []) this.byPath.delete(path);
    this.#byFolder.delete(folder);
  }

  /** Forgets what was seen in the folder and below it. */
  clearBelow(folder: ReplicaPath): void {
    for (const each of this.#byFolder.keys())
      if (each === folder || each.startsWith(`${folder}/`)) this.clearFolder(each);
  }

  clear(): void {
    this.byPath.clear();
    this.#byFolder.clear();
  }
}
