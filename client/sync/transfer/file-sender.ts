import { contentId, type ChunkRef } from "../../../protocol/content.ts";
import type { SpaceApi } from "../../space-api.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReplicaPath, Stamp } from "../../ports/replica-files.ts";
import type { SentFile, TransferOptions } from "../../ports/sync-remote.ts";
import type { Pace } from "../../rate-limit.ts";
import { ChunkSender } from "../../upload/chunk-sender.ts";
import type { PackLimits } from "../../upload/fill-packs.ts";
import type { OpenUploads } from "../../upload/open-uploads.ts";
import { abortable } from "../../upload/abortable.ts";
import { isReadWhole, type LocalReader } from "./local-reader.ts";
import { SendLane } from "../../upload/send-lane.ts";
import type { SignsOfLife } from "./signs-of-life.ts";

export interface FileSenderOptions {
  readonly api: SpaceApi;
  readonly reader: LocalReader;
  readonly uploads: OpenUploads;
  readonly clock: Clock;
  readonly life: SignsOfLife;
  readonly pace: Pace;
  readonly packsInFlight: number;
  /** Chunks of large files that the server has just got. */
  readonly onStored?: ((chunks: readonly ChunkRef[]) => void) | undefined;
  /** Ends what all files share. */
  readonly signal: AbortSignal;
}

/** Other devices are told of a file's chunks on the way where it has more bytes than this. */
const TOLD_BYTES = 32 * 1024 * 1024;
const SMALL_READERS = 16;
/** Each holds a segment, and what it has cut lives until its window is through. */
const LARGE_READERS = 3;

/** Sends files' chunks. Small files do not wait behind large ones: each kind has its own windows. */
export class FileSender {
  readonly #options: FileSenderOptions;
  readonly #small: SendLane;
  readonly #large: SendLane;

  constructor(limits: PackLimits, options: FileSenderOptions) {
    this.#options = options;
    const lane = (readers: number): SendLane => {
      const { api, clock, uploads, life, pace, packsInFlight, onStored, signal } = options;
      const shared = { uploads, onHeld: () => life.tick(), pace, packsInFlight, isolate: true, signal };
      const sender = new ChunkSender(api, limits, { ...shared, ...(onStored && { onStored }) });
      return new SendLane(sender, clock, readers);
    };
    this.#small = lane(SMALL_READERS);
    this.#large = lane(LARGE_READERS);
  }

  /** Resolves when the server holds every chunk of the file. */
  async send(path: ReplicaPath, expected: Stamp, { signal, onBytes }: TransferOptions): Promise<SentFile> {
    const { reader, life } = this.#options;
    const tell = expected.size > TOLD_BYTES;
    const lane = isReadWhole(expected.size) ? this.#small : this.#large;
    return life.during(onBytes && (() => onBytes(0)), async () => {
      const held = new Set<Promise<void>>();
      const { chunks, stamp } = await lane.fill((add) =>
        reader.read(
          path,
          expected,
          async (frame) => {
            const { length } = frame.bytes;
            const announced = await add(tell ? { ...frame, tell } : frame);
            held.add(announced.held);
            announced.held.then(
              () => onBytes?.(length),
              () => undefined,
            );
          },
          signal,
        ),
      );
      await abortable(Promise.all(held), signal);
      return { content: contentId(chunks), chunks, stamp };
    });
  }
}
