import type { Clock } from "../../../../client/ports/clock.ts";
import type { OpenUploads } from "../../../../client/upload/open-uploads.ts";
import type { Node, OperationInput, OperationResult } from "../../../../protocol/tree.ts";
import { TargetFolders } from "./target-folders.ts";
import type { UploadApi } from "./upload-api.ts";

/** An operation to come, and the folder that it needs. */
export interface Wish {
  readonly top: string;
  readonly path: readonly string[];
  /** Null: the folder alone. Otherwise the operation, with the id of the folder. */
  readonly operation: ((parent: string) => OperationInput) | null;
  /** What makes a commit's body large. */
  readonly chunks: number;
}

export interface CommitterOptions {
  readonly api: UploadApi;
  readonly limits: { readonly commitOperations: number };
  readonly uploads: OpenUploads;
  readonly clock: Clock;
  /** Whether more is about to come: then a commit waits a little for it. */
  readonly isMoreToCome: () => boolean;
  readonly onNodes: (nodes: readonly Node[]) => void;
}

interface Waiting extends Wish {
  readonly resolve: (result: OperationResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds that a commit waits for more to go with it. */
const LINGER = 150;
/** About 90 bytes of JSON a chunk: well under the largest JSON body. */
const COMMIT_CHUNKS = 30_000;

const NO_ANSWER: OperationResult = { ok: false, code: "internal", detail: "the server answered fewer results" };

/** Commits what uploads wish, many in one request, with the folders that they need. One commit is under way at a time. */
export class Committer {
  readonly folders = new TargetFolders();
  readonly #options: CommitterOptions;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** The operation's outcome, or that of the folder; rejects where the commit as a whole failed. */
  commit(wish: Wish): Promise<OperationResult> {
    const { promise, resolve, reject } = Promise.withResolvers<OperationResult>();
    this.#waiting.push({ ...wish, resolve, reject });
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Those that become ready in the same turn go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const isFull = this.#waiting.length >= this.#options.limits.commitOperations / 2;
      if (!isFull && this.#options.isMoreToCome()) await this.#options.clock.sleep(LINGER);
      await this.#commit();
    }
    this.#isRunning = false;
  }

  /** Never rejects. */
  async #commit(): Promise<void> {
    const { batch, making, rest } = this.#next();
    this.#waiting = rest;
    const { api, uploads, onNodes } = this.#options;
    const wishes = batch.filter(({ operation }) => operation !== null);
    const operations = [
      ...making.map((folder) => this.folders.making(folder)),
      ...wishes.map(({ operation, top, path }) => operation?.(this.folders.id(top, path))),
    ].filter((operation) => operation !== undefined);
    try {
      const results =
        operations.length === 0
          ? []
          : (await uploads.inCommit((closeUploads) => api.commit(operations, { closeUploads }))).results;
      making.forEach((folder, i) => this.folders.settle(folder, results[i] ?? NO_ANSWER));
      onNodes(results.flatMap((result) => (result.ok ? [result.node] : [])));
      const outcomes = results.slice(making.length).values();
      for (const each of batch) each.resolve(this.#outcome(each, outcomes));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #outcome({ top, path, operation }: Wish, outcomes: Iterator<OperationResult>): OperationResult {
    const own: OperationResult = operation ? (outcomes.next().value ?? NO_ANSWER) : this.#folder(top, path);
    return own.ok ? own : (this.folders.failure(top, path) ?? own);
  }

  #folder(top: string, path: readonly string[]): OperationResult {
    const node = this.folders.node(top, path);
    return node ? { ok: true, node } : NO_ANSWER;
  }

  /** As many as go into one commit, and the folders that are to be made for them. */
  #next(): { batch: Waiting[]; making: ReturnType<TargetFolders["lacking"]>; rest: Waiting[] } {
    const making = new Set<ReturnType<TargetFolders["lacking"]>[number]>();
    let [operations, chunks, taken] = [0, 0, 0];
    for (const { top, path, operation, chunks: more } of this.#waiting) {
      const lacking = this.folders.lacking(top, path).filter((folder) => !making.has(folder));
      const count = lacking.length + (operation ? 1 : 0);
      const fits = operations + count <= this.#options.limits.commitOperations && chunks + more <= COMMIT_CHUNKS;
      if (taken > 0 && !fits) break;
      for (const folder of lacking) making.add(folder);
      operations += count;
      chunks += more;
      taken++;
    }
    return { batch: this.#waiting.slice(0, taken), making: [...making], rest: this.#waiting.slice(taken) };
  }
}
