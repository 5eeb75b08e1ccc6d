import type { ChunkRef } from "../../protocol/content.ts";
import { chunkFrames } from "./chunk-frames.ts";
import type { ChunkSource } from "./content-stream.ts";
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
  yield* chunkFrames(
    source,
    ids.flatMap((id) => chunksOf(manifests.get(id))),
  );
}

/** Purged since it was weighed: no frames, and so a stream that is shorter than announced, which the client notices. */
function chunksOf(manifest: Manifest | undefined): ChunkRef[] {
  if (!manifest) return [];
  return Array.from({ length: manifest.length }, (_, i) => ({ id: manifest.id(i), size: manifest.size(i) }));
}
