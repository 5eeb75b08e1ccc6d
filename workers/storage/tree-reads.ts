import { nameKey } from "../../core/names.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";

/** A row of `nodes` as D1 answers it. */
export interface NodeRow {
  readonly space_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly name_key: string;
  readonly type: "file" | "folder";
  readonly state: "live" | "trashed" | "purged";
  readonly version: number;
  readonly content_id: string | null;
  readonly size: number;
  readonly mtime: number;
  readonly executable: number;
  readonly seq: number;
  readonly created_at: number;
  readonly trashed_at: number | null;
}

/** The columns of `NodeRow`, for a SELECT over `nodes` under the alias `n`. */
export const NODE_COLUMNS =
  "n.space_id, n.id, n.parent_id, n.name, n.name_key, n.type, n.state, n.version, n.content_id, n.size, n.mtime, n.executable, n.seq, n.created_at, n.trashed_at";

/** A row for the wire. */
export function nodeFromRow(row: NodeRow): Node {
  return {
    id: row.id,
    space: row.space_id,
    parent: row.parent_id,
    name: row.name,
    type: row.type,
    state: row.state,
    version: row.version,
    content: row.content_id,
    size: row.size,
    mtime: row.mtime,
    executable: row.executable === 1,
    seq: row.seq,
    createdAt: row.created_at,
    trashedAt: row.trashed_at,
  };
}

export interface FoundNode {
  readonly node: Node;
  /** `trashed` where the node or one of its ancestors is in the trash. */
  readonly reach: "live" | "trashed";
}

export interface LocatedNode extends FoundNode {
  /** From the root: `/` for the root itself, `/a/b` for what is below. Names as their users wrote them. */
  readonly path: string;
}

/** A node and then its ancestors up to the root: one primary-key look-up each, at most `LIMITS.depth` folders. */
export const CHAIN_QUERY = `
  WITH RECURSIVE chain(id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM nodes WHERE space_id = ?1 AND id = ?2
    UNION ALL
    SELECT p.id, p.parent_id, chain.depth + 1
    FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.parent_id
    WHERE chain.depth <= ${LIMITS.depth}
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id ORDER BY chain.depth`;

/**
 * A node of a space, whether live or in the trash.
 *
 * @returns null where the space has no such node, it was purged, or an ancestor was (T8); the caller answers all of
 *   these alike (I11).
 */
export async function findNode(shard: Shard, spaceId: string, nodeId: string): Promise<FoundNode | null> {
  return locateNode(shard, spaceId, nodeId);
}

/** As `findNode`, with the node's path. */
export async function locateNode(shard: Shard, spaceId: string, nodeId: string): Promise<LocatedNode | null> {
  const { results: chain } = await shard.db.prepare(CHAIN_QUERY).bind(spaceId, nodeId).all<NodeRow>();
  const [row] = chain;
  if (!row || chain.at(-1)?.parent_id !== null || chain.some(({ state }) => state === "purged")) return null;
  const names = chain.slice(0, -1).map(({ name }) => name);
  return {
    node: nodeFromRow(row),
    reach: chain.every(({ state }) => state === "live") ? "live" : "trashed",
    path: `/${names.reverse().join("/")}`,
  };
}

/** From the root down, one name key a step: one index look-up each. */
export const WALK_QUERY = `
  WITH RECURSIVE walk(id, depth) AS (
    SELECT ?2, 0
    UNION ALL
    SELECT n.id, walk.depth + 1
    FROM walk CROSS JOIN nodes n INDEXED BY nodes_name
      ON n.space_id = ?1 AND n.parent_id = walk.id AND n.state = 'live'
      AND n.name_key = json_extract(?3, '$[' || walk.depth || ']')
  )
  SELECT ${NODE_COLUMNS} FROM walk CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = walk.id ORDER BY walk.depth`;

/**
 * The live node at a path of a space.
 *
 * @param path - Names joined by `/`, compared by their keys (N2); empty ones are skipped, so `/` is the root.
 * @returns null where nothing is there.
 */
export async function findByPath(
  shard: Shard,
  spaceId: string,
  rootId: string,
  path: string,
): Promise<LocatedNode | null> {
  const keys = path
    .split("/")
    .filter((name) => name !== "")
    .map(nameKey);
  if (keys.length > LIMITS.depth + 1) return null;
  const { results: chain } = await shard.db
    .prepare(WALK_QUERY)
    .bind(spaceId, rootId, JSON.stringify(keys))
    .all<NodeRow>();
  const row = chain[keys.length];
  if (!row || row.state !== "live") return null;
  return {
    node: nodeFromRow(row),
    reach: "live",
    path: `/${chain
      .slice(1)
      .map(({ name }) => name)
      .join("/")}`,
  };
}
