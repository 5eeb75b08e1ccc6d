import type { Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** A node of a space, with what is below it. */
export interface Subtree {
  readonly shard: Shard;
  readonly spaceId: string;
  readonly top: string;
  /** Whether what is in the trash below the top belongs to it (M13), by itself or by a folder between them; else only what is live (M11). */
  readonly withTrash: boolean;
}

/** Where a walk stands. Plain JSON, to be kept between requests; good whatever changes in the tree meanwhile. */
export interface SubtreePosition {
  /** The last one is next. */
  readonly pending: readonly Unlisted[];
}

/** A folder of which children are still to be listed: live ones by name key, or those in the trash by id, from behind `after` on. */
type Unlisted = readonly [folder: string, state: "live" | "trashed", after: string];

export interface SubtreePage {
  /** A folder before what is in it. */
  readonly nodes: readonly Node[];
  /** Null at the end. */
  readonly next: SubtreePosition | null;
}

/** Nodes of one page, and queries that look for them; folders that one of those lists. */
const NODES = 500;
const QUERIES = 10;
const FOLDERS = 100;

/** Parameters: space, `[folder, state, after]` triples, limit. CROSS JOIN and INDEXED BY give the order of the triples. */
const LIVE = `
  SELECT j.key AS place, ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n INDEXED BY nodes_name
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 2 AND n.state = 'live' LIMIT ?3`;

/** Tombstones are passed over. */
const TRASHED = `
  SELECT j.key AS place, ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n INDEXED BY nodes_gone
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.id > j.value ->> 2 AND n.state = 'trashed' AND n.state <> 'live'
  LIMIT ?3`;

const TOP = `SELECT ${NODE_COLUMNS} FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2 AND n.state <> 'purged'`;

/** Every query here, for the test that reads their plans. */
export const SUBTREE_QUERIES = { LIVE, TRASHED, TOP };

type ListedRow = NodeRow & { readonly place: number };

/**
 * A page of a node, which comes first, and of what is below it: 500 nodes at most, by ten queries. There may be none though the
 * walk goes on. What is pending is a few hundred folders for each level at most, because the walk goes down first.
 *
 * Not a snapshot. What neither changes nor is moved meanwhile, itself or a folder between it and the top, is met once. Who then
 * looks at what changed in the space since before the first page, and walks each folder that came in, has met all.
 */
export async function readSubtreePage(subtree: Subtree, at: SubtreePosition | null): Promise<SubtreePage> {
  const nodes: Node[] = [];
  let pending: Unlisted[] = at ? [...at.pending] : [];
  if (at === null) {
    const top = await readTop(subtree);
    if (top === null) return { nodes: [], next: null };
    nodes.push(top);
    pending.push(...childrenOf(subtree, top));
  }
  for (let query = 0; query < QUERIES && pending.length > 0 && nodes.length < NODES; query++) {
    const step = await list(subtree, pending, NODES - nodes.length);
    nodes.push(...step.nodes);
    pending = step.pending;
  }
  return { nodes, next: pending.length > 0 ? { pending } : null };
}

async function readTop({ shard, spaceId, top }: Subtree): Promise<Node | null> {
  const row = await shard.db.prepare(TOP).bind(spaceId, top).first<NodeRow>();
  return row && nodeFromRow(row);
}

interface Step {
  readonly nodes: readonly Node[];
  readonly pending: Unlisted[];
}

/** Lists the last ones of `pending` that are of one kind, `limit` nodes at most. */
async function list(subtree: Subtree, pending: readonly Unlisted[], limit: number): Promise<Step> {
  const kind = pending.at(-1)?.[1] ?? "live";
  const first = pending.findLastIndex(([, state]) => state !== kind) + 1;
  const from = Math.max(first, pending.length - FOLDERS);
  const listed = pending.slice(from).reverse();
  const { results } = await subtree.shard.db
    .prepare(kind === "live" ? LIVE : TRASHED)
    .bind(subtree.spaceId, JSON.stringify(listed), limit)
    .all<ListedRow>();
  const nodes = results.map(nodeFromRow);
  const last = results.length === limit ? results.at(-1) : undefined;
  return {
    nodes,
    pending: [
      ...pending.slice(0, from),
      ...(last ? unfinished(listed, last) : []),
      ...nodes.flatMap((node) => childrenOf(subtree, node)),
    ],
  };
}

/** What is left of `listed` behind its last row. */
function unfinished(listed: readonly Unlisted[], last: ListedRow): Unlisted[] {
  const [cut, ...later] = listed.slice(last.place);
  if (!cut) return [];
  const [folder, state] = cut;
  return [...later.reverse(), [folder, state, state === "live" ? last.name_key : last.id]];
}

function childrenOf({ withTrash }: Subtree, { id, type }: Node): Unlisted[] {
  if (type === "file") return [];
  return withTrash
    ? [
        [id, "trashed", ""],
        [id, "live", ""],
      ]
    : [[id, "live", ""]];
}
