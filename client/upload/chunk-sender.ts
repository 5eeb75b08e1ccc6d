import { newId } from "../../protocol/ids.ts";
import { encodePackInto, FRAME_HEADER_BYTES, type Frame } from "../../protocol/pack-frame.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Api } from "../api.ts";
import { Semaphore } from "../semaphore.ts";
import { BufferPool } from "../buffer-pool.ts";

export interface SenderLimits {
  /** Largest pack, frames included. */
  readonly packBytes: number;
  readonly packChunks: number;
}

export interface SendProgress {
  /** Chunk bytes that the server has now, sent just now or held before. */
  onHeld(bytes: number, sent: number): void;
}

/** Bytes of one announcement: enough for several packs in flight, little enough that two of them and the one being filled fit in memory. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const WINDOW_CHUNKS = 4_096;
const WINDOWS_IN_FLIGHT = 2;
const PACKS_IN_FLIGHT = 4;
/** Milliseconds that closing the open uploads of a run that failed may take. */
const CLOSING_TIME = 3_000;
/** Ids remembered so that a chunk is announced once a run; beyond it, the server's answer alone saves sending. */
const REMEMBERED_IDS = 200_000;

/** A chunk whose memory may be used for something else once it was released. */
export interface SendableFrame extends Frame {
  readonly release?: () => void;
}

interface Window {
  readonly frames: SendableFrame[];
  bytes: number;
  /** Packs that the frames fill, and the bytes in the last of them: what `fillPacks` makes where all is missing. */
  packs: number;
  lastPackBytes: number;
}

const emptyWindow = (): Window => ({ frames: [], bytes: 0, packs: 1, lastPackBytes: 0 });

/**
 * Gets chunks to the server in windows: announce, send what is missing as packs, several of both in flight. Bytes are
 * read once and leave memory as soon as their window is through; `add` waits where too much is in flight.
 *
 * A chunk counts as held only once the window it went into was closed and `held` has resolved.
 */
export class ChunkSender {
  readonly #api: Api;
  readonly #limits: SenderLimits;
  readonly #progress: SendProgress;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Uploads that were opened, or may have been, and lack packs: they reserve some of the quota. */
  readonly #open = new Set<string>();
  readonly #windows = new Semaphore(WINDOWS_IN_FLIGHT);
  readonly #packs = new Semaphore(PACKS_IN_FLIGHT);
  readonly #packBuffers: BufferPool;
  readonly #announced = new Set<string>();
  readonly #windowPacks: number;
  #filling = emptyWindow();
  /** Resolves when every window closed so far is through; rejects when one failed. */
  #closed: Promise<void> = Promise.resolve();
  /** The first failure of a window: whatever is added after it is refused with it. */
  #failure: { readonly error: unknown } | null = null;

  constructor(api: Api, limits: SenderLimits, progress: SendProgress, signal?: AbortSignal) {
    this.#api = api;
    this.#limits = limits;
    this.#windowPacks = Math.max(1, Math.floor(WINDOW_BYTES / limits.packBytes));
    this.#packBuffers = new BufferPool(Math.max(limits.packBytes, LIMITS.chunkMaxBytes + FRAME_HEADER_BYTES));
    this.#progress = progress;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** Takes a chunk; its bytes must not change any more. */
  async add(frame: SendableFrame): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#announced.has(frame.id)) {
      this.#progress.onHeld(frame.bytes.length, 0);
      frame.release?.();
      return;
    }
    if (this.#announced.size < REMEMBERED_IDS) this.#announced.add(frame.id);
    await this.#place(frame);
    if (this.#filling.frames.length >= WINDOW_CHUNKS) await this.close();
  }

  /** Puts a frame into the window being filled. Windows end where packs do, so that no pack goes out half empty. */
  async #place(frame: SendableFrame): Promise<void> {
    const size = FRAME_HEADER_BYTES + frame.bytes.length;
    const fits = this.#filling.lastPackBytes + size <= this.#limits.packBytes;
    if (!fits && this.#filling.packs === this.#windowPacks) await this.close();
    const window = this.#filling;
    if (window.frames.length > 0 && !fits) {
      window.packs++;
      window.lastPackBytes = 0;
    }
    window.frames.push(frame);
    window.bytes += frame.bytes.length;
    window.lastPackBytes += size;
  }

  /** Sends off the window being filled, waiting only while too many are in flight. */
  async close(): Promise<void> {
    const window = this.#filling;
    if (window.frames.length === 0) return;
    this.#filling = emptyWindow();
    await this.#windows.acquire();
    const sent = this.#send(window).finally(() => {
      this.#windows.release();
      for (const frame of window.frames) frame.release?.();
    });
    this.#closed = Promise.all([this.#closed, sent]).then(() => undefined);
    // Whoever awaits `held` sees the failure too; with nobody waiting yet it must not end the process.
    this.#closed.catch((error: unknown) => (this.#failure ??= { error }));
  }

  /** Resolves when all chunks whose window has been closed are held by the server. */
  held(): Promise<void> {
    return this.#closed;
  }

  /** Forgets that chunks were announced, so that adding them asks the server again. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#announced.delete(id);
  }

  /**
   * Stops sending for good and closes what is open, so that it does not hold the quota until it expires. Best effort:
   * never rejects, and takes `CLOSING_TIME` at most.
   */
  async abandon(reason: unknown): Promise<void> {
    this.#failure ??= { error: reason };
    this.#stop.abort(reason);
    const signal = AbortSignal.timeout(CLOSING_TIME);
    await Promise.allSettled([...this.#open].map((upload) => this.#api.closeUpload(upload, signal)));
  }

  async #send(window: Window): Promise<void> {
    const upload = newId();
    this.#open.add(upload);
    await this.#sendThrough(upload, window);
    this.#open.delete(upload);
  }

  async #sendThrough(upload: string, window: Window): Promise<void> {
    const unique = new Map(window.frames.map((frame) => [frame.id, frame]));
    const chunks = [...unique.values()].map((frame) => ({ id: frame.id, size: frame.bytes.length }));
    const { missing } = await this.#api.openUpload(upload, chunks, this.#signal);
    const wanted = new Set(missing);
    const packs = fillPacks(
      [...unique.values()].filter((frame) => wanted.has(frame.id)),
      this.#limits,
    );
    const sent = packs.flat().reduce((sum, frame) => sum + frame.bytes.length, 0);
    this.#progress.onHeld(window.bytes - sent, 0);
    const outcomes = await Promise.allSettled(packs.map((pack) => this.#packs.run(() => this.#sendPack(upload, pack))));
    // All of them are over now: the window's memory may be used again.
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async #sendPack(upload: string, frames: readonly Frame[]): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
    const buffer = this.#packBuffers.take();
    try {
      await this.#api.sendPack(upload, encodePackInto(buffer, frames), this.#signal);
    } finally {
      this.#packBuffers.release(buffer);
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    this.#progress.onHeld(bytes, bytes);
  }
}

/** Frames in order, cut into packs within the limits. A frame alone always fits: chunks are smaller than packs. */
export function fillPacks(frames: readonly Frame[], limits: SenderLimits): Frame[][] {
  const packs: Frame[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const frame of frames) {
    const size = FRAME_HEADER_BYTES + frame.bytes.length;
    const last = packs.at(-1);
    if (last && bytes + size <= limits.packBytes && last.length < limits.packChunks) {
      last.push(frame);
      bytes += size;
    } else {
      packs.push([frame]);
      bytes = size;
    }
  }
  return packs;
}
