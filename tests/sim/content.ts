import { hash } from "node:crypto";
import { contentId, type ChunkRef } from "../../protocol/content.ts";

/** Bytes of a chunk: tiny, so that small files have several. */
const CHUNK_BYTES = 24;

export interface CutFile {
  readonly content: string;
  readonly chunks: readonly ChunkRef[];
  readonly pieces: ReadonlyMap<string, Uint8Array>;
}

const cache = new Map<string, CutFile>();

/** A file's chunks and content id: the real ones, of chunks cut at fixed places. */
export function cut(bytes: Uint8Array): CutFile {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  let found = cache.get(key);
  if (!found) {
    const chunks: ChunkRef[] = [];
    const pieces = new Map<string, Uint8Array>();
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const piece = bytes.slice(at, at + CHUNK_BYTES);
      const id = hash("sha256", piece, "hex");
      chunks.push({ id, size: piece.length });
      pieces.set(id, piece);
    }
    found = { content: contentId(chunks), chunks, pieces };
    if (cache.size > 2_000) cache.clear();
    cache.set(key, found);
  }
  return found;
}
