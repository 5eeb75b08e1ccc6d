import type { OperationInput, OperationResult } from "../../protocol/tree.ts";
import type { Api } from "../api.ts";

/** One operation to come. `operation` is asked for when its turn comes: ids of folders may be known better by then. */
export interface QueuedOperation {
  readonly operation: () => OperationInput;
  /** Chunks it lists: what makes a commit's body large. */
  readonly chunks: number;
  /** File bytes that it makes visible. */
  readonly bytes: number;
  readonly settle: (result: OperationResult) => void;
}

export interface CommitLimits {
  readonly commitOperations: number;
}

/** About 90 bytes of JSON a chunk: well under the largest JSON body. */
const COMMIT_CHUNKS = 30_000;
/** Interrupted work is visible up to the last commit, so large trees are committed on the way. */
const COMMIT_BYTES = 512 * 1024 * 1024;
const BATCHES_WAITING = 2;

/**
 * Commits operations in the order they were pushed, in as few requests as the limits allow. A batch goes out only after
 * `ready`, called when the batch is closed, has resolved: then the server holds every chunk it names (invariant 2).
 */
export class CommitQueue {
  readonly #api: Api;
  readonly #limits: CommitLimits;
  readonly #ready: () => Promise<void>;
  readonly #signal: AbortSignal | undefined;
  #batch: QueuedOperation[] = [];
  #chunks = 0;
  #bytes = 0;
  readonly #waiting: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(api: Api, limits: CommitLimits, ready: () => Promise<void>, signal?: AbortSignal) {
    this.#api = api;
    this.#limits = limits;
    this.#ready = ready;
    this.#signal = signal;
  }

  async push(queued: QueuedOperation): Promise<void> {
    if (this.#batch.length > 0 && this.#chunks + queued.chunks > COMMIT_CHUNKS) await this.#close();
    this.#batch.push(queued);
    this.#chunks += queued.chunks;
    this.#bytes += queued.bytes;
    if (this.#batch.length >= this.#limits.commitOperations || this.#bytes >= COMMIT_BYTES) await this.#close();
  }

  /** Resolves when everything pushed was committed; rejects when a commit as a whole failed. */
  async flush(): Promise<void> {
    await this.#close();
    await this.#last;
  }

  async #close(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#chunks = 0;
    this.#bytes = 0;
    const ready = this.#ready();
    // Awaited in its turn below; a failure before that is not unhandled.
    ready.catch(() => undefined);
    this.#last = this.#last.then(() => ready).then(() => this.#commit(batch));
    this.#last.catch(() => undefined);
    this.#waiting.push(this.#last);
    if (this.#waiting.length > BATCHES_WAITING) await this.#waiting.shift();
  }

  async #commit(batch: readonly QueuedOperation[]): Promise<void> {
    const operations = batch.map(({ operation }) => operation());
    const { results } = await this.#api.commit(operations, { signal: this.#signal });
    batch.forEach((queued, i) => {
      const result = results[i];
      queued.settle(
        result ?? { ok: false, code: "internal", detail: "the server answered fewer results than operations" },
      );
    });
  }
}
