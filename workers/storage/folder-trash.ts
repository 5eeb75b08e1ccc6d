import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";
import type { Node, NodePage } from "../../protocol/tree.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import { headCursor, headStatement } from "./space-head.ts";
import { findNodes, NODE_COLUMNS, type NodeRow, type SpaceView } from "./tree-reads.ts";

export interface TrashRequest {
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** Milliseconds: only what was trashed at this time or before. */
  readonly until?: number | undefined;
}

/** Changes of the folder that one page looks at, at most. */
const SCAN = 1_000;

const NEWER = `SELECT node_id, seq FROM folder_changes INDEXED BY folder_changes_seq
  WHERE space_id = ?3 AND folder_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ${SCAN}`;

/** How many changes a page looks at, and where it ends. Parameters: folder, seq, space. */
export const SCANNED_QUERY = `SELECT count(*) AS changes, min(seq) AS last FROM (${NEWER})`;

/** What of them is in the trash. Parameters: folder, seq, space, time, limit. */
export const FOLDER_TRASH_QUERY = `
  SELECT ${NODE_COLUMNS} FROM (${NEWER}) f CROSS JOIN nodes n ON n.space_id = ?3 AND n.id = f.node_id
  WHERE n.state = 'trashed' AND n.trashed_at <= ?4 ORDER BY n.seq DESC LIMIT ?5`;

const Position = z.tuple([z.literal("folder trash"), z.string(), z.int()]);

/**
 * What was put in the trash in a shared folder while it was shared, newest first, one page; it may be shorter than asked for,
 * also empty, and the listing ends where `next` is null. The space's own index of the trash is passed by: it would count by
 * what the owner trashed elsewhere, and its order would name that. The folder's journal has each node once at its last
 * change, which for what is in the trash is going there. Reads at most three rows for each of 1,000 changes, and the way to
 * the root of what is answered.
 */
export async function listFolderTrash(
  view: SpaceView & { readonly scope: string },
  { limit, cursor, until = Number.MAX_SAFE_INTEGER }: TrashRequest,
): Promise<NodePage> {
  const { shard, spaceId, scope } = view;
  const position = cursor === undefined ? null : decodePagePosition(Position, cursor);
  if (position && position[1] !== scope) throw new LedgeError("invalid_cursor", "the cursor is of another folder");
  const before = position?.[2] ?? Number.MAX_SAFE_INTEGER;
  const [head, scanned, trashed] = await shard.db.batch<unknown>([
    headStatement(shard, spaceId),
    shard.db.prepare(SCANNED_QUERY).bind(scope, before, spaceId),
    shard.db.prepare(FOLDER_TRASH_QUERY).bind(scope, before, spaceId, until, limit + 1),
  ]);
  const looked = scanned?.results[0] as { changes: number; last: number | null } | undefined;
  const rows = (trashed?.results ?? []) as NodeRow[];
  const page = rows.slice(0, limit).map(({ id }) => id);
  // What has left the folder since, or is below what was purged, is none of its trash.
  const found: ReadonlyMap<string, Node> = page.length === 0 ? new Map() : await findNodes(view, page);
  const end = rows.length > limit ? (rows[limit - 1]?.seq ?? null) : looked?.changes === SCAN ? looked.last : null;
  return {
    nodes: page.flatMap((id) => found.get(id) ?? []),
    next: end === null ? null : encodePagePosition<z.infer<typeof Position>>(["folder trash", scope, end]),
    changesCursor: headCursor(spaceId, head),
  };
}
