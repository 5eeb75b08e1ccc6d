import { contentId, type ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { SpaceApi } from "../space-api.ts";
import { BufferPool } from "../buffer-pool.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { Pace } from "../rate-limit.ts";
import { Semaphore } from "../semaphore.ts";
import type { RemoteFile } from "./fetch-file.ts";
import { DamagedDownload } from "./file-bytes.ts";
import { isFatal } from "./fatal.ts";
import { FrameStream, InvalidFrame } from "./frame-stream.ts";

/** A file, and what to do with it. */
export interface SmallFile {
  readonly file: RemoteFile;
  /** Puts its verified bytes where they are to be; they are valid until the promise is settled. */
  readonly keep: (bytes: Uint8Array) => Promise<void>;
  /** Fetches it by a request of its own and keeps it. */
  readonly fetchAlone: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface SmallFilesOptions {
  readonly api: SpaceApi;
  readonly hashing: Hashing;
  readonly signal?: AbortSignal | undefined;
  readonly pace?: Pace | undefined;
  /** True once nothing is to be fetched any more. */
  readonly isStopped?: () => boolean;
  /**
   * Send off what is there whenever a request is free, so that a file alone does not wait. Without it a request waits
   * until it is full, or for `flush`.
   */
  readonly eager?: boolean;
}

interface Pending extends SmallFile {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Larger files have a request of their own: what it costs is nothing beside their bytes. */
const BUNDLED_BYTES = 1024 * 1024;
/** Of one request, both well under the server's limits. */
const REQUEST_FILES = 500;
const REQUEST_BYTES = 8 * 1024 * 1024;
const REQUESTS_IN_FLIGHT = 3;
/** Files being written, each with a buffer of `BUNDLED_BYTES`. */
const WRITES_IN_FLIGHT = 16;

export function isBundled(file: RemoteFile): boolean {
  return file.size <= BUNDLED_BYTES;
}

/**
 * Fetches small files many in one request. Each file's chunks and its content id are verified before it is kept. A file
 * that cannot be had this way is fetched alone, so that a bad file costs the others nothing but time.
 */
export class SmallFiles {
  readonly #options: SmallFilesOptions;
  readonly #requests = new Semaphore(REQUESTS_IN_FLIGHT);
  readonly #writes = new Semaphore(WRITES_IN_FLIGHT);
  readonly #buffers = new BufferPool(BUNDLED_BYTES);
  #bundle: Pending[] = [];
  #bytes = 0;
  #inFlight = 0;
  #isDue = false;

  constructor(options: SmallFilesOptions) {
    this.#options = options;
  }

  /** Resolves when the file was kept. May wait for more files, or for `flush`. */
  add(small: SmallFile): Promise<void> {
    const { size } = small.file;
    if (this.#bundle.length === REQUEST_FILES || this.#bytes + size > REQUEST_BYTES) this.flush();
    return new Promise((resolve, reject) => {
      this.#bundle.push({ ...small, resolve, reject });
      this.#bytes += size;
      if (this.#options.eager) this.#flushSoon();
    });
  }

  /** Sends off what waits for more. */
  flush(): void {
    const bundle = this.#bundle.filter(({ signal }) => !signal?.aborted);
    for (const { signal, reject } of this.#bundle) if (signal?.aborted) reject(signal.reason);
    this.#bundle = [];
    this.#bytes = 0;
    if (bundle.length > 0) void this.#run(bundle);
  }

  /** What is asked for in one go is to go together. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      if (this.#inFlight < REQUESTS_IN_FLIGHT) this.flush();
    }, 0);
  }

  async #run(bundle: readonly Pending[]): Promise<void> {
    this.#inFlight++;
    await this.#requests.run(() => this.#fetch(bundle));
    this.#inFlight--;
    if (this.#options.eager) this.flush();
  }

  /** Never rejects: each file's promise is settled. */
  async #fetch(bundle: readonly Pending[]): Promise<void> {
    const { api, signal, isStopped } = this.#options;
    let rest = bundle;
    while (rest.length > 0) {
      if (isStopped?.()) {
        // Whoever waits for them has its reason already.
        for (const { reject } of rest) reject(new Error("the run was stopped"));
        return;
      }
      const asked = rest;
      const refs = asked.map(({ file }) => ({ id: file.node, version: file.version }));
      try {
        const taken = await api.contents(refs, { signal }, (response, alive) => this.#take(response, asked, alive));
        rest = asked.slice(taken);
      } catch (error) {
        rest = await this.#fallBack(asked, error);
      }
    }
  }

  /** Fetches alone what a request failed for; answers what may be asked for together again. */
  async #fallBack(asked: readonly Pending[], error: unknown): Promise<readonly Pending[]> {
    if (isFatal(error) || this.#options.signal?.aborted) {
      for (const { reject } of asked) reject(error);
      return [];
    }
    const alone = new Set(culprits(asked, error));
    await Promise.all([...alone].map(({ fetchAlone, resolve, reject }) => fetchAlone().then(resolve, reject)));
    return asked.filter((pending) => !alone.has(pending));
  }

  /**
   * Reads files off an answer and begins to keep them; answers how many, which may be fewer than asked for: what
   * arrived whole counts. Rejects where not one did.
   */
  async #take(response: Response, asked: readonly Pending[], alive: () => void): Promise<number> {
    const frames = new FrameStream(this.#parts(response, alive));
    let taken = 0;
    try {
      for (const pending of asked) {
        await this.#writes.acquire();
        const buffer = this.#buffers.take();
        try {
          await this.#verified(pending.file, frames, buffer);
        } catch (error) {
          this.#buffers.release(buffer);
          this.#writes.release();
          throw error;
        }
        void this.#keep(pending, buffer);
        taken++;
      }
    } catch (error) {
      if (taken === 0 || this.#options.signal?.aborted) throw error;
    } finally {
      await frames.close();
    }
    return taken;
  }

  async *#parts(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
    for await (const part of response.body ?? []) {
      alive();
      await this.#options.pace?.(part.length, this.#options.signal);
      yield part;
    }
  }

  /** Reads the file's frames into the buffer's beginning. */
  async #verified(file: RemoteFile, frames: FrameStream, buffer: Uint8Array): Promise<void> {
    const chunks: ChunkRef[] = [];
    for (let filled = 0; filled < file.size;) {
      const { id, size } = await frames.header();
      if (size > file.size - filled) throw new InvalidFrame("a frame reaches beyond the file's end");
      const bytes = buffer.subarray(filled, filled + size);
      await frames.bytes(bytes);
      if ((await this.#options.hashing.sha256(bytes)) !== id) {
        throw new DamagedDownload("the bytes do not have their chunk's SHA-256");
      }
      chunks.push({ id, size });
      filled += size;
    }
    if (contentId(chunks) !== file.content) throw new DamagedDownload("the chunks are not those of the file");
  }

  /** Never rejects. */
  async #keep({ file, keep, signal, resolve, reject }: Pending, buffer: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      signal?.throwIfAborted();
      await keep(buffer.subarray(0, file.size));
      resolve();
    } catch (error) {
      reject(error);
    } finally {
      this.#buffers.release(buffer);
      this.#writes.release();
    }
  }
}

/** The files to blame for a failure where it tells, else all. */
function culprits(asked: readonly Pending[], error: unknown): readonly Pending[] {
  // Nothing arrived whole: the first is what broke off.
  if (error instanceof DamagedDownload || error instanceof InvalidFrame) return asked.slice(0, 1);
  const ids: unknown = error instanceof LedgeError ? error.extra["ids"] : undefined;
  const named = Array.isArray(ids) ? asked.filter(({ file }) => ids.includes(file.node)) : [];
  return named.length > 0 ? named : asked;
}
