import type { FileStorage } from "../../protocol/usage.ts";
import { LOST, partition } from "./chunk-rows.ts";
import type { Shard } from "./shards.ts";
import { readContent } from "./contents.ts";

/** Ids in one JSON parameter: see chunk-rows.ts. */
const IDS_PER_PARAMETER = 10_000;

/**
 * What a version of a file takes; null where the file has no such version. The caller authorizes the node (I11). Reads a
 * row for each of its distinct chunks.
 */
export async function fileStorage(
  shard: Shard,
  spaceId: string,
  nodeId: string,
  version: number,
): Promise<FileStorage | null> {
  const content = await readContent(shard, spaceId, nodeId, version);
  if (!content) return null;
  const { ownerId, manifest } = content;
  const ids = new Set(Array.from({ length: manifest.length }, (_, index) => manifest.id(index)));
  const answers = await shard.db.batch<Sums>([
    shard.db.prepare(REFERENCES).bind(ownerId, content.contentId),
    ...partition([...ids], IDS_PER_PARAMETER).map((part) => shard.db.prepare(SUMS).bind(ownerId, JSON.stringify(part))),
  ]);
  const [references, ...sums] = answers.map(({ results }) => results[0]);
  const total = (of: keyof Sums): number => sums.reduce((sum, row) => sum + (row?.[of] ?? 0), 0);
  return {
    version,
    size: content.size,
    chunks: ids.size,
    storedBytes: total("stored"),
    uniqueBytes: total("alone"),
    sharedBytes: total("stored") - total("alone"),
    sameContent: references?.refs ?? 0,
  };
}

interface Sums {
  readonly stored: number;
  readonly alone: number;
  readonly refs: number;
}

const REFERENCES = `SELECT refs, 0 AS stored, 0 AS alone FROM contents WHERE owner_id = ?1 AND id = ?2`;

/** What is lost (G2) takes nothing. */
const SUMS = `
  SELECT total(c.length) AS stored, total(iif(c.refs = 1, c.length, 0)) AS alone, 0 AS refs
  FROM json_each(?2) j CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value) AND c.pack_id <> '${LOST}'`;
