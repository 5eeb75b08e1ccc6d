import { decodeCursor, encodeCursor, type Cursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Changes, Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** How far the space is, and since when the folder's changes are written down; no row where it is not shared. */
export const FOLDER_HEAD_QUERY = `
  SELECT s.seq, s.epoch, f.since_seq FROM spaces s CROSS JOIN shared_folders f ON f.space_id = s.id AND f.folder_id = ?2
  WHERE s.id = ?1`;

/**
 * Parameters: space, folder, seq, limit. The journal's page with the nodes as they are now, then the folders above them as far
 * as the shared one. Nodes that left have none, nor do those on the way.
 */
export const FOLDER_CHANGES_QUERY = `
  WITH RECURSIVE page AS MATERIALIZED (
    SELECT c.node_id, c.seq, c.arrived_seq, c.is_left FROM folder_changes c INDEXED BY folder_changes_seq
    WHERE c.space_id = ?1 AND c.folder_id = ?2 AND c.seq > ?3 ORDER BY c.seq LIMIT ?4
  ),
  chain(id) AS (
    SELECT node_id FROM page WHERE is_left = 0
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id
    WHERE chain.id <> ?2 AND p.parent_id IS NOT NULL
  )
  SELECT p.node_id, p.seq AS change_seq, p.arrived_seq, ${NODE_COLUMNS} FROM page p
    LEFT JOIN nodes n ON p.is_left = 0 AND n.space_id = ?1 AND n.id = p.node_id
  UNION ALL
  SELECT NULL, NULL, NULL, ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id
    WHERE chain.id NOT IN (SELECT node_id FROM page)`;

interface HeadRow {
  readonly seq: number;
  readonly epoch: string;
  readonly since_seq: number;
}

/** Of the journal: with `node_id`, and the node's columns where it did not leave. Of a folder above: the node's columns only. */
type ChangeRow = { [Column in keyof NodeRow]: NodeRow[Column] | null } & {
  readonly node_id: string | null;
  readonly change_seq: number | null;
  readonly arrived_seq: number | null;
};

/**
 * A page of what changed in a shared folder after `since` (M7), by ascending seq, each node once, in its latest state. What
 * is no longer in the folder at this moment, by itself or with a folder above it, is named in `left` and not shown.
 *
 * Who follows replaces what it has by `changes` of a higher seq, and forgets `left` with what is below; of each folder of
 * `arrived`, and of each live one that it does not have, it forgets what is below and lists that. Having come to `upToDate`
 * it has what is in the folder.
 *
 * The page and the space's seq are one snapshot. It reads eight rows for each change, as many for each folder above that did
 * not change itself, and six without change.
 *
 * @param shard - At its primary: a replica that lags would tell whoever was just told of a change that there is none.
 * @param since - A cursor of the folder's; absent: no changes, and a cursor for now.
 * @throws LedgeError `invalid_cursor`; `cursor_expired`, also where the cursor is of before the folder was shared;
 *   `not_found` where it is not shared.
 */
export async function readFolderChanges(
  shard: Shard,
  { spaceId, folderId }: { readonly spaceId: string; readonly folderId: string },
  since: string | undefined,
  limit: number,
): Promise<Changes> {
  const cursor = since === undefined ? null : decodeCursor(since);
  if (since !== undefined && cursor?.space !== folderId) throw new LedgeError("invalid_cursor");
  const [heads, page] = await shard.db.batch<unknown>([
    shard.db.prepare(FOLDER_HEAD_QUERY).bind(spaceId, folderId),
    ...(cursor ? [shard.db.prepare(FOLDER_CHANGES_QUERY).bind(spaceId, folderId, cursor.seq, limit + 1)] : []),
  ]);
  const head = heads?.results[0] as HeadRow | undefined;
  if (!head) throw new LedgeError("not_found");
  if (cursor && !isOf(head, cursor)) throw new LedgeError("cursor_expired");

  const rows = (page?.results ?? []) as ChangeRow[];
  const told = rows.filter(({ node_id }) => node_id !== null).sort((a, b) => seqOf(a) - seqOf(b));
  const upToDate = told.length <= limit;
  const last = told[limit - 1];
  const from = cursor?.from ?? cursor?.seq ?? head.seq;
  const next = upToDate || !last ? { seq: head.seq } : { seq: seqOf(last), from };
  return {
    ...answerOf(folderId, told.slice(0, limit), rows, from),
    cursor: encodeCursor({ space: folderId, epoch: head.epoch, ...next }),
    upToDate,
    space: folderId,
    epoch: head.epoch,
  };
}

/** Whether all that changed after the cursor is in the journal. */
function isOf({ seq, epoch, since_seq }: HeadRow, cursor: Cursor): boolean {
  return cursor.epoch === epoch && cursor.seq <= seq && (cursor.from ?? cursor.seq) >= since_seq;
}

function seqOf({ change_seq }: ChangeRow): number {
  return change_seq ?? 0;
}

function answerOf(
  folder: string,
  told: readonly ChangeRow[],
  rows: readonly ChangeRow[],
  from: number,
): Required<Pick<Changes, "changes" | "arrived" | "left">> {
  const parents = new Map(rows.map(({ id, parent_id }) => [id, parent_id]));
  const isInside = (id: string | null): boolean => {
    let at: string | null | undefined = id;
    while (at !== null && at !== undefined && at !== folder) at = parents.get(at);
    return at === folder;
  };
  const changes: Node[] = [];
  const arrived: string[] = [];
  const left: string[] = [];
  for (const row of told) {
    if (row.id === null || !isInside(row.id)) left.push(row.node_id ?? "");
    else {
      const node = nodeFromRow(row as NodeRow);
      changes.push(node);
      if ((row.arrived_seq ?? 0) > from && node.state === "live") arrived.push(node.id);
    }
  }
  return { changes, arrived, left };
}
