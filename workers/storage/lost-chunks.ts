import { LOST, recountPack } from "./chunk-rows.ts";

/**
 * Marks chunks as lost, as long as they are still in that pack: one that was moved or sent again meanwhile is not touched.
 * Run as one batch, the counters stay right (I9).
 *
 * @param chunkIds - Lower-case hex; null: all of the pack's.
 */
export function loseChunks(
  db: D1DatabaseSession,
  packId: string,
  chunkIds: readonly string[] | null,
  now: number,
): D1PreparedStatement[] {
  const which = `pack_id = ?1 AND (?2 IS NULL OR id IN (SELECT unhex(value) FROM json_each(?2)))`;
  const ids = chunkIds && JSON.stringify(chunkIds);
  return [
    db
      .prepare(
        `UPDATE owners SET used = used - (SELECT sum(size) FROM chunks WHERE ${which} AND owner_id = owners.id)
         WHERE id IN (SELECT owner_id FROM chunks WHERE ${which})`,
      )
      .bind(packId, ids),
    db.prepare(`UPDATE chunks SET pack_id = '${LOST}', "offset" = 0, length = 0 WHERE ${which}`).bind(packId, ids),
    recountPack(db, packId, now),
  ];
}
