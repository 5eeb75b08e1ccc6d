import type { ChunkRef } from "../../../protocol/content.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import type { SpaceApi } from "../../space-api.ts";
import { readFully, type ChunkSource, type PlacedChunk } from "../../download/file-bytes.ts";
import { FrameStream } from "../../download/frame-stream.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WriteHandle } from "../../ports/file-system.ts";
import type { Hashing } from "../../ports/hashing.ts";
import type { ReplicaFiles } from "../../ports/replica-files.ts";
import { EARLY_PREFIX } from "../../ports/sync-remote.ts";
import type { Pace } from "../../rate-limit.ts";

export interface EarlyChunksOptions {
  readonly api: SpaceApi;
  readonly files: ReplicaFiles;
  readonly hashing: Hashing;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** All chunks that are kept, in bytes; 1 GiB where absent. */
  readonly keptBytes?: number | undefined;
}

const KEPT_BYTES = 1024 * 1024 * 1024;
/** Milliseconds. */
const KEPT_FOR = 24 * 60 * 60 * 1000;
/** Asked for in one request, well under the server's limit; chunks waiting beyond `WAITING_CHUNKS` are not fetched early. */
const REQUEST_BYTES = 8 * 1024 * 1024;
const WAITING_CHUNKS = 512;

interface Kept {
  readonly size: number;
  /** When it came. */
  readonly at: number;
}

/**
 * Fetches chunks of large files that other devices are still sending, in the background, and has them at hand when such
 * a file is fetched. Only saves time: whatever goes wrong here, the chunk is fetched again with its file.
 */
export class EarlyChunks {
  readonly #options: EarlyChunksOptions;
  /** Oldest first. */
  #kept: Map<string, Kept> | null = null;
  #keptBytes = 0;
  readonly #waiting = new Map<string, number>();
  /** What is being fetched; resolves when that is over. */
  #running: { readonly ids: ReadonlySet<string>; readonly over: Promise<void> } | null = null;
  #isAtWork = false;

  constructor(options: EarlyChunksOptions) {
    this.#options = options;
  }

  /** Begins to fetch those that are not here. */
  want(chunks: readonly ChunkRef[]): void {
    for (const { id, size } of chunks) {
      const isKnown = this.#kept?.has(id) || this.#running?.ids.has(id);
      if (!isKnown && this.#waiting.size < WAITING_CHUNKS) this.#waiting.set(id, size);
    }
    if (!this.#isAtWork) void this.#work();
  }

  /** Gives what is here to the file that needs it; what it took is removed. */
  readonly source: ChunkSource = async (lacking, handle) => {
    const kept = await this.#load();
    // What was not begun is better fetched with the file, what was begun is not to be fetched twice.
    for (const { id } of lacking) this.#waiting.delete(id);
    const running = this.#running;
    if (running && lacking.some(({ id }) => running.ids.has(id))) await running.over;
    const left: PlacedChunk[] = [];
    const used = new Set<string>();
    for (const chunk of lacking) {
      const isKept = kept.has(chunk.id);
      if (isKept) used.add(chunk.id);
      if (!isKept || !(await this.#give(chunk, handle))) left.push(chunk);
    }
    // Also what could not be taken: it is not what its name says, or was removed by others.
    for (const id of used) await this.#remove(id);
    return left;
  };

  /** Never rejects. */
  async #work(): Promise<void> {
    const { signal } = this.#options;
    this.#isAtWork = true;
    try {
      const kept = await this.#load();
      while (this.#waiting.size > 0 && !signal.aborted) {
        const chunks = this.#next(kept);
        if (chunks.length > 0) await this.#run(chunks);
      }
    } catch {
      // The folder cannot be written to, or the server is away: what waits is fetched with its file.
      this.#waiting.clear();
    }
    this.#isAtWork = false;
  }

  #next(kept: ReadonlyMap<string, Kept>): ChunkRef[] {
    const chunks: ChunkRef[] = [];
    let bytes = 0;
    for (const [id, size] of this.#waiting) {
      if (chunks.length === LIMITS.requestedChunks || (bytes > 0 && bytes + size > REQUEST_BYTES)) break;
      this.#waiting.delete(id);
      if (kept.has(id)) continue;
      chunks.push({ id, size });
      bytes += size;
    }
    return chunks;
  }

  async #run(chunks: readonly ChunkRef[]): Promise<void> {
    const fetched = this.#fetch(chunks);
    const over = fetched.catch(() => undefined);
    this.#running = { ids: new Set(chunks.map(({ id }) => id)), over };
    await over;
    this.#running = null;
    await fetched;
  }

  async #fetch(chunks: readonly ChunkRef[]): Promise<void> {
    const { api, hashing, signal } = this.#options;
    const ids = chunks.map(({ id }) => id);
    await api.chunkContents(ids, { signal }, async (response, alive) => {
      const frames = new FrameStream(this.#parts(response, alive));
      try {
        for (const id of ids) {
          const header = await frames.header();
          const bytes = new Uint8Array(header.size);
          await frames.bytes(bytes);
          if ((await hashing.sha256(bytes)) !== id) return;
          await this.#keep(id, bytes);
        }
      } finally {
        await frames.close();
      }
    });
  }

  async *#parts(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
    for await (const part of response.body ?? []) {
      alive();
      await this.#options.pace(part.length, this.#options.signal);
      yield part;
    }
  }

  async #keep(id: string, bytes: Uint8Array): Promise<void> {
    const { files, clock, keptBytes = KEPT_BYTES } = this.#options;
    const kept = await this.#load();
    if (kept.has(id)) return;
    while (kept.size > 0 && this.#keptBytes + bytes.length > keptBytes) await this.#removeOldest(kept);
    const handle = await files.openPartial(EARLY_PREFIX + id);
    try {
      await handle.write(bytes, 0);
      await handle.truncate(bytes.length);
    } finally {
      await handle.close();
    }
    kept.set(id, { size: bytes.length, at: clock.now() });
    this.#keptBytes += bytes.length;
  }

  /** False where it is not what it was, or cannot be read. */
  async #give(chunk: PlacedChunk, handle: WriteHandle): Promise<boolean> {
    const bytes = new Uint8Array(chunk.size);
    const source = await this.#options.files.openPartial(EARLY_PREFIX + chunk.id).catch(() => null);
    if (source === null) return false;
    try {
      if (!(await readFully(source, bytes, 0).catch(() => false))) return false;
    } finally {
      await source.close();
    }
    if ((await this.#options.hashing.sha256(bytes)) !== chunk.id) return false;
    await handle.write(bytes, chunk.start);
    return true;
  }

  /** What is kept, without what is too old: at first, what an earlier run left. */
  async #load(): Promise<Map<string, Kept>> {
    this.#kept ??= await this.#list();
    const before = this.#options.clock.now() - KEPT_FOR;
    for (const [id, { at }] of this.#kept) {
      if (at >= before) break;
      await this.#remove(id);
    }
    return this.#kept;
  }

  async #list(): Promise<Map<string, Kept>> {
    const { files } = this.#options;
    const found: [string, Kept][] = [];
    for (const name of await files.listPartials()) {
      if (!name.startsWith(EARLY_PREFIX)) continue;
      const handle = await files.openPartial(name);
      const { size, mtime } = await handle.stat();
      await handle.close();
      found.push([name.slice(EARLY_PREFIX.length), { size, at: mtime }]);
    }
    found.sort(([, a], [, b]) => a.at - b.at);
    this.#keptBytes = found.reduce((sum, [, { size }]) => sum + size, 0);
    return new Map(found);
  }

  async #removeOldest(kept: ReadonlyMap<string, Kept>): Promise<void> {
    for (const id of kept.keys()) return this.#remove(id);
  }

  async #remove(id: string): Promise<void> {
    const entry = this.#kept?.get(id);
    if (!entry) return;
    this.#kept?.delete(id);
    this.#keptBytes -= entry.size;
    await this.#options.files.removePartial(EARLY_PREFIX + id);
  }
}
