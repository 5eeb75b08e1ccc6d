import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";
import type { NodePage, VersionPage } from "../../protocol/tree.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import type { Shard } from "./shards.ts";
import { readWithHead } from "./space-head.ts";
import { listFolderTrash, type TrashRequest } from "./folder-trash.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow, type SpaceView } from "./tree-reads.ts";

export type SortKey = "name" | "size" | "mtime";
export type SortOrder = "asc" | "desc";

export interface ListingRequest {
  readonly sort: SortKey;
  readonly order: SortOrder;
  /** Only these. Folders by name have an index of their own; else a page reads `limit` entries and may answer fewer. */
  readonly type?: "file" | "folder" | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** The column that each sort key orders by, before the name key; each pair has an index (T14). */
const SORT_COLUMNS = { name: null, size: "size", mtime: "mtime" } as const satisfies Record<
  SortKey,
  keyof NodeRow | null
>;

/** Where a listing goes on: which listing, the last row's sort value (null by name), its name key. */
const ListingPosition = z.tuple([z.string(), z.number().nullable(), z.string()]);

/**
 * The live children of a folder, one page. Reads at most `limit + 3` rows whatever the folder's size (T14); ties are
 * broken by name, so that paging meets each entry that stays in place once.
 *
 * @throws LedgeError `invalid_cursor` where the cursor is of another listing.
 */
export async function listChildren(
  shard: Shard,
  spaceId: string,
  folderId: string,
  request: ListingRequest,
): Promise<NodePage> {
  const listing = [folderId, request.sort, request.order, request.type ?? ""].join(".");
  const after = request.cursor === undefined ? null : decodePagePosition(ListingPosition, request.cursor);
  if (after && after[0] !== listing) throw new LedgeError("invalid_cursor", "the cursor is of another listing");

  const query = childrenStatement(shard, spaceId, folderId, request, after);
  const { rows, changesCursor } = await readWithHead<NodeRow>(shard, spaceId, query);
  const page = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? page.at(-1) : undefined;
  const column = SORT_COLUMNS[request.sort];
  return {
    nodes: page.filter((row) => request.type === undefined || row.type === request.type).map(nodeFromRow),
    next: last
      ? encodePagePosition<z.infer<typeof ListingPosition>>([listing, column && last[column], last.name_key])
      : null,
    changesCursor,
  };
}

function childrenStatement(
  shard: Shard,
  spaceId: string,
  folderId: string,
  { sort, order, type, limit }: ListingRequest,
  after: z.infer<typeof ListingPosition> | null,
): D1PreparedStatement {
  return shard.db
    .prepare(childrenQuery(sort, order, type === "folder", after !== null))
    .bind(spaceId, folderId, limit + 1, ...(after ? (sort === "name" ? [after[2]] : [after[1], after[2]]) : []));
}

/**
 * Parameters: space, folder, limit; then the position (name key; or sort value and name key). Exported for the test
 * that looks at its plan.
 */
export function childrenQuery(sort: SortKey, order: SortOrder, foldersOnly: boolean, continued: boolean): string {
  const column = SORT_COLUMNS[sort];
  const [compare, direction] = order === "asc" ? [">", "ASC"] : ["<", "DESC"];
  const index = column ? `nodes_${column}` : foldersOnly ? "nodes_folders" : "nodes_name";
  const position = column ? `(n.${column}, n.name_key) ${compare} (?4, ?5)` : `n.name_key ${compare} ?4`;
  return `SELECT ${NODE_COLUMNS} FROM nodes n INDEXED BY ${index}
    WHERE n.space_id = ?1 AND n.parent_id = ?2 AND n.state = 'live'
      ${index === "nodes_folders" ? "AND n.type = 'folder'" : ""} ${continued ? `AND ${position}` : ""}
    ORDER BY ${column ? `n.${column} ${direction},` : ""} n.name_key ${direction} LIMIT ?3`;
}

const TrashPosition = z.tuple([z.literal("trash"), z.number(), z.string()]);

/** Parameters: space, limit, then the position's time and id. The index ends in the id (a WITHOUT ROWID table's key). */
export const TRASH_QUERY = `SELECT ${NODE_COLUMNS} FROM nodes n INDEXED BY nodes_trash
  WHERE n.space_id = ?1 AND n.state = 'trashed' AND (n.trashed_at, n.id) < (?3, ?4)
  ORDER BY n.trashed_at DESC, n.id DESC LIMIT ?2`;

/**
 * What was put in the trash, newest first, one page; what is below a purged folder is left out (T8). An item that was
 * trashed before its folder was is listed beside it.
 */
export async function listTrash(view: SpaceView, request: TrashRequest): Promise<NodePage> {
  const { shard, spaceId, scope } = view;
  if (scope !== null) return listFolderTrash({ ...view, scope }, request);
  const after = request.cursor === undefined ? null : decodePagePosition(TrashPosition, request.cursor);
  const start = after ? [after[1], after[2]] : [request.until ?? Number.MAX_SAFE_INTEGER, "~"];
  const query = shard.db.prepare(TRASH_QUERY).bind(spaceId, request.limit + 1, ...start);
  const { rows, changesCursor } = await readWithHead<NodeRow>(shard, spaceId, query);
  const page = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? page.at(-1) : undefined;
  const purged = await belowPurged(shard, spaceId, page);
  return {
    nodes: page.filter(({ parent_id }) => parent_id === null || !purged.has(parent_id)).map(nodeFromRow),
    next: last ? encodePagePosition<z.infer<typeof TrashPosition>>(["trash", last.trashed_at ?? 0, last.id]) : null,
    changesCursor,
  };
}

/** Of the ancestors of `rows`, those that are purged or below something purged. Reads each distinct ancestor once. */
async function belowPurged(shard: Shard, spaceId: string, rows: readonly NodeRow[]): Promise<ReadonlySet<string>> {
  const parents = new Set(rows.flatMap(({ parent_id }) => parent_id ?? []));
  if (parents.size === 0) return new Set();
  const { results: ancestors } = await shard.db
    .prepare(
      `WITH RECURSIVE up(id) AS (
         SELECT value FROM json_each(?2)
         UNION
         SELECT n.parent_id FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.id WHERE n.parent_id IS NOT NULL
       )
       SELECT n.id, n.parent_id, n.state FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.id`,
    )
    .bind(spaceId, JSON.stringify([...parents]))
    .all<Pick<NodeRow, "id" | "parent_id" | "state">>();
  const byId = new Map(ancestors.map((row) => [row.id, row]));
  const gone = new Set<string>();
  for (const { id } of ancestors) {
    const seen: string[] = [];
    let at = byId.get(id);
    while (at && at.state !== "purged" && !gone.has(at.id)) {
      seen.push(at.id);
      at = at.parent_id === null ? undefined : byId.get(at.parent_id);
    }
    if (at) for (const below of [...seen, at.id]) gone.add(below);
  }
  return gone;
}

interface VersionRow {
  readonly version: number;
  readonly content_id: string;
  readonly size: number;
  readonly mtime: number;
  readonly executable: number;
  readonly created_at: number;
  readonly author_id: string;
}

const VersionPosition = z.tuple([z.literal("versions"), z.string(), z.int()]);

/** A file's versions, newest first, one page. */
export async function listVersions(
  shard: Shard,
  spaceId: string,
  nodeId: string,
  request: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<VersionPage> {
  const after = request.cursor === undefined ? null : decodePagePosition(VersionPosition, request.cursor);
  if (after && after[1] !== nodeId) throw new LedgeError("invalid_cursor", "the cursor is of another file");
  const { results } = await shard.db
    .prepare(
      `SELECT version, content_id, size, mtime, executable, created_at, author_id FROM versions
       WHERE space_id = ?1 AND node_id = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4`,
    )
    .bind(spaceId, nodeId, after?.[2] ?? Number.MAX_SAFE_INTEGER, request.limit + 1)
    .all<VersionRow>();
  const page = results.slice(0, request.limit);
  const last = results.length > request.limit ? page.at(-1) : undefined;
  return {
    versions: page.map((row) => ({
      node: nodeId,
      version: row.version,
      content: row.content_id,
      size: row.size,
      mtime: row.mtime,
      executable: row.executable === 1,
      createdAt: row.created_at,
      author: row.author_id,
    })),
    next: last ? encodePagePosition<z.infer<typeof VersionPosition>>(["versions", nodeId, last.version]) : null,
  };
}
