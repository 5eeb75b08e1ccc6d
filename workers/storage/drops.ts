import type { ChunkRef } from "../../protocol/content.ts";
import { heldChunks } from "./chunk-rows.ts";
import { jsonSlices } from "./json-slices.ts";
import type { Shard } from "./shards.ts";

/** How long a drop waits for its guest to go on. Milliseconds. */
const LIFETIME = 48 * 3_600_000;
/** Its end is put off this rarely, so that packs write no more rows than they must. Milliseconds. */
const EXTEND_AFTER = 3_600_000;

/** What one guest sends by one link. */
export interface DropRow {
  readonly id: string;
  readonly link_id: string;
  readonly owner_id: string;
  readonly folder_id: string;
  readonly guest: string;
  readonly expires_at: number;
}

export async function addDrop(shard: Shard, drop: Omit<DropRow, "expires_at">, now: number): Promise<DropRow> {
  const row = { ...drop, expires_at: now + LIFETIME };
  await shard.db
    .prepare("INSERT INTO drops (id, link_id, owner_id, folder_id, guest, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
    .bind(row.id, row.link_id, row.owner_id, row.folder_id, row.guest, row.expires_at)
    .run();
  return row;
}

/** A link's drop, its end put off; null where there is none, or it has ended. */
export async function findDrop(shard: Shard, linkId: string, id: string, now: number): Promise<DropRow | null> {
  const row = await shard.db
    .prepare("SELECT * FROM drops WHERE id = ? AND link_id = ? AND expires_at > ?")
    .bind(id, linkId, now)
    .first<DropRow>();
  const until = now + LIFETIME;
  if (!row || row.expires_at > until - EXTEND_AFTER) return row;
  await shard.db.prepare("UPDATE drops SET expires_at = max(expires_at, ?2) WHERE id = ?1").bind(id, until).run();
  return { ...row, expires_at: until };
}

/** Gives a drop another folder in place of `was`; answers the one that it has then. */
export async function renewFolder(shard: Shard, dropId: string, was: string, folderId: string): Promise<string> {
  const [, read] = await shard.db.batch<{ folder_id: string }>([
    shard.db.prepare("UPDATE drops SET folder_id = ?3 WHERE id = ?1 AND folder_id = ?2").bind(dropId, was, folderId),
    shard.db.prepare("SELECT folder_id FROM drops WHERE id = ?").bind(dropId),
  ]);
  return read?.results[0]?.folder_id ?? folderId;
}

const SENT = `
  SELECT lower(hex(d.chunk_id)) AS id, d.size FROM json_each(?2) j
  CROSS JOIN drop_chunks d ON d.drop_id = ?1 AND d.chunk_id = unhex(j.value)`;

/**
 * Which of `ids` the drop has sent and the owner still holds, with their sizes. Never what the owner holds besides: a guest
 * learns nothing of that (I3).
 */
export async function sentChunks(
  shard: Shard,
  drop: DropRow,
  ids: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  for (const slice of jsonSlices(new Set(ids))) {
    const { results } = await shard.db.prepare(SENT).bind(drop.id, slice).all<{ id: string; size: number }>();
    for (const { id, size } of results) sent.set(id, size);
  }
  const held = await heldChunks(shard.db, drop.owner_id, [...sent.keys()], now);
  return new Map([...sent].filter(([id]) => held.has(id)));
}

/** Notes chunks as sent by the drop; answers the bytes of those that were not before. */
export async function noteSent(shard: Shard, dropId: string, chunks: readonly ChunkRef[]): Promise<number> {
  const { results } = await shard.db
    .prepare(
      `INSERT INTO drop_chunks (drop_id, chunk_id, size)
       SELECT ?1, unhex(value ->> 0), value ->> 1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING RETURNING size`,
    )
    .bind(dropId, JSON.stringify(chunks.map(({ id, size }) => [id, size])))
    .all<{ size: number }>();
  return results.reduce((sum, { size }) => sum + size, 0);
}

/** Forgets drops that have ended, `limit` of their chunks at most; the chunks' bytes are the collector's. */
export async function forgetDrops({ db }: Shard, now: number, limit = 5_000): Promise<void> {
  const ended = "SELECT id FROM drops INDEXED BY drops_expiry WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 100";
  await db.batch([
    db
      .prepare(
        `DELETE FROM drop_chunks WHERE (drop_id, chunk_id) IN (
           SELECT c.drop_id, c.chunk_id FROM (${ended}) e CROSS JOIN drop_chunks c ON c.drop_id = e.id LIMIT ?2)`,
      )
      .bind(now, limit),
    db
      .prepare(
        `DELETE FROM drops WHERE id IN (${ended})
           AND NOT EXISTS (SELECT 1 FROM drop_chunks c WHERE c.drop_id = drops.id)`,
      )
      .bind(now),
  ]);
}
