import type { ChunkRef } from "../../protocol/content.ts";
import { FRAME_HEADER_BYTES, fromHex } from "../../protocol/pack-frame.ts";
import { readChunks, type ChunkSource } from "./content-stream.ts";

/** Frames are gathered into pieces of about this size: each piece costs a turn through the stream. */
const PIECE_BYTES = 256 * 1024;

/** Bytes of the frames of `chunks` chunks that have `size` bytes together. */
export function framesLength({ size, chunks }: { readonly size: number; readonly chunks: number }): number {
  return size + chunks * FRAME_HEADER_BYTES;
}

/** Some of an owner's chunks as pack frames, in their order; one that is there twice is sent twice. Reads as `readChunks`. */
export async function* chunkFrames(
  source: ChunkSource,
  chunks: readonly ChunkRef[],
): AsyncGenerator<Uint8Array, void, void> {
  const bytes = readChunks(
    source,
    chunks.map(({ id, size }) => ({ id, from: 0, to: size })),
  );
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  let next = 0;
  for await (const chunk of bytes) {
    const needed = FRAME_HEADER_BYTES + chunk.length;
    if (filled > 0 && filled + needed > piece.length) {
      yield piece.subarray(0, filled);
      piece = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
    if (needed > piece.length) piece = new Uint8Array(needed);
    piece.set(fromHex((chunks[next++] as { id: string }).id), filled);
    new DataView(piece.buffer).setUint32(filled + 32, chunk.length);
    piece.set(chunk, filled + FRAME_HEADER_BYTES);
    filled += needed;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
