import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { encodePackInto, FRAME_HEADER_BYTES, type Frame } from "../../protocol/pack-frame.ts";
import type { PackReceipt } from "../../protocol/upload.ts";
import { BufferPool } from "../buffer-pool.ts";
import type { Pace } from "../rate-limit.ts";
import { Semaphore } from "../semaphore.ts";
import type { ChunkApi } from "./chunk-api.ts";
import { fillPacks, type PackLimits } from "./fill-packs.ts";
import type { OpenUploads } from "./open-uploads.ts";

export interface WindowOptions {
  readonly api: ChunkApi;
  readonly limits: PackLimits;
  readonly uploads: OpenUploads;
  /** Chunk bytes that the server has now, sent just now or held before. */
  readonly onHeld?: ((bytes: number, sent: number) => void) | undefined;
  /** Chunks with `tell` that were sent and stored just now. */
  readonly onStored?: ((chunks: readonly ChunkRef[]) => void) | undefined;
  /** Waited for before bytes go out. */
  readonly pace?: Pace | undefined;
  readonly packsInFlight: number;
  /**
   * Windows have nothing to do with each other: the upload of one that failed is closed at once, and that one held what
   * the server has already says nothing of the next.
   */
  readonly isolate: boolean;
}

export interface WindowFrame extends Frame {
  /** Whether `onStored` is to hear of it. */
  readonly tell?: boolean;
  /** Told how many of the chunk's bytes the server has or are under way; less than before where sending begins anew. */
  readonly onProgress?: (bytes: number) => void;
}

type Send = (pack: Uint8Array<ArrayBuffer>, onSent: (bytes: number) => void) => Promise<PackReceipt>;

/** Chunk bytes that are sent unannounced: to send them in vain costs less than to ask whether they are there. */
const UNANNOUNCED_BYTES = 256 * 1024;
/** Ids remembered as sent; beyond it all are forgotten, which costs some bytes sent in vain. */
const REMEMBERED_IDS = 100_000;

/**
 * Gets the chunks of one window to the server. Little that is likely new goes in one request (U10); all else is
 * announced first, and what is missing sent as packs, several in flight.
 */
export class WindowSender {
  readonly #options: WindowOptions;
  readonly #packs: Semaphore;
  readonly #buffers: BufferPool;
  /** Chunks that the server had once: it has them still, most likely. */
  readonly #known = new Set<string>();
  /** Whether all that was sent last was new to the server: what comes next is taken to be of the same kind. */
  #isNew = true;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#packs = new Semaphore(options.packsInFlight);
    this.#buffers = new BufferPool(Math.max(options.limits.packBytes, LIMITS.chunkMaxBytes + FRAME_HEADER_BYTES));
  }

  /**
   * Resolves when the server holds all of them. Rejects otherwise; either way nothing of the window is under way any more,
   * and its memory may be used again.
   */
  async send(frames: readonly WindowFrame[], signal: AbortSignal): Promise<void> {
    const unique = [...new Map(frames.map((frame) => [frame.id, frame])).values()];
    this.#options.onHeld?.(bytesOf(frames) - bytesOf(unique), 0);
    const stored = this.#isLittleAndNew(unique)
      ? await this.#sendUnannounced(unique, signal)
      : await this.#sendAnnounced(unique, signal);
    this.#isNew = stored.length === unique.length;
    this.#remember(unique);
    const told = stored.filter(({ tell }) => tell);
    if (told.length > 0) this.#options.onStored?.(told.map(refOf));
  }

  #isLittleAndNew(frames: readonly Frame[]): boolean {
    return (
      (this.#isNew || this.#options.isolate) &&
      bytesOf(frames) <= UNANNOUNCED_BYTES &&
      fillPacks(frames, this.#options.limits).length === 1 &&
      !frames.some(({ id }) => this.#known.has(id))
    );
  }

  /** Answers what was new to the server: all, or as far as it is known none. */
  async #sendUnannounced(frames: readonly WindowFrame[], signal: AbortSignal): Promise<readonly WindowFrame[]> {
    const send: Send = (pack, onSent) => this.#options.api.sendChunks(pack, signal, onSent);
    const { stored } = await this.#packs.run(() => this.#sendPack(frames, send, signal));
    return stored === frames.length ? frames : [];
  }

  /** Answers what the server lacked. */
  async #sendAnnounced(frames: readonly WindowFrame[], signal: AbortSignal): Promise<readonly WindowFrame[]> {
    const { api, uploads, limits, onHeld } = this.#options;
    const upload = newId();
    try {
      const { missing } = await uploads.open(upload, frames.map(refOf), signal);
      const wanted = new Set(missing);
      const lacking = frames.filter((frame) => wanted.has(frame.id));
      onHeld?.(bytesOf(frames) - bytesOf(lacking), 0);
      for (const frame of frames) if (!wanted.has(frame.id)) frame.onProgress?.(frame.bytes.length);
      const send: Send = (pack, onSent) => api.sendPack(upload, pack, signal, onSent);
      const packs = fillPacks(lacking, limits);
      const outcomes = await Promise.allSettled(
        packs.map((pack) => this.#packs.run(() => this.#sendPack(pack, send, signal))),
      );
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
      uploads.through(upload, lacking.length > 0);
      return lacking;
    } catch (error) {
      // A run that is over with this is closed as a whole.
      if (this.#options.isolate && !signal.aborted) void uploads.close([upload]);
      throw error;
    }
  }

  async #sendPack(frames: readonly WindowFrame[], send: Send, signal: AbortSignal): Promise<PackReceipt> {
    const bytes = bytesOf(frames);
    await this.#options.pace?.(bytes, signal);
    const buffer = this.#buffers.take();
    try {
      const receipt = await send(encodePackInto(buffer, frames), (sent) => tellProgress(frames, sent));
      this.#options.onHeld?.(bytes, bytes);
      return receipt;
    } finally {
      this.#buffers.release(buffer);
    }
  }

  #remember(frames: readonly Frame[]): void {
    if (this.#known.size + frames.length > REMEMBERED_IDS) this.#known.clear();
    for (const { id } of frames) this.#known.add(id);
  }
}

/** @param sent - Bytes of the pack, frame headers included. */
function tellProgress(frames: readonly WindowFrame[], sent: number): void {
  let start = 0;
  for (const { bytes, onProgress } of frames) {
    start += FRAME_HEADER_BYTES;
    onProgress?.(Math.min(Math.max(sent - start, 0), bytes.length));
    start += bytes.length;
  }
}

const refOf = ({ id, bytes }: Frame): ChunkRef => ({ id, size: bytes.length });

function bytesOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
}
