import type { ChunkRef } from "../../../../protocol/content.ts";
import { LIMITS } from "../../../../protocol/limits.ts";
import { FRAME_HEADER_BYTES } from "../../../../protocol/pack-frame.ts";
import { BufferPool } from "../../../../client/buffer-pool.ts";
import { blobHandle } from "../../../../client/ports/blob-handle.ts";
import type { Clock } from "../../../../client/ports/clock.ts";
import type { Hashing } from "../../../../client/ports/hashing.ts";
import { abortable } from "../../../../client/upload/abortable.ts";
import { ChunkSender, type SendableFrame } from "../../../../client/upload/chunk-sender.ts";
import type { PackLimits } from "../../../../client/upload/fill-packs.ts";
import type { OpenUploads } from "../../../../client/upload/open-uploads.ts";
import { framesOf, streamFrames } from "../../../../client/upload/read-file.ts";
import { SendLane } from "../../../../client/upload/send-lane.ts";
import type { UploadApi } from "./upload-api.ts";

export interface ChunkLineOptions {
  readonly api: UploadApi;
  readonly limits: PackLimits;
  readonly uploads: OpenUploads;
  readonly hashing: Hashing;
  readonly clock: Clock;
}

export interface Sending {
  /** Read whole, and packed with others. */
  readonly isSmall: boolean;
  readonly signal: AbortSignal;
  /** Asked for each chunk; what it answers is told how many of its bytes the server has or are under way. */
  readonly chunk: () => (bytes: number) => void;
}

const SMALL_READERS = 16;
const LARGE_READERS = 2;
const PACKS_IN_FLIGHT = 3;
/** What a cut connection or a closed page may cost, for each pack in flight; a chunk alone always fits. */
const PACK_BYTES = LIMITS.chunkMaxBytes + FRAME_HEADER_BYTES;
const SEGMENT_BYTES = 2 * LIMITS.chunkMaxBytes;

/** Sends blobs' chunks, many blobs at a time, until it is ended. */
export class ChunkLine {
  readonly #hashing: Hashing;
  readonly #senders: readonly ChunkSender[];
  readonly #small: SendLane;
  readonly #large: SendLane;
  readonly #segments = new BufferPool(SEGMENT_BYTES);

  constructor({ api, limits, uploads, hashing, clock }: ChunkLineOptions) {
    this.#hashing = hashing;
    const packs = { ...limits, packBytes: Math.min(limits.packBytes, PACK_BYTES) };
    const sender = (): ChunkSender =>
      new ChunkSender(api, packs, { uploads, isolate: true, packsInFlight: PACKS_IN_FLIGHT });
    const [small, large] = [sender(), sender()];
    this.#senders = [small, large];
    this.#small = new SendLane(small, clock, SMALL_READERS);
    this.#large = new SendLane(large, clock, LARGE_READERS);
  }

  /** Resolves when the server holds every chunk of the blob. */
  async send(blob: Blob, { isSmall, signal, chunk }: Sending): Promise<ChunkRef[]> {
    const held: Promise<unknown>[] = [];
    const failed = new AbortController();
    const chunks = await (isSmall ? this.#small : this.#large).fill((add) =>
      this.#read(blob, isSmall, async (frame) => {
        signal.throwIfAborted();
        // The rest of a large file need not be read to know that it cannot be sent whole.
        failed.signal.throwIfAborted();
        const onProgress = chunk();
        const announced = await add({ ...frame, onProgress });
        const { length } = frame.bytes;
        const counted = announced.held.then(() => onProgress(length));
        counted.catch((error: unknown) => failed.abort(error));
        held.push(counted);
      }),
    );
    await abortable(Promise.all(held), signal);
    return chunks;
  }

  /** Stops sending at once, and for good. Never rejects. */
  async end(reason: unknown): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.abandon(reason)));
  }

  async #read(blob: Blob, isSmall: boolean, take: (frame: SendableFrame) => Promise<void>): Promise<ChunkRef[]> {
    if (!isSmall) return (await streamFrames(blobHandle(blob), this.#hashing, this.#segments, take)).chunks;
    const frames = await framesOf(this.#hashing, new Uint8Array(await blob.arrayBuffer()));
    for (const frame of frames) await take(frame);
    return frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  }
}
