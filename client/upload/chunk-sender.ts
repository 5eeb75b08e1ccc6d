import { FRAME_HEADER_BYTES, encodePack, type Frame } from "../../protocol/pack-frame.ts";
import type { Api } from "../api.ts";
import { Semaphore } from "../semaphore.ts";

export interface SenderLimits {
  /** Largest pack, frames included. */
  readonly packBytes: number;
  readonly packChunks: number;
}

export interface SendProgress {
  /** Chunk bytes that the server has now, sent just now or held before. */
  onHeld(bytes: number, sent: number): void;
}

/** Bytes of one announcement: enough for several packs in flight, little enough that three fit in memory. */
const WINDOW_BYTES = 24 * 1024 * 1024;
const WINDOW_CHUNKS = 4_096;
const WINDOWS_IN_FLIGHT = 3;
const PACKS_IN_FLIGHT = 4;
/** Ids remembered so that a chunk is announced once a run; beyond it, the server's answer alone saves sending. */
const REMEMBERED_IDS = 200_000;

interface Window {
  readonly frames: Frame[];
  bytes: number;
}

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
  readonly #signal: AbortSignal | undefined;
  readonly #windows = new Semaphore(WINDOWS_IN_FLIGHT);
  readonly #packs = new Semaphore(PACKS_IN_FLIGHT);
  readonly #announced = new Set<string>();
  #filling: Window = { frames: [], bytes: 0 };
  /** Resolves when every window closed so far is through; rejects when one failed. */
  #closed: Promise<void> = Promise.resolve();
  /** The first failure of a window: whatever is added after it is refused with it. */
  #failure: { readonly error: unknown } | null = null;

  constructor(api: Api, limits: SenderLimits, progress: SendProgress, signal?: AbortSignal) {
    this.#api = api;
    this.#limits = limits;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** Takes a chunk; its bytes must not change any more. */
  async add(frame: Frame): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#announced.has(frame.id)) {
      this.#progress.onHeld(frame.bytes.length, 0);
      return;
    }
    if (this.#announced.size < REMEMBERED_IDS) this.#announced.add(frame.id);
    this.#filling.frames.push(frame);
    this.#filling.bytes += frame.bytes.length;
    if (this.#filling.bytes >= WINDOW_BYTES || this.#filling.frames.length >= WINDOW_CHUNKS) await this.close();
  }

  /** Sends off the window being filled, waiting only while too many are in flight. */
  async close(): Promise<void> {
    const window = this.#filling;
    if (window.frames.length === 0) return;
    this.#filling = { frames: [], bytes: 0 };
    await this.#windows.acquire();
    const sent = this.#send(window).finally(() => this.#windows.release());
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

  async #send(window: Window): Promise<void> {
    const unique = new Map(window.frames.map((frame) => [frame.id, frame]));
    const chunks = [...unique.values()].map((frame) => ({ id: frame.id, size: frame.bytes.length }));
    const { upload, missing } = await this.#api.openUpload(chunks, this.#signal);
    const wanted = new Set(missing);
    const packs = fillPacks(
      [...unique.values()].filter((frame) => wanted.has(frame.id)),
      this.#limits,
    );
    const sent = packs.flat().reduce((sum, frame) => sum + frame.bytes.length, 0);
    this.#progress.onHeld(window.bytes - sent, 0);
    await Promise.all(packs.map((pack) => this.#packs.run(() => this.#sendPack(upload, pack))));
  }

  async #sendPack(upload: string, frames: readonly Frame[]): Promise<void> {
    this.#signal?.throwIfAborted();
    await this.#api.sendPack(upload, encodePack(frames), this.#signal);
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
