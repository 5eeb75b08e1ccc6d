import { emptyState, RECENT_NODES, recentNodes, slotOf, type Needs, type TreeState } from "../../core/tree-state.ts";
import { COPY_NODES } from "../../core/commit/copy.ts";
import { LIMITS } from "../../protocol/limits.ts";
import * as sql from "./commit-queries.ts";
import { jsonSlices } from "./json-slices.ts";
import { nodeFromRow, type NodeRow } from "./tree-reads.ts";

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
  let shared: string[] = [];
  const operations = new Map<string, OperationRow>();
  await run(db, [
    {
      statement: db.prepare(sql.HEAD).bind(space.spaceId, space.ownerId),
      take: (rows) => (head = rows[0] as unknown as HeadRow | undefined),
    },
    {
      statement: db.prepare(sql.SHARED).bind(space.spaceId),
      take: (rows) => (shared = rows.map((row) => String(row.folder_id))),
    },
    ...each(db, sql.OPERATIONS, [space.spaceId], operationIds, (rows) => {
      for (const row of rows as unknown as OperationRow[]) operations.set(row.id, row);
    }),
    ...queriesOf(db, space, needs, state),
    // The root is where much goes back to.
    { statement: db.prepare(sql.ROOT).bind(space.spaceId), take: (rows) => takeNodes(state, rows) },
  ]);
  if (!head) return null;
  const loaded: TreeState = { ...state, rootId: head.root_id, seq: head.seq, shared: new Set(shared) };
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
    statement: db.prepare(sql.HEAD).bind(space.spaceId, ownerId),
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
    ...each(db, sql.CHAINS, [spaceId], needs.nodes, intoNodes),
    ...each(db, sql.NAMES, [spaceId], needs.names.values(), intoNodes),
    ...each(db, sql.NAMES_BY_NODE, [spaceId], needs.namesByNode, (rows) => {
      for (const row of rows)
        state.names.set(slotOf(String(row.slot_parent), String(row.slot_key)), row.id as string | null);
      takeNodes(
        state,
        rows.filter((row) => row.id !== null),
      );
    }),
    ...each(db, sql.VERSIONS, [spaceId], needs.versions.values(), (rows) =>
      takeVersions(state, rows as unknown as VersionRow[]),
    ),
    ...each(db, sql.CHUNKS, [ownerId], needs.chunks, (rows) => {
      for (const row of rows) state.chunks.set(String(row.id), Number(row.size));
    }),
    ...each(db, sql.HEIGHTS, [spaceId], needs.heights, (rows) => takeHeights(state, rows as unknown as HeightRow[])),
    ...recentQueries(db, spaceId, needs, state),
    ...mountQueries(db, spaceId, needs, state),
    ...[...needs.subtrees].map((root) => ({
      statement: db.prepare(sql.SUBTREE).bind(spaceId, root, COPY_NODES + 1),
      take: (rows: Record<string, unknown>[]) => takeSubtree(state, root, rows as unknown as NodeRow[]),
    })),
  ];
}

function recentQueries(db: CommitDatabase, spaceId: string, needs: Needs, state: TreeState): Query[] {
  if (needs.changedSince.size === 0) return [];
  const asked = [...needs.changedSince].reduce((lowest, seq) => Math.min(lowest, seq));
  const take = (rows: Record<string, unknown>[]) => {
    takeNodes(state, rows);
    state.recent = recentNodes(asked, rows as unknown as NodeRow[]);
  };
  return [{ statement: db.prepare(sql.RECENT).bind(spaceId, asked, RECENT_NODES + 1), take }];
}

function mountQueries(db: CommitDatabase, spaceId: string, needs: Needs, state: TreeState): Query[] {
  if (needs.mounts.size === 0) return [];
  const take = (rows: Record<string, unknown>[]) => {
    takeNodes(state, rows);
    state.mounts = rows.filter(({ mount }) => mount !== null).map(({ id }) => String(id));
  };
  return [{ statement: db.prepare(sql.MOUNTS).bind(spaceId), take }];
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
  const isCut = rows.reduce((sum, { folders }) => sum + folders, 0) >= sql.FOLDERS_BELOW;
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
