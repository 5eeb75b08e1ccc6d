import { FRAME_HEADER_BYTES, fromHex } from "../../protocol/pack-frame.ts";
import { readChunks, type ChunkSource } from "./content-stream.ts";
import { readManifests, type Manifest } from "./contents.ts";
import type { Shard } from "./shards.ts";

/** What a version's content weighs, before any of it is read. */
export interface ContentWeight {
  readonly contentId: string;
  /** Bytes. */
  readonly size: number;
  readonly chunks: number;
}

/** Two look-ups by primary key a version; the manifests themselves are not read. Parameters: space, `[node, version]`. */
export const WEIGHTS_QUERY = `
  SELECT j.key AS i, c.id, c.size, length(c.manifest) / 36 AS chunks
  FROM json_each(?2) j
  CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version = j.value ->> 1
  CROSS JOIN contents c ON c.owner_id = v.owner_id AND c.id = v.content_id`;

/** The weights of some versions, in their order; undefined where there is no such version. One query. */
export async function weighContents(
  shard: Shard,
  spaceId: string,
  versions: readonly { readonly node: string; readonly version: number }[],
): Promise<(ContentWeight | undefined)[]> {
  const { results } = await shard.db
    .prepare(WEIGHTS_QUERY)
    .bind(spaceId, JSON.stringify(versions.map(({ node, version }) => [node, version])))
    .all<{ i: number; id: string; size: number; chunks: number }>();
  const weights = new Map(results.map(({ i, id, size, chunks }) => [i, { contentId: id, size, chunks }]));
  return versions.map((_, i) => weights.get(i));
}

/** Frames are gathered into pieces of about this size: each piece costs a turn through the stream. */
const PIECE_BYTES = 256 * 1024;

/** Bytes of the frames of all these contents. */
export function framesLength(contents: readonly ContentWeight[]): number {
  return contents.reduce((sum, { size, chunks }) => sum + size + chunks * FRAME_HEADER_BYTES, 0);
}

/**
 * The chunks of `contents` as pack frames, in the order of the contents and in file order; a chunk that is there twice
 * is sent twice. Reads as `readChunks`, over the bounds of files.
 */
export async function* contentFrames(
  source: ChunkSource,
  contents: readonly ContentWeight[],
): AsyncGenerator<Uint8Array, void, void> {
  const ids = contents.map(({ contentId }) => contentId);
  const manifests = await readManifests(source.shard, source.ownerId, ids);
  const chunks = ids.flatMap((id) => chunksOf(manifests.get(id)));
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

/** Purged since it was weighed: no frames, and so a stream that is shorter than announced, which the client notices. */
function chunksOf(manifest: Manifest | undefined): { id: string; size: number }[] {
  if (!manifest) return [];
  return Array.from({ length: manifest.length }, (_, i) => ({ id: manifest.id(i), size: manifest.size(i) }));
}
