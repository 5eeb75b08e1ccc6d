import type { ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { FRAME_HEADER_BYTES } from "../../protocol/pack-frame.ts";
import { isFatal } from "../download/fatal.ts";
import type { Pace } from "../rate-limit.ts";
import { Semaphore } from "../semaphore.ts";
import type { ChunkApi } from "./chunk-api.ts";
import type { PackLimits } from "./fill-packs.ts";
import type { OpenUploads } from "./open-uploads.ts";
import { WindowSender, type WindowFrame } from "./window-sender.ts";

export interface SenderOptions {
  /** Knows the uploads that windows open. Whoever commits closes those that are through. */
  readonly uploads: OpenUploads;
  /** Chunk bytes that the server has now, sent just now or held before. */
  readonly onHeld?: (bytes: number, sent: number) => void;
  /** Chunks with `tell` that were sent and stored just now. */
  readonly onStored?: (chunks: readonly ChunkRef[]) => void;
  /** Waited for before bytes go out. */
  readonly pace?: Pace;
  /**
   * For a sender that lives long and has files in it that have nothing to do with each other: what the server refuses is
   * sent again in halves, until only what it refuses fails, and nothing is remembered once it is sent.
   */
  readonly isolate?: boolean;
  readonly packsInFlight?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of one announcement: enough for several packs in flight, little enough that two of them and the one being filled fit in memory. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const WINDOW_CHUNKS = 4_096;
const WINDOWS_IN_FLIGHT = 2;
const PACKS_IN_FLIGHT = 4;
/** Ids remembered so that a chunk is announced once a run; beyond it, the server's answer alone saves sending. */
const REMEMBERED_IDS = 200_000;

/** A chunk whose memory may be used for something else once it was released. */
export interface SendableFrame extends WindowFrame {
  readonly release?: () => void;
}

/** A chunk on its way. */
export interface Announced {
  /** Resolves when the server holds it; rejects where it could not be sent. Never an unhandled rejection. */
  readonly held: Promise<void>;
}

const HELD: Announced = { held: Promise.resolve() };

interface Sending extends Announced {
  readonly frame: SendableFrame;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Window {
  readonly chunks: Sending[];
  /** Packs that the chunks fill, and the bytes in the last of them: what `fillPacks` makes where all is missing. */
  packs: number;
  lastPackBytes: number;
}

const emptyWindow = (): Window => ({ chunks: [], packs: 1, lastPackBytes: 0 });

/**
 * Gets chunks to the server in windows, several in flight. Bytes are read once and leave memory as soon as their window
 * is through; `add` waits where too much is in flight. A window that fails fails what is in it and nothing else.
 *
 * A chunk counts as held only once the window it went into was closed and `held` has resolved.
 */
export class ChunkSender {
  readonly #limits: PackLimits;
  readonly #options: SenderOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** One `add` at a time may wait for a window, so that no more than one full window waits. */
  readonly #adding = new Semaphore(1);
  readonly #windows = new Semaphore(WINDOWS_IN_FLIGHT);
  readonly #sender: WindowSender;
  readonly #announced = new Map<string, Announced>();
  readonly #windowPacks: number;
  #filling = emptyWindow();

  constructor(api: ChunkApi, limits: PackLimits, options: SenderOptions) {
    this.#limits = limits;
    this.#options = options;
    this.#windowPacks = Math.max(1, Math.floor(WINDOW_BYTES / limits.packBytes));
    const { uploads, onHeld, onStored, pace, packsInFlight = PACKS_IN_FLIGHT, isolate = false } = options;
    this.#sender = new WindowSender({ api, limits, uploads, onHeld, onStored, pace, packsInFlight, isolate });
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** Takes a chunk; its bytes must not change any more. Rejects only where sending was ended: then it was not taken. */
  add(frame: SendableFrame): Promise<Announced> {
    return this.#adding.run(async () => {
      this.#signal.throwIfAborted();
      const announced = this.#announced.get(frame.id);
      if (announced) {
        this.#options.onHeld?.(frame.bytes.length, 0);
        frame.release?.();
        return announced;
      }
      const sending = begin(frame);
      if (this.#announced.size < REMEMBERED_IDS) this.#announced.set(frame.id, sending);
      await this.#place(sending);
      if (this.#filling.chunks.length >= WINDOW_CHUNKS) await this.close();
      return sending;
    });
  }

  /** Puts a chunk into the window being filled. Windows end where packs do, so that no pack goes out half empty. */
  async #place(sending: Sending): Promise<void> {
    const size = FRAME_HEADER_BYTES + sending.frame.bytes.length;
    let fits = this.#filling.lastPackBytes + size <= this.#limits.packBytes;
    if (!fits && this.#filling.packs === this.#windowPacks) {
      await this.close();
      fits = true;
    }
    const window = this.#filling;
    if (window.chunks.length > 0 && !fits) {
      window.packs++;
      window.lastPackBytes = 0;
    }
    window.chunks.push(sending);
    window.lastPackBytes += size;
  }

  /** Sends off the window being filled, waiting only while too many are in flight. Never rejects. */
  async close(): Promise<void> {
    const { chunks } = this.#filling;
    if (chunks.length === 0) return;
    this.#filling = emptyWindow();
    await this.#windows.acquire();
    void this.#send(chunks).finally(() => this.#windows.release());
  }

  /** Forgets that chunks were announced, so that adding them asks the server again. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#announced.delete(id);
  }

  /**
   * Stops sending for good and closes what is open, so that it does not hold the quota until it expires. Best effort:
   * never rejects, and takes some seconds at most.
   */
  async abandon(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#options.uploads.closeAll();
  }

  /** Never rejects: each chunk's promise is settled, and its memory released. */
  async #send(chunks: readonly Sending[]): Promise<void> {
    try {
      await this.#sender.send(
        chunks.map(({ frame }) => frame),
        this.#signal,
      );
    } catch (error) {
      if (this.#options.isolate && isRefusal(error) && chunks.length > 1) await this.#sendHalves(chunks);
      else this.#fail(chunks, error);
      return;
    }
    for (const { frame, resolve } of chunks) {
      if (this.#options.isolate) this.#announced.delete(frame.id);
      else this.#announced.set(frame.id, HELD);
      frame.release?.();
      resolve();
    }
  }

  async #sendHalves(chunks: readonly Sending[]): Promise<void> {
    const middle = Math.ceil(chunks.length / 2);
    await this.#send(chunks.slice(0, middle));
    await this.#send(chunks.slice(middle));
  }

  #fail(chunks: readonly Sending[], error: unknown): void {
    for (const { frame, reject } of chunks) {
      this.#announced.delete(frame.id);
      frame.release?.();
      reject(error);
    }
  }
}

function begin(frame: SendableFrame): Sending {
  const { promise: held, resolve, reject } = Promise.withResolvers<void>();
  // Whoever awaits it sees the failure; with nobody waiting yet it must not end the process.
  held.catch(() => undefined);
  return { frame, held, resolve, reject };
}

/** Whether the server turned these chunks down, as against not being there for any. */
function isRefusal(error: unknown): boolean {
  return error instanceof LedgeError && !isFatal(error) && error.code !== "busy" && error.code !== "internal";
}
