import type { ChunkRef } from "../../protocol/content.ts";
import type { Frame } from "../../protocol/pack-frame.ts";
import { cutAll, cutStream } from "../chunker.ts";
import type { FileSystem, LocalStat, ReadHandle } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { BufferPool } from "../buffer-pool.ts";
import type { SendableFrame } from "./chunk-sender.ts";

/** The file was written to while it was read, more often than it was worth trying. */
export class ChangedWhileRead extends Error {
  override readonly name = "ChangedWhileRead";

  constructor() {
    super("changed again and again while it was read");
  }
}

/** A file as it was in one moment. */
export interface FileSnapshot {
  readonly chunks: ChunkRef[];
  readonly size: number;
  readonly mtime: number;
  readonly executable: boolean;
}

const ATTEMPTS = 3;

function isUnchanged(before: LocalStat, size: number, after: LocalStat): boolean {
  return size === before.size && after.size === before.size && after.mtime === before.mtime;
}

async function stable<T>(
  files: FileSystem,
  path: string,
  read: (handle: ReadHandle) => Promise<{ value: T; size: number }>,
): Promise<{ value: T; stat: LocalStat }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const handle = await files.openRead(path);
    try {
      const before = await handle.stat();
      const { value, size } = await read(handle);
      const after = await handle.stat();
      if (isUnchanged(before, size, after)) return { value, stat: before };
    } finally {
      await handle.close();
    }
  }
  throw new ChangedWhileRead();
}

function snapshot(chunks: ChunkRef[], { size, mtime, executable }: LocalStat): FileSnapshot {
  return { chunks, size, mtime, executable };
}

/** The chunks of bytes in memory, as views of them. */
export async function framesOf(hashing: Hashing, bytes: Uint8Array): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const chunk of cutAll(bytes)) frames.push({ id: await hashing.sha256(chunk), bytes: chunk });
  return frames;
}

/**
 * Streams what is read from a handle's beginning to `take`, chunk by chunk, in buffers of the pool. Each frame that
 * `take` does not reject must be released.
 */
export async function streamFrames(
  handle: ReadHandle,
  hashing: Hashing,
  pool: BufferPool,
  take: (frame: SendableFrame) => Promise<void>,
): Promise<{ chunks: ChunkRef[]; size: number }> {
  const chunks: ChunkRef[] = [];
  let position = 0;
  const read = async (buffer: Uint8Array): Promise<number> => {
    const got = await handle.read(buffer, position);
    position += got;
    return got;
  };
  for await (const bytes of cutStream(read, pool)) {
    const id = await hashing.sha256(bytes);
    chunks.push({ id, size: bytes.length });
    pool.hold(bytes);
    try {
      await take({ id, bytes, release: () => pool.release(bytes) });
    } catch (error) {
      pool.release(bytes);
      throw error;
    }
  }
  return { chunks, size: position };
}

/** Reads a file of some MiB at most into memory. Rejects with `ChangedWhileRead` or the file system's error. */
export async function readSmallFile(
  files: FileSystem,
  hashing: Hashing,
  path: string,
): Promise<{ file: FileSnapshot; frames: Frame[] }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { before, bytes, after } = await files.readWhole(path);
    if (!isUnchanged(before, bytes.length, after)) continue;
    const frames = await framesOf(hashing, bytes);
    const chunks = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
    return { file: snapshot(chunks, before), frames };
  }
  throw new ChangedWhileRead();
}

/**
 * Streams a file of any size to `take`, chunk by chunk, in buffers of the pool; each frame must be released. A file that
 * changed meanwhile is streamed again.
 */
export async function streamFile(
  files: FileSystem,
  hashing: Hashing,
  path: string,
  pool: BufferPool,
  take: (frame: SendableFrame) => Promise<void>,
): Promise<FileSnapshot> {
  const { value, stat } = await stable(files, path, async (handle) => {
    const { chunks, size } = await streamFrames(handle, hashing, pool, take);
    return { value: chunks, size };
  });
  return snapshot(value, stat);
}
