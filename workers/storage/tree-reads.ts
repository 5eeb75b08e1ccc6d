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

/** What is read: all of a space, or what is in a shared folder of it (M3). A request's `Home` is one. */
export interface SpaceView {
  readonly shard: Shard;
  readonly spaceId: string;
  /** The shared folder, which is then the root of all that is answered; null for all of the space. */
  readonly scope: string | null;
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
 * @returns null where the space has no such node, it was purged, or an ancestor was (T8); where the view is of a shared
 *   folder, also for what is not in it, and for all of it while the folder is not live (M3, M10). The caller answers all of
 *   these alike (I11).
 */
export async function findNode(view: SpaceView, nodeId: string): Promise<FoundNode | null> {
  return locateNode(view, nodeId);
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
export async function findNodes(
  { shard, spaceId, scope }: SpaceView,
  ids: readonly string[],
): Promise<Map<string, Node>> {
  const { results } = await shard.db
    .prepare(CHAINS_QUERY)
    .bind(spaceId, JSON.stringify([...new Set(ids)]))
    .all<NodeRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  const chains = new Chains(rows);
  const inView = (id: string) => (scope === null ? chains.isReached(id) : chains.isIn(id, scope));
  return new Map(
    ids.flatMap((id) => {
      const row = rows.get(id);
      return row && inView(id) ? [[id, nodeFromRow(row)] as const] : [];
    }),
  );
}

/** Which nodes a root is above of, among rows that hold all their ancestors. Each node is looked at once. */
class Chains {
  readonly #rows: ReadonlyMap<string, NodeRow>;
  readonly #known = new Map<string, boolean>();

  constructor(rows: ReadonlyMap<string, NodeRow>) {
    this.#rows = rows;
  }

  /** Whether the space's root is above it, and nothing purged. */
  isReached(id: string): boolean {
    return this.#ask(
      id,
      "",
      (row) => row.state !== "purged" && (row.parent_id === null || this.isReached(row.parent_id)),
    );
  }

  /** Whether it is `folder` or below it, the folder is live, and nothing on the way is purged. */
  isIn(id: string, folder: string): boolean {
    return this.#ask(id, "in ", (row) =>
      id === folder
        ? this.#isLive(id)
        : row.state !== "purged" && row.parent_id !== null && this.isIn(row.parent_id, folder),
    );
  }

  #isLive(id: string): boolean {
    return this.#ask(
      id,
      "live ",
      (row) => row.state === "live" && (row.parent_id === null || this.#isLive(row.parent_id)),
    );
  }

  #ask(id: string, question: string, answer: (row: NodeRow) => boolean): boolean {
    const known = this.#known.get(question + id);
    if (known !== undefined) return known;
    const row = this.#rows.get(id);
    const found = row !== undefined && answer(row);
    this.#known.set(question + id, found);
    return found;
  }
}

/** As `findNode`, with the node's path. */
export async function locateNode({ shard, spaceId, scope }: SpaceView, nodeId: string): Promise<LocatedNode | null> {
  const { results } = await shard.db.prepare(CHAIN_QUERY).bind(spaceId, nodeId).all<WalkedRow>();
  return located(inOrder(results).reverse(), scope);
}

/** As `locateNode`, with how far the space was. */
export async function locateNodeNow({ shard, spaceId, scope }: SpaceView, nodeId: string): Promise<LocatedNow | null> {
  const query = shard.db.prepare(CHAIN_QUERY).bind(spaceId, nodeId);
  const { rows, changesCursor } = await readWithHead<WalkedRow>(shard, spaceId, query);
  const found = located(inOrder(rows).reverse(), scope);
  return found && { ...found, changesCursor };
}

/**
 * The last node of a chain from the root down; null where the chain does not begin there, or holds a tombstone.
 *
 * @param scope - A shared folder: the way begins with it, and null is answered where it is not in the chain, or is not live.
 */
export function located(chain: readonly NodeRow[], scope: string | null): LocatedNode | null {
  const row = chain.at(-1);
  if (!row || chain[0]?.parent_id !== null || chain.some(({ state }) => state === "purged")) return null;
  const top = scope === null ? 0 : chain.findIndex(({ id }) => id === scope);
  if (top < 0 || (scope !== null && !areLive(chain.slice(0, top + 1)))) return null;
  const way = chain.slice(top);
  return {
    node: nodeFromRow(row),
    reach: areLive(chain) ? "live" : "trashed",
    path: `/${way
      .slice(1)
      .map(({ name }) => name)
      .join("/")}`,
    ancestors: way.slice(0, -1).map(({ id, name }, depth) => ({ id, name: depth === 0 ? "" : name })),
  };
}

function areLive(rows: readonly NodeRow[]): boolean {
  return rows.every(({ state }) => state === "live");
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
 * The live node at a path of a view.
 *
 * @param view - With the folder that the path begins in: the space's root, or the shared folder, which the caller knows to
 *   be live.
 * @param path - Names joined by `/`, compared by their keys (N2); empty ones are skipped, so `/` is the root.
 * @returns null where nothing is there.
 */
export async function findByPath(
  { shard, spaceId, rootId }: SpaceView & { readonly rootId: string },
  path: string,
): Promise<LocatedNow | null> {
  const keys = path
    .split("/")
    .filter((name) => name !== "")
    .map(nameKey);
  if (keys.length > LIMITS.depth + 1) return null;
  const query = shard.db.prepare(WALK_QUERY).bind(spaceId, rootId, JSON.stringify(keys));
  const { rows, changesCursor } = await readWithHead<WalkedRow>(shard, spaceId, query);
  const [root, ...below] = inOrder(rows);
  if (!root || below.length !== keys.length) return null;
  // Of a shared folder this is the top: what is above it is not told.
  const found = located([{ ...root, parent_id: null }, ...below], null);
  return found && found.reach === "live" ? { ...found, changesCursor } : null;
}
