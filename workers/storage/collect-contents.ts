import { MANIFEST_ENTRY_BYTES } from "../../protocol/content.ts";
import { partition } from "./chunk-rows.ts";
import { type Manifest, readManifests } from "./contents.ts";
import type { Shard } from "./shards.ts";

/** Chunk ids in one JSON parameter. */
const IDS_PER_PARAMETER = 10_000;
/** Chunk ids of the contents that one batch deletes, unless a single content has more. */
const IDS_PER_BATCH = 20_000;

interface DeadContent {
  readonly id: string;
  readonly owner_id: string;
  /** Chunks in its manifest. */
  readonly chunks: number;
}

/**
 * Deletes contents that no version has, and lowers their chunks' counts in the same batch; the chunks' grace period
 * begins. A content that a commit took up in the meantime has refs again and is left alone; one that is gone is made
 * anew by the commit that wants it, with its chunks counted again.
 *
 * @returns how many, at most `limit`.
 */
export async function collectContents(shard: Shard, now: number, limit: number): Promise<number> {
  let deleted = 0;
  while (deleted < limit) {
    const batch = firstBatch(await deadContents(shard, Math.min(100, limit - deleted)));
    const [first] = batch;
    if (!first) break;
    const manifests = await readManifests(
      shard,
      first.owner_id,
      batch.map(({ id }) => id),
    );
    const answers = await shard.db.batch(deleteStatements(shard.db, first.owner_id, manifests, now));
    const changes = answers.at(-1)?.meta.changes ?? 0;
    if (changes === 0) break;
    deleted += changes;
  }
  return deleted;
}

/** Without their manifests: a hundred of the longest would be 144 MB. */
async function deadContents(shard: Shard, limit: number): Promise<DeadContent[]> {
  const { results } = await shard.db
    .prepare(
      `SELECT id, owner_id, length(manifest) / ${MANIFEST_ENTRY_BYTES} AS chunks FROM contents INDEXED BY contents_dead
       WHERE refs = 0 LIMIT ?`,
    )
    .bind(limit)
    .all<DeadContent>();
  return results;
}

/** The leading contents that have one owner and not too many chunks together. */
function firstBatch(contents: readonly DeadContent[]): DeadContent[] {
  const batch: DeadContent[] = [];
  let ids = 0;
  for (const content of contents) {
    ids += content.chunks;
    if (batch.length > 0 && (content.owner_id !== batch[0]?.owner_id || ids > IDS_PER_BATCH)) break;
    batch.push(content);
  }
  return batch;
}

function deleteStatements(
  db: D1DatabaseSession,
  ownerId: string,
  contents: ReadonlyMap<string, Manifest>,
  now: number,
): D1PreparedStatement[] {
  const holds = [...contents].flatMap(([id, manifest]) => {
    const chunkIds = new Set(Array.from({ length: manifest.length }, (_, index) => manifest.id(index)));
    return partition([...chunkIds], IDS_PER_PARAMETER).map((part) => [id, part] as const);
  });
  const release = db.prepare(RELEASE);
  const remove = db.prepare(
    "DELETE FROM contents WHERE owner_id = ?1 AND refs = 0 AND id IN (SELECT value FROM json_each(?2))",
  );
  return [
    ...groupHolds(holds).map((group) => release.bind(ownerId, JSON.stringify(group), now)),
    remove.bind(ownerId, JSON.stringify([...contents.keys()])),
  ];
}

/** Holds gathered so that each group is one parameter's worth of ids. */
function groupHolds(holds: readonly (readonly [string, string[]])[]): (readonly [string, string[]])[][] {
  const groups: (readonly [string, string[]])[][] = [];
  let room = 0;
  for (const hold of holds) {
    if (hold[1].length > room) {
      groups.push([]);
      room = IDS_PER_PARAMETER;
    }
    groups.at(-1)?.push(hold);
    room -= hold[1].length;
  }
  return groups;
}

/**
 * Lowers `refs` by the number of contents of the group that have the chunk and are still without version. An upsert,
 * because the planner would walk all of the owner's chunks for an UPDATE … FROM.
 */
export const RELEASE = `
  INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
  SELECT ?1, c.id, c.pack_id, c."offset", c.length, c.size, dead.times, ?3
  FROM (
    SELECT unhex(chunk.value) AS id, count(*) AS times
    FROM json_each(?2) hold
      CROSS JOIN contents k ON k.owner_id = ?1 AND k.id = hold.value ->> 0 AND k.refs = 0
      CROSS JOIN json_each(hold.value, '$[1]') chunk
    GROUP BY chunk.value
  ) dead CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = dead.id
  WHERE true
  ON CONFLICT (owner_id, id) DO UPDATE SET refs = refs - excluded.refs, touched_at = excluded.touched_at`;
