import { contentId, type ChunkRef } from "../../protocol/content.ts";
import { BufferPool } from "../buffer-pool.ts";
import { Semaphore } from "../semaphore.ts";
import { DamagedDownload, keepFile, type FetchOptions, type RemoteFile } from "./fetch-file.ts";
import { isFatal } from "./fatal.ts";
import { FrameStream, InvalidFrame } from "./frame-stream.ts";

/** A file, and where it is to be. */
export interface SmallFile {
  readonly file: RemoteFile;
  readonly folder: string;
  readonly name: string;
}

type Fetch = (file: RemoteFile, folder: string, name: string) => Promise<void>;

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
 * Fetches small files many in one request. Each file's chunks and its content id are verified before it is put in
 * place. A request that fails for any reason but one that ends the run leaves its remaining files to `fetchAlone`, so
 * that a bad file costs the others nothing but time.
 */
export class SmallFiles {
  readonly #options: FetchOptions;
  readonly #fetchAlone: Fetch;
  readonly #isStopped: () => boolean;
  readonly #requests = new Semaphore(REQUESTS_IN_FLIGHT);
  readonly #writes = new Semaphore(WRITES_IN_FLIGHT);
  readonly #buffers = new BufferPool(BUNDLED_BYTES);
  #bundle: Pending[] = [];
  #bytes = 0;

  constructor(options: FetchOptions, fetchAlone: Fetch, isStopped: () => boolean) {
    this.#options = options;
    this.#fetchAlone = fetchAlone;
    this.#isStopped = isStopped;
  }

  /** Resolves when the file is in place. May wait for more files, or for `flush`. */
  add(small: SmallFile): Promise<void> {
    const { size } = small.file;
    if (this.#bundle.length === REQUEST_FILES || this.#bytes + size > REQUEST_BYTES) this.flush();
    return new Promise((resolve, reject) => {
      this.#bundle.push({ ...small, resolve, reject });
      this.#bytes += size;
    });
  }

  /** Sends off what waits for more. */
  flush(): void {
    const bundle = this.#bundle;
    this.#bundle = [];
    this.#bytes = 0;
    if (bundle.length > 0) void this.#requests.run(() => this.#fetch(bundle));
  }

  /** Never rejects: each file's promise is settled. */
  async #fetch(bundle: readonly Pending[]): Promise<void> {
    const { api, signal } = this.#options;
    let rest = bundle;
    try {
      while (rest.length > 0 && !this.#isStopped()) {
        const asked = rest;
        const refs = asked.map(({ file }) => ({ id: file.node, version: file.version }));
        const taken = await api.contents(refs, { signal }, (response, alive) => this.#take(response, asked, alive));
        rest = asked.slice(taken);
      }
      // Stopped: whoever waits for them has its reason already.
      for (const { reject } of rest) reject(new Error("the run was stopped"));
    } catch (error) {
      await this.#fallBack(rest, error);
    }
  }

  async #fallBack(rest: readonly Pending[], error: unknown): Promise<void> {
    if (isFatal(error) || this.#options.signal?.aborted) {
      for (const { reject } of rest) reject(error);
      return;
    }
    const alone = rest.map((pending) =>
      this.#fetchAlone(pending.file, pending.folder, pending.name).then(pending.resolve, pending.reject),
    );
    await Promise.all(alone);
  }

  /**
   * Reads files off an answer and begins to write them; answers how many, which may be fewer than asked for: what
   * arrived whole counts. Rejects where not one did.
   */
  async #take(response: Response, asked: readonly Pending[], alive: () => void): Promise<number> {
    const frames = new FrameStream(watched(response, alive));
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
        void this.#write(pending, buffer);
        taken++;
      }
    } catch (error) {
      if (taken === 0 || this.#options.signal?.aborted) throw error;
    } finally {
      await frames.close();
    }
    return taken;
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
  async #write({ file, folder, name, resolve, reject }: Pending, buffer: Uint8Array<ArrayBuffer>): Promise<void> {
    const { files, onBytes } = this.#options;
    try {
      await keepFile(files, file, folder, name, buffer.subarray(0, file.size));
      onBytes(file.size);
      resolve();
    } catch (error) {
      reject(error);
    } finally {
      this.#buffers.release(buffer);
      this.#writes.release();
    }
  }
}

async function* watched(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
  for await (const part of response.body ?? []) {
    alive();
    yield part;
  }
}
