import type { ChunkRef } from "../../protocol/content.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { CommitResponse } from "../../protocol/tree.ts";
import type { Upload } from "../../protocol/upload.ts";
import { abortable } from "./abortable.ts";
import type { ChunkApi } from "./chunk-api.ts";

/** Milliseconds that closing an upload may take, and before that the answer to its opening. */
const CLOSING_TIME = 3_000;

/**
 * Uploads that have, or may have, a row on the server, which reserves quota until it is closed or expires: those that
 * lack packs, and those that are through and wait for a commit to close them in passing.
 */
export class OpenUploads {
  readonly #api: ChunkApi;
  /** With the end of their opening; never rejects. */
  readonly #sending = new Map<string, Promise<unknown>>();
  readonly #through = new Set<string>();

  constructor(api: ChunkApi) {
    this.#api = api;
  }

  /**
   * Opens the upload `id` for chunks. Rejects at once where `signal` ends it; the request itself is given a moment more,
   * because the server goes on with what it has begun: closed before it was open, an upload would stay.
   */
  async open(id: string, chunks: readonly ChunkRef[], signal: AbortSignal): Promise<Upload> {
    signal.throwIfAborted();
    const patience = new AbortController();
    const endLater = (): void => {
      AbortSignal.timeout(CLOSING_TIME).addEventListener("abort", () => patience.abort());
    };
    signal.addEventListener("abort", endLater, { once: true });
    const opening = this.#api.openUpload(id, chunks, patience.signal);
    this.#sending.set(
      id,
      opening.catch(() => undefined).finally(() => signal.removeEventListener("abort", endLater)),
    );
    return abortable(opening, signal);
  }

  /** The server holds all that was announced. Of an upload that lacked nothing it kept no row (U1). */
  through(upload: string, isKept: boolean): void {
    this.#sending.delete(upload);
    if (isKept) this.#through.add(upload);
  }

  /** Those that are through and not closed yet. */
  waiting(): string[] {
    return [...this.#through];
  }

  /** Hands a commit uploads to close. They count as closed where one of its operations succeeded, else the next gets them. */
  async inCommit(commit: (closing: readonly string[]) => Promise<CommitResponse>): Promise<CommitResponse> {
    const closing = this.waiting().slice(0, LIMITS.closedUploads);
    const response = await commit(closing);
    if (response.results.some(({ ok }) => ok)) for (const upload of closing) this.#through.delete(upload);
    return response;
  }

  /** Closes those of `uploads` that are still open. Best effort: what cannot be closed expires. Never rejects. */
  async close(uploads: Iterable<string>): Promise<void> {
    const open = [...uploads].filter((upload) => this.#sending.has(upload) || this.#through.has(upload));
    await Promise.all(open.map((upload) => this.#close(upload)));
  }

  /** As `close`, of all. */
  async closeAll(): Promise<void> {
    await this.close([...this.#sending.keys(), ...this.#through]);
  }

  async #close(upload: string): Promise<void> {
    const opening = this.#sending.get(upload);
    this.#sending.delete(upload);
    this.#through.delete(upload);
    await opening;
    await this.#api.closeUpload(upload, AbortSignal.timeout(CLOSING_TIME)).catch(() => undefined);
  }
}
