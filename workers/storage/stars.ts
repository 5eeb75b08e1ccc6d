import { z } from "zod";
import { LIMITS } from "../../protocol/limits.ts";
import type { StarPage } from "../../protocol/stars.ts";
import { locateAmong } from "./locate-nodes.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import type { Shard } from "./shards.ts";
import { headCursor, headStatement } from "./space-head.ts";
import { NODE_COLUMNS, type NodeRow } from "./tree-reads.ts";

/** Whose stars, and in which space. */
export interface StarOwner {
  readonly userId: string;
  readonly spaceId: string;
}

/**
 * Stars a node, which the caller has authorized. A star that is there keeps its time.
 *
 * @returns false where the account has as many stars as it may.
 */
export async function addStar(
  shard: Shard,
  { userId, spaceId }: StarOwner,
  nodeId: string,
  now: number,
): Promise<boolean> {
  const [, found] = await shard.db.batch([
    shard.db.prepare(ADD).bind(spaceId, nodeId, userId, now, LIMITS.stars),
    shard.db
      .prepare("SELECT 1 FROM stars WHERE space_id = ? AND node_id = ? AND user_id = ?")
      .bind(spaceId, nodeId, userId),
  ]);
  return (found?.results.length ?? 0) > 0;
}

/** Counts by index, at most as many rows as an account may have stars. What was purged meanwhile gets none. */
const ADD = `
  INSERT INTO stars (space_id, node_id, user_id, created_at)
  SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM stars INDEXED BY stars_newest WHERE user_id = ?3) < ?5
    AND EXISTS (SELECT 1 FROM nodes WHERE space_id = ?1 AND id = ?2 AND state <> 'purged')
  ON CONFLICT DO NOTHING`;

/** Takes a star away, where there is one. */
export async function removeStar(shard: Shard, { userId, spaceId }: StarOwner, nodeId: string): Promise<void> {
  await shard.db
    .prepare("DELETE FROM stars WHERE space_id = ? AND node_id = ? AND user_id = ?")
    .bind(spaceId, nodeId, userId)
    .run();
}

/** The nodes that an account has starred, newest star first, those in the trash included: `LIMITS.stars` at most. */
export async function starredIds(shard: Shard, { userId, spaceId }: StarOwner): Promise<string[]> {
  const { results } = await shard.db
    .prepare(
      `SELECT node_id FROM stars INDEXED BY stars_newest WHERE user_id = ?1 AND space_id = ?2
       ORDER BY created_at DESC, node_id DESC LIMIT ?3`,
    )
    .bind(userId, spaceId, LIMITS.stars)
    .all<{ node_id: string }>();
  return results.map(({ node_id }) => node_id);
}

const StarPosition = z.tuple([z.literal("stars"), z.number(), z.string()]);

/** Parameters: user, space, limit, then the position's time and id. */
export const STARS_QUERY = `
  SELECT s.node_id, s.created_at FROM stars s INDEXED BY stars_newest
  WHERE s.user_id = ?1 AND (s.created_at, s.space_id, s.node_id) < (?4, ?2, ?5)
  ORDER BY s.created_at DESC, s.space_id DESC, s.node_id DESC LIMIT ?3`;

/** The nodes of that page, and all that is above them, each once. */
export const STARRED_CHAINS = `
  WITH RECURSIVE up AS (
    SELECT ${NODE_COLUMNS} FROM (${STARS_QUERY}) s CROSS JOIN nodes n ON n.space_id = ?2 AND n.id = s.node_id
    UNION
    SELECT ${NODE_COLUMNS} FROM up CROSS JOIN nodes n ON n.space_id = ?2 AND n.id = up.parent_id
  )
  SELECT * FROM up`;

/**
 * What an account has starred and is live, newest star first, one page. A page reads `limit` stars, and answers fewer
 * where some of them are in the trash.
 *
 * @throws LedgeError `invalid_cursor`.
 */
export async function listStars(
  shard: Shard,
  { userId, spaceId }: StarOwner,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<StarPage> {
  const after = cursor === undefined ? null : decodePagePosition(StarPosition, cursor);
  const parameters = [userId, spaceId, limit + 1, after?.[1] ?? Number.MAX_SAFE_INTEGER, after?.[2] ?? "~"];
  const [head, starred, chains] = await shard.db.batch<unknown>([
    headStatement(shard, spaceId),
    shard.db.prepare(STARS_QUERY).bind(...parameters),
    shard.db.prepare(STARRED_CHAINS).bind(...parameters),
  ]);
  const rows = (starred?.results ?? []) as { node_id: string; created_at: number }[];
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const nodes = new Map(((chains?.results ?? []) as NodeRow[]).map((row) => [row.id, row]));
  return {
    stars: page.flatMap(({ node_id, created_at }) => {
      const found = locateAmong(nodes, node_id);
      return found?.reach === "live" ? [{ ...found, starredAt: created_at }] : [];
    }),
    next: last ? encodePagePosition<z.infer<typeof StarPosition>>(["stars", last.created_at, last.node_id]) : null,
    changesCursor: headCursor(spaceId, head),
  };
}
