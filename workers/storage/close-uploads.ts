import type { Shard } from "./shards.ts";
import type { UploadRow } from "./uploads.ts";

/** Closes an upload and releases what it reserves; chunks that it brought stay for their grace period (U7). */
export async function cancelUpload(shard: Shard, upload: UploadRow): Promise<void> {
  await shard.db.batch(closeUploadStatements(shard.db, [upload.id], upload.owner_id));
}

/**
 * Closes uploads as part of a batch, so that a commit and the release of their reservations are one. Nothing happens
 * to one that is not there or not the owner's.
 *
 * @param uploadIds - Up to some thousands; an id may be there twice.
 */
export function closeUploadStatements(
  db: Pick<D1Database, "prepare">,
  uploadIds: readonly string[],
  ownerId: string,
): D1PreparedStatement[] {
  if (uploadIds.length === 0) return [];
  const ids = JSON.stringify([...new Set(uploadIds)]);
  return [releaseStatement(db, ids, ownerId), db.prepare(CLOSE_UPLOADS).bind(ownerId, ids)];
}

/** @param ids - JSON, each id once. */
function releaseStatement(db: Pick<D1Database, "prepare">, ids: string, ownerId: string): D1PreparedStatement {
  return db.prepare(RELEASE_UPLOADS).bind(ownerId, ids);
}

const RESERVED = "SELECT u.reserved FROM json_each(?2) j CROSS JOIN uploads u ON u.owner_id = ?1 AND u.id = j.value";

const RELEASE_UPLOADS = `
  UPDATE owners SET reserved = reserved - (SELECT sum(reserved) FROM (${RESERVED}))
  WHERE id = ?1 AND EXISTS (${RESERVED} WHERE u.reserved > 0)`;

const CLOSE_UPLOADS = "DELETE FROM uploads WHERE owner_id = ?1 AND id IN (SELECT value FROM json_each(?2))";

/**
 * Releases what a file's upload still reserves and keeps its row until it expires, so that `complete` sent again
 * commits the same operation again and gets the first answer (I5).
 */
export async function releaseReservation(shard: Shard, upload: UploadRow): Promise<void> {
  const release = releaseStatement(shard.db, JSON.stringify([upload.id]), upload.owner_id);
  const settle = shard.db.prepare("UPDATE uploads SET reserved = 0 WHERE id = ?1 AND owner_id = ?2");
  await shard.db.batch([release, settle.bind(upload.id, upload.owner_id)]);
}

/**
 * Removes uploads that have expired and releases what they reserve, at most `limit` of them.
 *
 * @returns how many.
 */
export async function releaseExpired(shard: Shard, now: number, limit = 500): Promise<number> {
  const { results } = await shard.db
    .prepare("SELECT id, owner_id FROM uploads WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2")
    .bind(now, limit)
    .all<{ id: string; owner_id: string }>();
  if (results.length === 0) return 0;
  const ids = JSON.stringify(results.map(({ owner_id, id }) => [owner_id, id]));
  const owners = JSON.stringify([...new Set(results.map(({ owner_id }) => owner_id))]);
  // An upload that was opened again in the meantime is no longer expired: both statements look anew.
  const [, removed] = await shard.db.batch([
    shard.db
      .prepare(
        `UPDATE owners SET reserved = reserved - (
           SELECT coalesce(sum(u.reserved), 0) FROM json_each(?1) j
           CROSS JOIN uploads u ON u.owner_id = j.value ->> 0 AND u.id = j.value ->> 1
           WHERE j.value ->> 0 = owners.id AND u.expires_at <= ?3)
         WHERE id IN (SELECT value FROM json_each(?2))`,
      )
      .bind(ids, owners, now),
    shard.db
      .prepare(
        `DELETE FROM uploads
         WHERE (owner_id, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1)) AND expires_at <= ?2`,
      )
      .bind(ids, now),
  ]);
  return removed?.meta.changes ?? 0;
}
