import { LOST } from "./chunk-rows.ts";
import type { Shard } from "./shards.ts";

/** Chunks deleted in one batch. */
const BATCH = 1_000;

/**
 * Deletes chunk rows that no content has and that were last touched before `before`, lowering `owners.used` and
 * `packs.live` in the same batch (I9, U7). The packs' bytes go later.
 *
 * @returns how many, at most `limit`.
 */
export async function collectChunks(shard: Shard, now: number, before: number, limit: number): Promise<number> {
  let deleted = 0;
  while (deleted < limit) {
    const { results } = await shard.db
      .prepare(
        `SELECT owner_id AS owner, lower(hex(id)) AS id, pack_id AS pack FROM chunks INDEXED BY chunks_dead
         WHERE refs = 0 AND touched_at < ?1 ORDER BY touched_at LIMIT ?2`,
      )
      .bind(before, Math.min(BATCH, limit - deleted))
      .all<{ owner: string; id: string; pack: string }>();
    if (results.length === 0) break;
    let changes = 0;
    for (const [owner, rows] of Map.groupBy(results, (row) => row.owner)) {
      const ids = JSON.stringify(rows.map(({ id }) => id));
      const packs = JSON.stringify([...new Set(rows.map(({ pack }) => pack))]);
      changes += await deleteRows(shard.db, owner, ids, packs, before, now);
    }
    if (changes === 0) break;
    deleted += changes;
  }
  return deleted;
}

/** Looks at each chunk anew: one that was touched or taken up in the meantime stays. */
async function deleteRows(
  db: D1DatabaseSession,
  ownerId: string,
  ids: string,
  packs: string,
  before: number,
  now: number,
): Promise<number> {
  const still = `owner_id = ?1 AND id IN (SELECT unhex(value) FROM json_each(?2)) AND refs = 0 AND touched_at < ?3`;
  const [, removed] = await db.batch([
    db
      .prepare(
        `UPDATE owners SET used = used - (
           SELECT coalesce(sum(size), 0) FROM chunks WHERE ${still} AND pack_id <> '${LOST}') WHERE id = ?1`,
      )
      .bind(ownerId, ids, before),
    db.prepare(`DELETE FROM chunks WHERE ${still}`).bind(ownerId, ids, before),
    db
      .prepare(
        `UPDATE packs SET changed_at = ?2,
           live = (SELECT coalesce(sum(length), 0) FROM chunks WHERE pack_id = packs.id)
         WHERE id IN (SELECT value FROM json_each(?1))`,
      )
      .bind(packs, now),
  ]);
  return removed?.meta.changes ?? 0;
}
