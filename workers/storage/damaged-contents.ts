import type { DamagedFiles } from "../../protocol/audit.ts";
import { MANIFEST_ENTRY_BYTES } from "../../protocol/content.ts";
import { LOST } from "./chunk-rows.ts";
import { Manifest } from "./contents.ts";
import type { Shard } from "./shards.ts";

/** Chunks in the manifests that one query answers, unless a single one has more. */
const CHUNKS_PER_QUERY = 40_000;

/** Each content of an owner, with its chunk list. One query for each `CHUNKS_PER_QUERY` chunks. */
export async function* contentsOf(
  shard: Shard,
  ownerId: string,
): AsyncGenerator<{ readonly id: string; readonly manifest: Manifest }> {
  for (let after = ""; ;) {
    const { results } = await shard.db
      .prepare(CONTENTS)
      .bind(ownerId, after, CHUNKS_PER_QUERY * MANIFEST_ENTRY_BYTES)
      .all<{ id: string; manifest: ArrayBuffer | number[] }>();
    for (const { id, manifest } of results) yield { id, manifest: new Manifest(new Uint8Array(manifest)) };
    const last = results.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** Lengths first: SQLite knows a blob's without reading it. */
const CONTENTS = `
  WITH following AS MATERIALIZED (
    SELECT id, sum(length(manifest)) OVER (ORDER BY id) AS total, row_number() OVER (ORDER BY id) AS place
    FROM (SELECT id, manifest FROM contents WHERE owner_id = ?1 AND id > ?2 ORDER BY id LIMIT 1000)
  )
  SELECT k.id, k.manifest FROM following f CROSS JOIN contents k ON k.owner_id = ?1 AND k.id = f.id
  WHERE f.total <= ?3 OR f.place = 1 ORDER BY k.id`;

/** A version of a file of which bytes are missing. */
export interface DamagedVersion {
  readonly id: string;
  readonly version: number;
  readonly content: string;
  /** From the root, as it is now; of something in the trash, where it was. */
  readonly path: string;
}

/**
 * Versions of an owner's files that have one of these contents, at most `limit`.
 *
 * @param newest - Only those that are their file's newest, of files that are not in the trash by themselves.
 */
export async function versionsOf(
  shard: Shard,
  ownerId: string,
  contentIds: readonly string[],
  { newest, limit }: { readonly newest: boolean; readonly limit: number },
): Promise<DamagedVersion[]> {
  if (contentIds.length === 0) return [];
  const { results } = await shard.db
    .prepare(VERSIONS)
    .bind(ownerId, JSON.stringify(contentIds), newest ? 1 : 0, limit)
    .all<DamagedVersion>();
  return results;
}

/** Walks the owner's versions once: nothing finds them by content. */
const VERSIONS = `
  WITH RECURSIVE found AS MATERIALIZED (
    SELECT v.space_id, v.node_id, v.version, v.content_id FROM spaces s CROSS JOIN versions v ON v.space_id = s.id
    CROSS JOIN nodes n ON n.space_id = v.space_id AND n.id = v.node_id
    WHERE s.owner_id = ?1 AND v.owner_id = ?1 AND v.content_id IN (SELECT value FROM json_each(?2))
      AND n.state <> 'purged' AND (?3 = 0 OR n.version = v.version AND n.state = 'live')
    LIMIT ?4
  ),
  above(space_id, node_id, version, content_id, id, path) AS (
    SELECT space_id, node_id, version, content_id, node_id, '' FROM found
    UNION ALL
    SELECT a.space_id, a.node_id, a.version, a.content_id, n.parent_id, '/' || n.name || a.path
    FROM above a CROSS JOIN nodes n ON n.space_id = a.space_id AND n.id = a.id WHERE n.parent_id IS NOT NULL
  )
  SELECT a.node_id AS id, a.version, a.content_id AS content, a.path
  FROM above a CROSS JOIN spaces s ON s.id = a.space_id WHERE a.id = s.root_id ORDER BY a.path, a.version`;

/** Lost chunks that one answer looks for; those after them are found once these are there again. */
const MOST_CHUNKS = 100_000;
const MOST_FILES = 1_000;

/** The files of an owner whose newest version lacks chunks that are marked as lost. */
export async function damagedFiles(shard: Shard, ownerId: string): Promise<DamagedFiles> {
  const lost = new Set(await lostChunks(shard, ownerId));
  if (lost.size === 0) return { files: [], more: false };
  const damaged: string[] = [];
  for await (const { id, manifest } of contentsOf(shard, ownerId)) {
    for (let index = 0; index < manifest.length; index++) {
      if (!lost.has(manifest.id(index))) continue;
      damaged.push(id);
      break;
    }
  }
  const files = await versionsOf(shard, ownerId, damaged, { newest: true, limit: MOST_FILES + 1 });
  return { files: files.slice(0, MOST_FILES), more: files.length > MOST_FILES || lost.size === MOST_CHUNKS };
}

/** Those that contents name. By index: where there are none, it costs next to nothing. */
async function lostChunks(shard: Shard, ownerId: string): Promise<string[]> {
  const { results } = await shard.db
    .prepare(
      `SELECT lower(hex(id)) AS id FROM chunks INDEXED BY chunks_pack
       WHERE pack_id = '${LOST}' AND owner_id = ?1 AND refs > 0 LIMIT ?2`,
    )
    .bind(ownerId, MOST_CHUNKS)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
