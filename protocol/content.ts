import { sha256 } from "@noble/hashes/sha2.js";
import { z } from "zod";
import { Sha256Hex } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { fromHex, toHex } from "./pack-frame.ts";

/** One chunk of a file: its SHA-256 and its plaintext size in bytes. */
export const ChunkRef = z
  .object({ id: Sha256Hex, size: z.int().min(1).max(LIMITS.chunkMaxBytes) })
  .meta({ id: "ChunkRef" });
export type ChunkRef = z.infer<typeof ChunkRef>;

/** Bytes a chunk takes in a manifest: its id (32), then its size (4, big endian). */
export const MANIFEST_ENTRY_BYTES = 36;

/** A file's chunk list in binary, in file order: what a content's id is the hash of and what D1 keeps. */
export function encodeManifest(chunks: readonly ChunkRef[]): Uint8Array<ArrayBuffer> {
  const manifest = new Uint8Array(chunks.length * MANIFEST_ENTRY_BYTES);
  const view = new DataView(manifest.buffer);
  chunks.forEach((chunk, i) => {
    manifest.set(fromHex(chunk.id), i * MANIFEST_ENTRY_BYTES);
    view.setUint32(i * MANIFEST_ENTRY_BYTES + 32, chunk.size);
  });
  return manifest;
}

/** The chunk list of a manifest that `encodeManifest` made. */
export function decodeManifest(manifest: Uint8Array): ChunkRef[] {
  const view = new DataView(manifest.buffer, manifest.byteOffset, manifest.byteLength);
  const chunks: ChunkRef[] = [];
  for (let at = 0; at < manifest.length; at += MANIFEST_ENTRY_BYTES) {
    chunks.push({ id: toHex(manifest.subarray(at, at + 32)), size: view.getUint32(at + 32) });
  }
  return chunks;
}

/** A content's id: the SHA-256 of its manifest, in hex. The empty file's is the SHA-256 of nothing. */
export function contentId(chunks: readonly ChunkRef[]): string {
  return toHex(sha256(encodeManifest(chunks)));
}
