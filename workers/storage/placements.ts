import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../env.ts";
import type { Placement } from "./directory-identities.ts";
import { openShard, shardNames } from "./shards.ts";

/**
 * Gives an account its home: a row in the directory, then owner, space and root folder on the chosen shard, then the
 * directory's mark that all of it is there. Every step is idempotent, and the directory's row decides between racing
 * calls, so calling it again after a crash, or twice at once, finishes the same home (A9).
 */
export async function placeAccount(env: Env, userId: string, now: number): Promise<Placement> {
  const placement = await chooseHome(env.DIRECTORY, shardNames(env), userId, now);
  if (placement.ready) return placement;
  await makeHome(env, placement, userId, now);
  await env.DIRECTORY.prepare("UPDATE placements SET ready = 1 WHERE user_id = ?").bind(userId).run();
  return { ...placement, ready: true };
}

/** Where an account's home is; null where it has none. One row. */
export async function findPlacement(directory: D1Database, userId: string): Promise<Placement | null> {
  const row = await directory
    .prepare("SELECT shard, space_id, root_id, ready FROM placements WHERE user_id = ?")
    .bind(userId)
    .first<PlacementRow>();
  return row && { shard: row.shard, spaceId: row.space_id, rootId: row.root_id, ready: row.ready === 1 };
}

interface PlacementRow {
  shard: string;
  space_id: string;
  root_id: string;
  ready: number;
}

/** The shard with the fewest accounts. */
async function chooseHome(directory: D1Database, shards: string[], userId: string, now: number): Promise<Placement> {
  const [, found] = await directory.batch<PlacementRow>([
    directory
      .prepare(
        `INSERT INTO placements (user_id, shard, space_id, root_id, ready, created_at)
         SELECT ?1, value, ?2, ?3, 0, ?4
         FROM json_each(?5) LEFT JOIN shard_loads ON shard_loads.shard = value
         WHERE NOT EXISTS (SELECT 1 FROM placements WHERE user_id = ?1)
         ORDER BY coalesce(accounts, 0), random() LIMIT 1`,
      )
      .bind(userId, newId(now), newId(now), now, JSON.stringify(shards)),
    directory.prepare("SELECT shard, space_id, root_id, ready FROM placements WHERE user_id = ?").bind(userId),
  ]);
  const row = found?.results[0];
  if (!row) throw new Error(`no metadata shard is bound: account ${userId} cannot be placed`);
  return { shard: row.shard, spaceId: row.space_id, rootId: row.root_id, ready: row.ready === 1 };
}

async function makeHome(env: Env, placement: Placement, userId: string, now: number): Promise<void> {
  const { db } = openShard(env, placement.shard, "first-primary");
  const { spaceId, rootId } = placement;
  await db.batch([
    db
      .prepare("INSERT OR IGNORE INTO owners (id, quota, created_at) VALUES (?, ?, ?)")
      .bind(userId, Number(env.DEFAULT_QUOTA_BYTES), now),
    db
      .prepare("INSERT OR IGNORE INTO spaces (id, owner_id, root_id, seq, epoch, created_at) VALUES (?, ?, ?, 0, ?, ?)")
      .bind(spaceId, userId, rootId, newId(now), now),
    db
      .prepare(
        `INSERT OR IGNORE INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
         VALUES (?1, ?2, NULL, '', '', 'folder', ?3, 0, ?3)`,
      )
      .bind(spaceId, rootId, now),
  ]);
}
