import type { OperationInput, OperationResult } from "../../protocol/tree.ts";
import type { SpaceApi } from "../space-api.ts";
import type { OpenUploads } from "./open-uploads.ts";

/** One operation to come. `operation` is asked for when its turn comes: ids of folders may be known better by then. */
export interface QueuedOperation {
  readonly operation: () => OperationInput;
  /** Chunks it lists: what makes a commit's body large. */
  readonly chunks: number;
  /** File bytes that it makes visible. */
  readonly bytes: number;
  readonly settle: (result: OperationResult) => void;
}

export interface CommitQueueOptions {
  readonly api: SpaceApi;
  readonly limits: { readonly commitOperations: number };
  /** Those that are through are closed by the way. */
  readonly uploads: OpenUploads;
  /** Called when a batch is closed; the batch goes out once it has resolved. */
  readonly ready: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** About 90 bytes of JSON a chunk: well under the largest JSON body. */
const COMMIT_CHUNKS = 30_000;
/** Interrupted work is visible up to the last commit, so large trees are committed on the way. */
const COMMIT_BYTES = 512 * 1024 * 1024;
const BATCHES_WAITING = 2;

/**
 * Commits operations in the order they were pushed, in as few requests as the limits allow. A batch goes out only after
 * `ready` has resolved: then the server holds every chunk it names (invariant 2).
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #batch: QueuedOperation[] = [];
  #chunks = 0;
  #bytes = 0;
  readonly #waiting: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  async push(queued: QueuedOperation): Promise<void> {
    if (this.#batch.length > 0 && this.#chunks + queued.chunks > COMMIT_CHUNKS) await this.#close();
    this.#batch.push(queued);
    this.#chunks += queued.chunks;
    this.#bytes += queued.bytes;
    if (this.#batch.length >= this.#options.limits.commitOperations || this.#bytes >= COMMIT_BYTES) await this.#close();
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
    const ready = this.#options.ready();
    // Awaited in its turn below; a failure before that is not unhandled.
    ready.catch(() => undefined);
    this.#last = this.#last.then(() => ready).then(() => this.#commit(batch));
    this.#last.catch(() => undefined);
    this.#waiting.push(this.#last);
    if (this.#waiting.length > BATCHES_WAITING) await this.#waiting.shift();
  }

  async #commit(batch: readonly QueuedOperation[]): Promise<void> {
    const operations = batch.map(({ operation }) => operation());
    const { api, uploads, signal } = this.#options;
    const { results } = await uploads.inCommit((closeUploads) => api.commit(operations, { closeUploads, signal }));
    batch.forEach((queued, i) => {
      const result = results[i];
      queued.settle(
        result ?? { ok: false, code: "internal", detail: "the server answered fewer results than operations" },
      );
    });
  }
}
