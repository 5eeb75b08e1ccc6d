import { emptyState, slotOf, type Needs, type TreeState } from "../../core/tree-state.ts";
import { COPY_NODES } from "../../core/commit/copy.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { jsonSlices } from "./json-slices.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** Folders that one read looks at to tell how deep it goes below others: a few seconds of the 30 that D1 gives a query. */
const FOLDERS_BELOW = 1_000_000;

/** What the commit path needs of a database: a session has it, and a test's double. */
export type CommitDatabase = Pick<D1DatabaseSession, "prepare" | "batch">;

/** A recorded operation. */
export interface OperationRow {
  readonly id: string;
  readonly digest: string;
  readonly result: string;
}

/** A state with what was read beside it. */
export interface Loaded {
  readonly state: TreeState;
  readonly epoch: string;
  /** True where purged folders still have something below them, or purged files versions. */
  readonly isReaping: boolean;
  readonly operations: ReadonlyMap<string, OperationRow>;
}

/** The space moved on between two reads of one plan: begin again. */
export class StaleState extends Error {}

interface Query {
  readonly statement: D1PreparedStatement;
  readonly take: (rows: Record<string, unknown>[]) => void;
}

/**
 * Reads the space's head, the records of `operationIds` and `needs`, in one batch.
 *
 * @returns null where the space is not there.
 */
export async function load(
  db: CommitDatabase,
  space: { readonly spaceId: string; readonly ownerId: string },
  needs: Needs,
  operationIds: readonly string[],
): Promise<Loaded | null> {
  const state = emptyState(space.spaceId, "", 0);
  let head: HeadRow | undefined;
  const operations = new Map<string, OperationRow>();
  await run(db, [
    {
      statement: db.prepare(HEAD).bind(space.spaceId, space.ownerId),
      take: (rows) => (head = rows[0] as unknown as HeadRow | undefined),
    },
    ...each(db, OPERATIONS, [space.spaceId], operationIds, (rows) => {
      for (const row of rows as unknown as OperationRow[]) operations.set(row.id, row);
    }),
    ...queriesOf(db, space, needs, state),
    // The root is where much goes back to.
    { statement: db.prepare(ROOT).bind(space.spaceId), take: (rows) => takeNodes(state, rows) },
  ]);
  if (!head) return null;
  const loaded: TreeState = { ...state, rootId: head.root_id, seq: head.seq };
  return { state: loaded, epoch: head.epoch, isReaping: head.reaping === 1, operations };
}

/**
 * Reads more into a state.
 *
 * @throws StaleState where the space is no longer at the state's seq.
 */
export async function loadMore(db: CommitDatabase, ownerId: string, needs: Needs, state: TreeState): Promise<void> {
  const space = { spaceId: state.space, ownerId };
  let seq: unknown;
  const head: Query = {
    statement: db.prepare(HEAD).bind(space.spaceId, ownerId),
    take: (rows) => (seq = rows[0]?.seq),
  };
  await run(db, [head, ...queriesOf(db, space, needs, state)]);
  if (seq !== state.seq) throw new StaleState();
}

async function run(db: CommitDatabase, queries: readonly Query[]): Promise<void> {
  const answers = await db.batch<Record<string, unknown>>(queries.map((query) => query.statement));
  queries.forEach((query, i) => query.take(answers[i]?.results ?? []));
}

/** The queries for `needs`; what each asked for and did not find is then known not to be there. */
function queriesOf(
  db: CommitDatabase,
  space: { spaceId: string; ownerId: string },
  needs: Needs,
  state: TreeState,
): Query[] {
  const { spaceId, ownerId } = space;
  for (const id of needs.nodes) state.nodes.set(id, null);
  for (const slot of needs.names.keys()) state.names.set(slot, null);
  for (const key of needs.versions.keys()) state.versions.set(key, null);
  for (const id of needs.chunks) state.chunks.set(id, null);
  const intoNodes = (rows: Record<string, unknown>[]) => takeNodes(state, rows);
  return [
    ...each(db, CHAINS, [spaceId], needs.nodes, intoNodes),
    ...each(db, NAMES, [spaceId], needs.names.values(), intoNodes),
    ...each(db, NAMES_BY_NODE, [spaceId], needs.namesByNode, (rows) => {
      for (const row of rows)
        state.names.set(slotOf(String(row.slot_parent), String(row.slot_key)), row.id as string | null);
      takeNodes(
        state,
        rows.filter((row) => row.id !== null),
      );
    }),
    ...each(db, VERSIONS, [spaceId], needs.versions.values(), (rows) =>
      takeVersions(state, rows as unknown as VersionRow[]),
    ),
    ...each(db, CHUNKS, [ownerId], needs.chunks, (rows) => {
      for (const row of rows) state.chunks.set(String(row.id), Number(row.size));
    }),
    ...each(db, HEIGHTS, [spaceId], needs.heights, (rows) => takeHeights(state, rows as unknown as HeightRow[])),
    ...[...needs.subtrees].map((root) => ({
      statement: db.prepare(SUBTREE).bind(spaceId, root, COPY_NODES + 1),
      take: (rows: Record<string, unknown>[]) => takeSubtree(state, root, rows as unknown as NodeRow[]),
    })),
  ];
}

function each(
  db: CommitDatabase,
  sql: string,
  fixed: readonly string[],
  items: Iterable<unknown>,
  take: Query["take"],
): Query[] {
  return jsonSlices(items).map((slice) => ({ statement: db.prepare(sql).bind(...fixed, slice), take }));
}

function takeNodes(state: TreeState, rows: readonly Record<string, unknown>[]): void {
  for (const row of rows as unknown as NodeRow[]) {
    state.nodes.set(row.id, nodeFromRow(row));
    if (row.state === "live" && row.parent_id !== null) state.names.set(slotOf(row.parent_id, row.name_key), row.id);
  }
}

function takeVersions(state: TreeState, rows: readonly VersionRow[]): void {
  for (const { node_id, version, content_id, size, mtime, executable } of rows) {
    state.versions.set(`${node_id}/${version}`, { content: content_id, size, mtime, executable: executable === 1 });
  }
}

function takeSubtree(state: TreeState, root: string, rows: readonly NodeRow[]): void {
  if (rows.length > COPY_NODES) {
    state.tooLarge.add(root);
    return;
  }
  takeNodes(state, rows as unknown as Record<string, unknown>[]);
  const children = new Map<string, string[]>([[root, []]]);
  for (const row of rows) if (row.type === "folder") children.set(row.id, []);
  for (const row of rows) children.get(row.parent_id ?? "")?.push(row.id);
  for (const [folder, ids] of children) state.children.set(folder, ids);
}

/** Where the walk was cut short, nothing is known but that there is too much below: as if it were too deep (T13). */
function takeHeights(state: TreeState, rows: readonly HeightRow[]): void {
  const isCut = rows.reduce((sum, { folders }) => sum + folders, 0) >= FOLDERS_BELOW;
  const parts = Map.groupBy(rows, ({ top }) => top);
  const heights = new Map<string, number>();
  const heightOf = (top: string): number => {
    let height = heights.get(top) ?? 0;
    if (heights.has(top)) return height;
    for (const { sub, depth } of parts.get(top) ?? []) {
      height = Math.max(height, depth + (sub === null ? 0 : heightOf(sub)));
    }
    heights.set(top, height);
    return height;
  };
  for (const top of parts.keys()) state.heights.set(top, isCut ? LIMITS.depth : heightOf(top));
}

interface HeightRow {
  readonly top: string;
  readonly sub: string | null;
  readonly depth: number;
  readonly folders: number;
}

interface HeadRow {
  readonly seq: number;
  readonly epoch: string;
  readonly root_id: string;
  readonly reaping: 0 | 1;
}

interface VersionRow {
  readonly node_id: string;
  readonly version: number;
  readonly content_id: string;
  readonly size: number;
  readonly mtime: number;
  readonly executable: 0 | 1;
}

const HEAD = `
  SELECT s.seq, s.epoch, s.root_id, EXISTS (
    SELECT 1 FROM nodes n INDEXED BY nodes_reap WHERE n.space_id = ?1 AND n.state = 'purged' AND n.trashed_at IS NOT NULL
  ) AS reaping
  FROM spaces s WHERE s.id = ?1 AND s.owner_id = ?2`;

const ROOT = `SELECT ${NODE_COLUMNS} FROM spaces s CROSS JOIN nodes n ON n.space_id = s.id AND n.id = s.root_id WHERE s.id = ?1`;

// In all that follows CROSS JOIN fixes the order: from the set that was asked for, outward by index.

const OPERATIONS = `
  SELECT o.id, o.digest, o.result FROM json_each(?2) j CROSS JOIN operations o ON o.space_id = ?1 AND o.id = j.value`;

/** Nodes with all of their ancestors, each once. */
const CHAINS = `
  WITH RECURSIVE chain(id) AS (
    SELECT value FROM json_each(?2)
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id WHERE p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

const NAMES = `
  SELECT ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key = j.value ->> 1 AND n.state = 'live'`;

const NAMES_BY_NODE = `
  SELECT coalesce(j.value ->> 1, m.parent_id) AS slot_parent, coalesce(j.value ->> 2, m.name_key) AS slot_key, ${NODE_COLUMNS}
  FROM json_each(?2) j
  CROSS JOIN nodes m ON m.space_id = ?1 AND m.id = j.value ->> 0 AND m.state <> 'purged'
  LEFT JOIN nodes n ON n.space_id = ?1 AND n.parent_id = coalesce(j.value ->> 1, m.parent_id)
    AND n.name_key = coalesce(j.value ->> 2, m.name_key) AND n.state = 'live'`;

const VERSIONS = `
  SELECT v.node_id, v.version, v.content_id, v.size, v.mtime, v.executable FROM json_each(?2) j CROSS JOIN versions v
  ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version = j.value ->> 1`;

const CHUNKS = `
  SELECT j.value AS id, c.size FROM json_each(?2) j CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value)`;

/**
 * How many folders deep it goes below each, as far as the next one that is asked for too (`sub`), so that no folder is
 * walked twice however the set is nested.
 */
const HEIGHTS = `
  WITH RECURSIVE below(top, id, depth) AS (
    SELECT value, value, 0 FROM json_each(?2)
    UNION ALL
    SELECT below.top, n.id, below.depth + 1 FROM below CROSS JOIN nodes n INDEXED BY nodes_folders
    ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live' AND n.type = 'folder'
    WHERE below.depth < ${LIMITS.depth} AND (below.depth = 0 OR below.id NOT IN (SELECT value FROM json_each(?2)))
    LIMIT ${FOLDERS_BELOW}
  )
  SELECT top, CASE WHEN depth > 0 AND id IN (SELECT value FROM json_each(?2)) THEN id END AS sub,
    max(depth) AS depth, count(*) AS folders
  FROM below GROUP BY 1, 2`;

/** All live nodes below a folder, breadth first, up to a limit. */
const SUBTREE = `
  WITH RECURSIVE below(id, type) AS (
    SELECT ?2, 'folder'
    UNION ALL
    SELECT n.id, n.type FROM below CROSS JOIN nodes n INDEXED BY nodes_name
    ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live' WHERE below.type = 'folder'
    LIMIT ?3 + 1
  )
  SELECT ${NODE_COLUMNS} FROM below CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = below.id WHERE below.id <> ?2`;

/** Every query here, for the test that reads their plans. */
export const LOAD_QUERIES = {
  HEAD,
  ROOT,
  OPERATIONS,
  CHAINS,
  NAMES,
  NAMES_BY_NODE,
  VERSIONS,
  CHUNKS,
  HEIGHTS,
  SUBTREE,
};
