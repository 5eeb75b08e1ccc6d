import type { ReplicaPath } from "./replica-files.ts";

/** So long the first path waits for others. */
const BATCH_MS = 5;

/** Gathers paths that come one by one, each once, and hands them on together. */
export class PathBatch {
  readonly #onPaths: (paths: readonly ReplicaPath[] | "all") => void;
  readonly #paths = new Set<ReplicaPath>();
  #isAll = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(onPaths: (paths: readonly ReplicaPath[] | "all") => void) {
    this.#onPaths = onPaths;
  }

  add(path: ReplicaPath): void {
    this.#paths.add(path);
    this.#start();
  }

  addAll(): void {
    this.#isAll = true;
    this.#start();
  }

  /** Hands on nothing any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #start(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#hand(), BATCH_MS);
  }

  #hand(): void {
    const paths = this.#isAll ? "all" : [...this.#paths];
    this.#timer = null;
    this.#isAll = false;
    this.#paths.clear();
    this.#onPaths(paths);
  }
}
