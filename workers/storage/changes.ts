import { decodeCursor, encodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Changes } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** RFC 3339 section 5.6. A space for the offset's `+` is what an unescaped plus in a query string becomes. */
const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+ -]\d\d:\d\d)$/i;

/** Before everything: a space's root folder has seq 0. */
const BEGINNING = -1;

/** Parameters: space, seq, limit. The journal's index gives the order; without change it reads no row. */
export const CHANGES_QUERY = `SELECT ${NODE_COLUMNS} FROM nodes n INDEXED BY nodes_seq
  WHERE n.space_id = ?1 AND n.seq > ?2 ORDER BY n.seq LIMIT ?3`;

/**
 * Parameters: space, time. That commit itself is answered again: it was under way for a while after its time, so a
 * reader who goes by the time of its last poll may not have seen it. A space has one commit under way at most (I4).
 */
export const COMMIT_BEFORE_QUERY = `SELECT base_seq FROM commits INDEXED BY commits_time
  WHERE space_id = ?1 AND at < ?2 ORDER BY at DESC, base_seq DESC LIMIT 1`;

/**
 * A page of a space's changes after `since`: nodes by ascending seq, each once, in its latest state, tombstones
 * included (S1). A node that changes while a reader pages is met again further on, so that a reader who goes on until
 * `upToDate` has the server's tree (S3); within one page a child may come before its parent.
 *
 * The page and the space's seq are one snapshot. Without change it reads one row and writes none (S4).
 *
 * @param shard - At its primary: a replica that lags would tell whoever was just told of a change that there is none.
 * @param since - A cursor; an RFC 3339 time, for all from the last commit before it on, that one included; or absent, for all.
 * @throws LedgeError `invalid_cursor`, `cursor_expired` (S2), `not_found`.
 */
export async function readChanges(
  shard: Shard,
  spaceId: string,
  since: string | undefined,
  limit: number,
): Promise<Changes> {
  const time = since === undefined ? null : parseTime(since);
  if (time !== null) return readAfter(shard, spaceId, await seqBefore(shard, spaceId, time), null, limit);
  if (since === undefined) return readAfter(shard, spaceId, BEGINNING, null, limit);
  const cursor = decodeCursor(since);
  if (!cursor || cursor.space !== spaceId) throw new LedgeError("invalid_cursor");
  return readAfter(shard, spaceId, cursor.seq, cursor.epoch, limit);
}

async function readAfter(
  shard: Shard,
  spaceId: string,
  after: number,
  epoch: string | null,
  limit: number,
): Promise<Changes> {
  const [spaces, nodes] = await shard.db.batch<unknown>([
    shard.db.prepare("SELECT seq, epoch FROM spaces WHERE id = ?").bind(spaceId),
    shard.db.prepare(CHANGES_QUERY).bind(spaceId, after, limit + 1),
  ]);
  const space = spaces?.results[0] as { seq: number; epoch: string } | undefined;
  if (!space) throw new LedgeError("not_found");
  // A cursor ahead of the space is of a history that is no more, though the epoch was not renewed.
  if ((epoch !== null && epoch !== space.epoch) || after > space.seq) throw new LedgeError("cursor_expired");

  const rows = (nodes?.results ?? []) as NodeRow[];
  const page = rows.slice(0, limit);
  const upToDate = rows.length <= limit;
  const seq = upToDate ? space.seq : (page.at(-1)?.seq ?? after);
  return {
    changes: page.map(nodeFromRow),
    cursor: encodeCursor({ space: spaceId, epoch: space.epoch, seq }),
    upToDate,
    space: spaceId,
    epoch: space.epoch,
  };
}

/** Milliseconds, or null where `text` is no time. */
function parseTime(text: string): number | null {
  const [, local, offset] = RFC_3339.exec(text) ?? [];
  if (local === undefined || offset === undefined) return null;
  const time = Date.parse((local + offset.replace(" ", "+")).toUpperCase());
  return Number.isNaN(time) ? null : time;
}

async function seqBefore(shard: Shard, spaceId: string, time: number): Promise<number> {
  const commit = await shard.db.prepare(COMMIT_BEFORE_QUERY).bind(spaceId, time).first<{ base_seq: number }>();
  return commit?.base_seq ?? BEGINNING;
}
