import type { CommitResponse } from "../../protocol/tree.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { ChunkApi } from "./chunk-api.ts";

/** Milliseconds that closing an upload may take. */
const CLOSING_TIME = 3_000;

/**
 * Uploads that have, or may have, a row on the server, which reserves quota until it is closed or expires: those that
 * lack packs, and those that are through and wait for a commit to close them in passing.
 */
export class OpenUploads {
  readonly #api: ChunkApi;
  readonly #sending = new Set<string>();
  readonly #through = new Set<string>();

  constructor(api: ChunkApi) {
    this.#api = api;
  }

  begin(upload: string): void {
    this.#sending.add(upload);
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
    await this.close([...this.#sending, ...this.#through]);
  }

  async #close(upload: string): Promise<void> {
    this.#sending.delete(upload);
    this.#through.delete(upload);
    await this.#api.closeUpload(upload, AbortSignal.timeout(CLOSING_TIME)).catch(() => undefined);
  }
}
