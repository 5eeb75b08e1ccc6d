import type { ChunkRef } from "../../../protocol/content.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { BufferPool } from "../../buffer-pool.ts";
import { readFully } from "../../download/file-bytes.ts";
import type { Hashing } from "../../ports/hashing.ts";
import type { ReadHandle } from "../../ports/file-system.ts";
import {
  ReplicaChanged,
  sameBytes,
  type ReplicaFiles,
  type ReplicaPath,
  type Stamp,
} from "../../ports/replica-files.ts";
import type { SendableFrame } from "../../upload/chunk-sender.ts";
import { framesOf, streamFrames } from "../../upload/read-file.ts";

/** Files up to this size are read whole: nothing of them goes on before they are known to have stood still. */
const WHOLE_BYTES = 1024 * 1024;
/** What larger ones are read in: two of the largest chunks, so that a chunk is carried over at most once. */
const SEGMENT_BYTES = 2 * LIMITS.chunkMaxBytes;

export interface ReadFile {
  readonly chunks: ChunkRef[];
  /** What the file was, before and after it was read. */
  readonly stamp: Stamp;
}

type Take = (frame: SendableFrame) => Promise<void>;

export function isReadWhole(size: number): boolean {
  return size <= WHOLE_BYTES;
}

/** Reads the replica's files in chunks, and tells where one was not the expected file from beginning to end. */
export class LocalReader {
  readonly #files: ReplicaFiles;
  readonly #hashing: Hashing;
  readonly #segments = new BufferPool(SEGMENT_BYTES);

  constructor(files: ReplicaFiles, hashing: Hashing) {
    this.#files = files;
    this.#hashing = hashing;
  }

  /**
   * Gives a file's chunks to `take` in order, each to be released. Rejects with `ReplicaChanged` where it is not, or
   * does not stay, what was expected; a large file's chunks may have been given by then.
   */
  async read(path: ReplicaPath, expected: Stamp, take: Take, signal: AbortSignal): Promise<ReadFile> {
    signal.throwIfAborted();
    await this.#require(path, expected);
    const handle = await this.#open(path, expected);
    try {
      if (isReadWhole(expected.size)) return await this.#whole(path, handle, expected, take);
      const { chunks, size } = await streamFrames(handle, this.#hashing, this.#segments, (frame) => {
        signal.throwIfAborted();
        return take(frame);
      });
      if (size !== expected.size) throw changed(path);
      return { chunks, stamp: await this.#require(path, expected) };
    } finally {
      await handle.close();
    }
  }

  async #whole(path: ReplicaPath, handle: ReadHandle, expected: Stamp, take: Take): Promise<ReadFile> {
    const bytes = new Uint8Array(expected.size);
    if (!(await readFully(handle, bytes, 0))) throw changed(path);
    const stamp = await this.#require(path, expected);
    const frames = await framesOf(this.#hashing, bytes);
    for (const frame of frames) await take(frame);
    return { chunks: frames.map(({ id, bytes: chunk }) => ({ id, size: chunk.length })), stamp };
  }

  async #open(path: ReplicaPath, expected: Stamp): Promise<ReadHandle> {
    try {
      return await this.#files.openRead(path);
    } catch (error) {
      // That it went away in this moment says more than that it cannot be opened.
      await this.#require(path, expected);
      throw error;
    }
  }

  async #require(path: ReplicaPath, expected: Stamp): Promise<Stamp> {
    const stamp = await this.#files.stat(path);
    if (stamp === null || !sameBytes(stamp, expected)) throw changed(path);
    return stamp;
  }
}

function changed(path: ReplicaPath): ReplicaChanged {
  return new ReplicaChanged(`${path} changed`);
}
