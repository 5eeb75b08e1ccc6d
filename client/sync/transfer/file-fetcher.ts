import { encodeManifest, type ChunkRef } from "../../../protocol/content.ts";
import type { SpaceApi } from "../../space-api.ts";
import { fetchInto, fetchVersion, fetchWhole, WHOLE_FILE_BYTES, type BytesOptions } from "../../download/file-bytes.ts";
import type { RemoteFile } from "../../download/fetch-file.ts";
import { isBundled, SmallFiles } from "../../download/small-files.ts";
import type { Hashing } from "../../ports/hashing.ts";
import type { ReplicaFiles, ReplicaPath } from "../../ports/replica-files.ts";
import type { TransferOptions } from "../../ports/sync-remote.ts";
import type { TreeStore } from "../../ports/tree-store.ts";
import type { Pace } from "../../rate-limit.ts";
import { Semaphore } from "../../semaphore.ts";
import { abortable } from "../../upload/abortable.ts";
import { baseChunks } from "./base-chunks.ts";
import type { EarlyChunks } from "./early-chunks.ts";
import type { SignsOfLife } from "./signs-of-life.ts";

export type ChunkMemory = Pick<TreeStore, "rememberChunks" | "recallChunks">;

export interface FileFetcherOptions {
  readonly api: SpaceApi;
  readonly files: ReplicaFiles;
  readonly hashing: Hashing;
  readonly memory: ChunkMemory;
  readonly early: EarlyChunks;
  readonly life: SignsOfLife;
  readonly pace: Pace;
  /** Ranged requests of large files, and files that are fetched whole, at a time. */
  readonly requestsInFlight: number;
  /** Ends what all files share. */
  readonly signal: AbortSignal;
}

/** A local file that may have some of a version's bytes. */
export interface FetchBase {
  readonly path: ReplicaPath;
  readonly content: string;
}

/** Large files whose chunks are looked for on this disk at a time. */
const LARGE_AT_ONCE = 4;

/** Brings versions of files into partial files: small ones many in a request, large ones in ranges. */
export class FileFetcher {
  readonly #options: FileFetcherOptions;
  readonly #small: SmallFiles;
  readonly #requests: Semaphore;
  readonly #large = new Semaphore(LARGE_AT_ONCE);
  /** By the partial file: resolve when it is written no more. */
  readonly #attempts = new Map<string, Promise<void>>();

  constructor(options: FileFetcherOptions) {
    const { api, hashing, pace, requestsInFlight, signal } = options;
    this.#options = options;
    this.#small = new SmallFiles({ api, hashing, pace, signal, eager: true });
    this.#requests = new Semaphore(requestsInFlight);
  }

  /**
   * An attempt that nobody waits for any more may still write for a while. Another one at that partial file begins when it
   * is over: it might change a file that was put in place already.
   */
  async fetch(file: RemoteFile, name: string, base: FetchBase | null, options: TransferOptions): Promise<void> {
    const { signal } = options;
    for (let earlier; (earlier = this.#attempts.get(name));) await abortable(earlier, signal);
    signal.throwIfAborted();
    const attempt = this.#attempt(file, name, base, options);
    const over = attempt
      .catch(() => undefined)
      .then(() => {
        this.#attempts.delete(name);
      });
    this.#attempts.set(name, over);
    return attempt;
  }

  async #attempt(file: RemoteFile, name: string, base: FetchBase | null, options: TransferOptions): Promise<void> {
    const { onBytes } = options;
    await this.#options.life.during(onBytes && (() => onBytes(0)), async () => {
      if (file.size === 0) await this.#keep(file, name, new Uint8Array(0));
      else if (isBundled(file)) await this.#bundled(file, name, options);
      else if (file.size <= WHOLE_FILE_BYTES && !this.#hasParts(base)) await this.#whole(file, name, options);
      else await this.#large.run(() => this.#inParts(file, name, base, options));
    });
  }

  /** Whether a file is known to have several chunks: one that has a single chunk is not remembered, and shares none. */
  #hasParts(base: FetchBase | null): boolean {
    return base !== null && this.#options.memory.recallChunks(base.content) !== null;
  }

  async read(file: RemoteFile, signal: AbortSignal): Promise<Uint8Array> {
    return this.#requests.run(() => fetchVersion(file, this.#bytesOptions({ signal })));
  }

  /** Aborting gives up waiting, but never while the partial file is written: nobody may find it changing. */
  async #bundled(file: RemoteFile, name: string, options: TransferOptions): Promise<void> {
    const { signal, onBytes } = options;
    let isWriting = false;
    const keep = async (bytes: Uint8Array): Promise<void> => {
      isWriting = true;
      await this.#keep(file, name, bytes);
      onBytes?.(bytes.length);
    };
    const fetchAlone = async (): Promise<void> => {
      signal.throwIfAborted();
      isWriting = true;
      await this.#whole(file, name, options);
    };
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    aborted.catch(() => undefined);
    const onAbort = (): void => {
      if (!isWriting) reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#small.add({ file, keep, fetchAlone, signal }), aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #whole(file: RemoteFile, name: string, options: TransferOptions): Promise<void> {
    const onChunks = (chunks: readonly ChunkRef[]): void => {
      if (chunks.length > 1) this.#options.memory.rememberChunks(file.content, encodeManifest(chunks));
    };
    await this.#requests.run(async () => {
      await this.#keep(file, name, await fetchWhole(file, { ...this.#bytesOptions(options), onChunks }));
    });
  }

  /** The partial file stays on failure, and goes on from there. */
  async #inParts(file: RemoteFile, name: string, base: FetchBase | null, options: TransferOptions): Promise<void> {
    const { files, hashing, memory, early } = this.#options;
    options.signal.throwIfAborted();
    const sources = [early.source];
    if (base)
      sources.unshift(baseChunks(files, hashing, { path: base.path, manifest: memory.recallChunks(base.content) }));
    let chunks: readonly ChunkRef[] = [];
    const onChunks = (found: readonly ChunkRef[]): void => void (chunks = found);
    const handle = await files.openPartial(name);
    try {
      await fetchInto(file, handle, { ...this.#bytesOptions(options), sources, onChunks });
      await handle.truncate(file.size);
      await handle.finish(file);
      await handle.sync();
    } finally {
      await handle.close();
    }
    memory.rememberChunks(file.content, encodeManifest(chunks));
  }

  async #keep(file: RemoteFile, name: string, bytes: Uint8Array): Promise<void> {
    const { files } = this.#options;
    const handle = await files.openPartial(name);
    try {
      await handle.write(bytes, 0);
      await handle.truncate(file.size);
      await handle.finish(file);
      await handle.sync();
    } catch (error) {
      await handle.close();
      await files.removePartial(name);
      throw error;
    }
    await handle.close();
  }

  #bytesOptions({ signal, onBytes }: TransferOptions): BytesOptions {
    const { api, hashing, pace } = this.#options;
    return { api, hashing, pace, signal, segments: this.#requests, onBytes: (bytes) => onBytes?.(bytes) };
  }
}
