import type { FileSystem } from "../client/ports/file-system.ts";

/** Counts files and bytes below paths in the background, for the progress line's sake; symlinks are not counted. */
export class LocalTotals {
  readonly #files: FileSystem;
  readonly #paths: readonly string[];
  readonly #signal: AbortSignal;
  #count = 0;
  #bytes = 0;
  #done = false;

  constructor(files: FileSystem, paths: readonly string[], signal: AbortSignal) {
    this.#files = files;
    this.#paths = paths;
    this.#signal = signal;
  }

  /** Null until all are counted. */
  get files(): number | null {
    return this.#done ? this.#count : null;
  }

  /** Null until all are counted. */
  get bytes(): number | null {
    return this.#done ? this.#bytes : null;
  }

  begin(): void {
    const counting = Promise.all(this.#paths.map((path) => this.#add(path, true)));
    // What cannot be read here is reported by the upload itself; the totals only inform.
    counting.then(
      () => (this.#done = true),
      () => undefined,
    );
  }

  async #add(path: string, follow: boolean): Promise<void> {
    const stat = await this.#files.stat(path, { follow });
    if (stat?.type === "file") {
      this.#count++;
      this.#bytes += stat.size;
    } else if (stat?.type === "folder") {
      for (const { name } of await this.#files.list(path)) {
        if (this.#signal.aborted) return;
        if (name !== null) await this.#add(this.#files.join(path, name), false);
      }
    }
  }
}
