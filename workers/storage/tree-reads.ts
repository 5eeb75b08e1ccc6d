import { nameKey } from "../../core/names.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { readWithHead } from "./space-head.ts";

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
  readonly mount: string | null;
}

/** The columns of `NodeRow`, for a SELECT over `nodes` under the alias `n`. */
export const NODE_COLUMNS =
  "n.space_id, n.id, n.parent_id, n.name, n.name_key, n.type, n.state, n.version, n.content_id, n.size, n.mtime, n.executable, n.seq, n.created_at, n.trashed_at, n.mount";

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
    ...(row.mount !== null && { mount: row.mount }),
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
  /** The folders above it, the root first, whose name is empty (B23). */
  readonly ancestors: { readonly id: string; readonly name: string }[];
}

/** A node as it was when the space was as far as `changesCursor` says. */
export interface LocatedNow extends LocatedNode {
  readonly changesCursor: string;
}

/** A node of a walk, `depth` steps from where it began. */
interface WalkedRow extends NodeRow {
  readonly depth: number;
}

/** A node and its ancestors up to the root: one primary-key look-up each, at most `LIMITS.depth` folders. */
export const CHAIN_QUERY = `
  WITH RECURSIVE chain AS (
    SELECT ${NODE_COLUMNS}, 0 AS depth FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2
    UNION ALL
    SELECT ${NODE_COLUMNS}, chain.depth + 1
    FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.parent_id
    WHERE chain.depth <= ${LIMITS.depth}
  )
  SELECT * FROM chain`;

/** The rows of a walk in its order, which SQL does not promise. */
function inOrder(rows: readonly WalkedRow[]): NodeRow[] {
  return rows.toSorted((a, b) => a.depth - b.depth);
}

/**
 * A node of a space, whether live or in the trash.
 *
 * @returns null where the space has no such node, it was purged, or an ancestor was (T8); the caller answers all of
 *   these alike (I11).
 */
export async function findNode(shard: Shard, spaceId: string, nodeId: string): Promise<FoundNode | null> {
  return locateNode(shard, spaceId, nodeId);
}

/** Nodes and all their ancestors, each once: two look-ups by primary key a node, whatever the nodes share above them. */
export const CHAINS_QUERY = `
  WITH RECURSIVE up AS (
    SELECT ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = j.value
    UNION
    SELECT ${NODE_COLUMNS} FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.parent_id
  )
  SELECT * FROM up`;

/** As `findNode` for several nodes, in one query; those that it would answer null for are absent. */
export async function findNodes(shard: Shard, spaceId: string, ids: readonly string[]): Promise<Map<string, Node>> {
  const { results } = await shard.db
    .prepare(CHAINS_QUERY)
    .bind(spaceId, JSON.stringify([...new Set(ids)]))
    .all<NodeRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  const reached = new Map<string | null, boolean>([[null, true]]);
  const isReached = (id: string | null): boolean => {
    const known = reached.get(id);
    if (known !== undefined) return known;
    const row = id === null ? undefined : rows.get(id);
    const answer = row !== undefined && row.state !== "purged" && isReached(row.parent_id);
    reached.set(id, answer);
    return answer;
  };
  return new Map(
    ids.flatMap((id) => {
      const row = rows.get(id);
      return row && isReached(id) ? [[id, nodeFromRow(row)] as const] : [];
    }),
  );
}

/** As `findNode`, with the node's path. */
export async function locateNode(shard: Shard, spaceId: string, nodeId: string): Promise<LocatedNode | null> {
  const { results } = await shard.db.prepare(CHAIN_QUERY).bind(spaceId, nodeId).all<WalkedRow>();
  return located(inOrder(results).reverse());
}

/** As `locateNode`, with how far the space was. */
export async function locateNodeNow(shard: Shard, spaceId: string, nodeId: string): Promise<LocatedNow | null> {
  const query = shard.db.prepare(CHAIN_QUERY).bind(spaceId, nodeId);
  const { rows, changesCursor } = await readWithHead<WalkedRow>(shard, spaceId, query);
  const found = located(inOrder(rows).reverse());
  return found && { ...found, changesCursor };
}

/** The last node of a chain from the root down; null where the chain does not begin there, or holds a tombstone. */
export function located(chain: readonly NodeRow[]): LocatedNode | null {
  const row = chain.at(-1);
  if (!row || chain[0]?.parent_id !== null || chain.some(({ state }) => state === "purged")) return null;
  return {
    node: nodeFromRow(row),
    reach: chain.every(({ state }) => state === "live") ? "live" : "trashed",
    path: `/${chain
      .slice(1)
      .map(({ name }) => name)
      .join("/")}`,
    ancestors: chain.slice(0, -1).map(({ id, name }) => ({ id, name })),
  };
}

/** From the root down, one name key a step: one index look-up each. */
export const WALK_QUERY = `
  WITH RECURSIVE walk AS (
    SELECT ${NODE_COLUMNS}, 0 AS depth FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2
    UNION ALL
    SELECT ${NODE_COLUMNS}, walk.depth + 1
    FROM walk CROSS JOIN nodes n INDEXED BY nodes_name
      ON n.space_id = ?1 AND n.parent_id = walk.id AND n.state = 'live'
      AND n.name_key = json_extract(?3, '$[' || walk.depth || ']')
  )
  SELECT * FROM walk`;

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
): Promise<LocatedNow | null> {
  const keys = path
    .split("/")
    .filter((name) => name !== "")
    .map(nameKey);
  if (keys.length > LIMITS.depth + 1) return null;
  const query = shard.db.prepare(WALK_QUERY).bind(spaceId, rootId, JSON.stringify(keys));
  const { rows, changesCursor } = await readWithHead<WalkedRow>(shard, spaceId, query);
  const found = rows.length === keys.length + 1 ? located(inOrder(rows)) : null;
  return found && found.reach === "live" ? { ...found, changesCursor } : null;
}
