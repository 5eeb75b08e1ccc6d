import { HISTORY_CHUNKS, HISTORY_VERSIONS, readHistories, type History } from "./histories.ts";
import { SubtreeWalk, type Subtree, type SubtreePosition } from "./subtree-walk.ts";
import { nodeFromRow, NODE_COLUMNS, type NodeRow } from "./tree-reads.ts";

/** Nodes of one page, and queries that look for them. */
const PAGE_NODES = 500;
const PAGE_QUERIES = 10;

export interface SubtreePage {
  /** A folder before what is in it; a file of many versions is there again with the next ones. */
  readonly items: readonly History[];
  /** Null at the end. */
  readonly next: SubtreePosition | null;
}

const NODE = `SELECT ${NODE_COLUMNS} FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2`;

/**
 * A page of a node and what is below it: at most 500 nodes and some 1,500 versions and 30,000 chunks, a single version of more
 * always. Not a snapshot: who follows the space's changes from before the first page (`readSubtreeChanges`) and walks each folder
 * that came in meanwhile has then met all.
 */
export async function readSubtreePage(subtree: Subtree, at: SubtreePosition | null): Promise<SubtreePage> {
  const walk = new SubtreeWalk(subtree, at);
  const first = await continued(subtree, at ? at.partial : [subtree.top, 0]);
  const items = [...first.items];
  let { partial } = first;
  let { versionCount, chunkCount } = first;
  for (let query = 0; query < PAGE_QUERIES && partial === null && !walk.isDone; query++) {
    if (items.length >= PAGE_NODES || versionCount > HISTORY_VERSIONS / 2 || chunkCount > HISTORY_CHUNKS / 2) break;
    const rows = await walk.next(PAGE_NODES - items.length);
    const read = await readHistories(
      subtree,
      rows.map((row) => ({ node: nodeFromRow(row), after: 0 })),
    );
    const { rest } = read;
    const isPartial = rest !== null && rest.after > 0;
    const row = isPartial ? rows[rest.index] : undefined;
    walk.take(rest === null ? rows.length : isPartial ? rest.index + 1 : rest.index);
    items.push(...read.histories);
    versionCount += read.versionCount;
    chunkCount += read.chunkCount;
    if (row && rest) partial = [row.id, rest.after];
    // Nothing more fits.
    else if (rest) break;
  }
  const isDone = partial === null && walk.isDone;
  return { items, next: isDone ? null : { pending: walk.pending, partial } };
}

interface Continued {
  readonly items: readonly History[];
  readonly partial: SubtreePosition["partial"];
  readonly versionCount: number;
  readonly chunkCount: number;
}

/** The node that a page begins with, from some version on. */
async function continued(subtree: Subtree, partial: SubtreePosition["partial"]): Promise<Continued> {
  const nothing = { items: [], partial: null, versionCount: 0, chunkCount: 0 };
  if (partial === null) return nothing;
  const [id, after] = partial;
  const row = await subtree.shard.db.prepare(NODE).bind(subtree.spaceId, id).first<NodeRow>();
  if (!row || row.state === "purged") return nothing;
  const { histories, rest, ...counts } = await readHistories(subtree, [{ node: nodeFromRow(row), after }]);
  return { items: histories, partial: rest ? [id, rest.after] : null, ...counts };
}

/** Nodes of one step of a count, and versions, of which a single file may have more. */
const COUNTED_NODES = 2_000;
const COUNTED_VERSIONS = 50_000;

/** Parameters: space, nodes. */
const BYTES = `
  SELECT coalesce(sum(v.size), 0) AS bytes FROM json_each(?2) j CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = j.value`;

/** Every query here, for the test that reads their plans. */
export const SUBTREE_QUERIES = { NODE, BYTES };

export interface SubtreeCount {
  readonly nodes: number;
  readonly files: number;
  /** Of all versions. */
  readonly bytes: number;
  /** Null at the end. */
  readonly next: SubtreePosition | null;
}

/** Counts a node and what is below it, one step: two queries. Steps are to be added up. */
export async function countSubtree(subtree: Subtree, at: SubtreePosition | null): Promise<SubtreeCount> {
  const walk = new SubtreeWalk(subtree, at);
  const { shard, spaceId, top } = subtree;
  const found = at ? await walk.next(COUNTED_NODES) : await readNode(subtree, top);
  const rows = found.slice(0, countable(found));
  if (at) walk.take(rows.length);
  const files = rows.filter(({ type }) => type === "file").map(({ id }) => id);
  const sum =
    files.length === 0
      ? null
      : await shard.db.prepare(BYTES).bind(spaceId, JSON.stringify(files)).first<{ bytes: number }>();
  const next = walk.isDone ? null : { pending: walk.pending, partial: null };
  return { nodes: rows.length, files: files.length, bytes: sum?.bytes ?? 0, next };
}

async function readNode({ shard, spaceId }: Subtree, id: string): Promise<NodeRow[]> {
  const { results } = await shard.db.prepare(NODE).bind(spaceId, id).all<NodeRow>();
  return results;
}

/** How many of the rows have few enough versions together; one at least. */
function countable(rows: readonly NodeRow[]): number {
  let versions = 0;
  const end = rows.findIndex((row, i) => (versions += row.version) > COUNTED_VERSIONS && i > 0);
  return end < 0 ? rows.length : end;
}
