import { isLong, tombstone } from "../../core/commit/purge.ts";
import type { Changes } from "../../core/plan-commit.ts";
import { journalOf, touchedBy, type NodeAt } from "../../core/shared-folders.ts";
import type { Node } from "../../protocol/tree.ts";
import type { CommitDatabase } from "./commit-load.ts";
import { SHARED } from "./commit-queries.ts";
import { commitStatements, type WriteContext } from "./commit-write.ts";
import { spaceChange, type SpaceChange } from "./space-change.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** Nodes that one step purges at most. */
export const REAP_STEP = 500;
/** Purged folders and files that one step looks at. */
const PENDING_PER_STEP = 100;
/** Versions that one step releases, beside the few that its files may have. */
export const REAP_VERSIONS = 5_000;

/**
 * One step of T8: purges up to `REAP_STEP` children of purged folders, as a fenced commit, and releases up to
 * `REAP_VERSIONS` versions of purged files; a node with none left is done. All that it goes by is in D1, so it may be
 * cut off anywhere.
 *
 * @returns the space's seq where it changed, null where it did not; what changed, null where there is no such space; and
 *   whether anything may be left.
 */
export async function reapStep(
  db: CommitDatabase,
  context: WriteContext,
): Promise<{ seq: number | null; change: SpaceChange | null; isDone: boolean }> {
  const { spaceId } = context;
  const [space, purged, live, gone, versions, shared, chains] = await db.batch<Record<string, unknown>>([
    db.prepare("SELECT seq, epoch FROM spaces WHERE id = ?1").bind(spaceId),
    db.prepare(PENDING).bind(spaceId, PENDING_PER_STEP),
    db.prepare(LIVE_CHILDREN).bind(spaceId, PENDING_PER_STEP, REAP_STEP),
    db.prepare(TRASHED_CHILDREN).bind(spaceId, PENDING_PER_STEP, REAP_STEP),
    db.prepare(VERSIONS).bind(spaceId, PENDING_PER_STEP, REAP_VERSIONS),
    db.prepare(SHARED).bind(spaceId),
    db.prepare(CHAINS_OF_PENDING).bind(spaceId, PENDING_PER_STEP),
  ]);
  const pending = (purged?.results ?? []).map((row) => String(row.id));
  const versionCount = versions?.results.length ?? 0;
  const head = space?.results[0] as { seq: number; epoch: string } | undefined;
  if (!head) return { seq: null, change: null, isDone: true };
  const { seq, epoch } = head;
  const told = { space: spaceId, epoch, baseSeq: seq };
  if (pending.length === 0) return { seq: null, change: { ...told, seq, nodes: [], sharedFolders: [] }, isDone: true };
  const found = [...(live?.results ?? []), ...(gone?.results ?? [])] as unknown as NodeRow[];
  const children = found.slice(0, REAP_STEP);
  const sharedIds = new Set((shared?.results ?? []).map((row) => String(row.folder_id)));
  const changes = purgeAll(children, (chains?.results ?? []) as unknown as NodeRow[], sharedIds, seq);
  const statements = commitStatements(db, context, changes, []);
  const ids = JSON.stringify(pending);
  if (versionCount > 0) statements.push(db.prepare(RELEASE_VERSIONS).bind(spaceId, ids, REAP_VERSIONS));
  // Under the limits, these are all of the children and versions, and the nodes are done.
  if (found.length < REAP_STEP && versionCount < REAP_VERSIONS) statements.push(db.prepare(SETTLE).bind(spaceId, ids));
  await db.batch(statements);
  const { nodes, inShared } = changes;
  const change = spaceChange({ ...told, seq: changes.seq, nodes, sharedFolders: inShared.touched });
  return { seq: changes.seq > seq ? changes.seq : null, change, isDone: false };
}

/** @param above - The folders that the nodes are in, and all above those. */
function purgeAll(
  rows: readonly NodeRow[],
  above: readonly NodeRow[],
  shared: ReadonlySet<string>,
  baseSeq: number,
): Changes {
  const before = rows.map(nodeFromRow);
  const nodes = before.map((node, i) => ({ ...tombstone(node), seq: baseSeq + i + 1 }));
  const purged = before.filter((node) => !isLong(node)).map((node) => node.id);
  const journal = journalOf(shared, nodes, nodeAmong(above, before), nodeAmong(above, nodes));
  const inShared = { journal, touched: touchedBy(journal) };
  const seq = baseSeq + nodes.length;
  return { baseSeq, seq, vacated: [], nodes, contents: [], versions: [], purged, shared, inShared };
}

function nodeAmong(above: readonly NodeRow[], nodes: readonly Node[]): NodeAt {
  const known = new Map([...above.map(nodeFromRow), ...nodes].map((node) => [node.id, node]));
  return (id) => known.get(id) ?? null;
}

const PENDING = `
  SELECT n.id FROM nodes n INDEXED BY nodes_reap
  WHERE n.space_id = ?1 AND n.state = 'purged' AND n.trashed_at IS NOT NULL ORDER BY n.id LIMIT ?2`;

const LIVE_CHILDREN = `
  SELECT ${NODE_COLUMNS} FROM (${PENDING}) p CROSS JOIN nodes n INDEXED BY nodes_name
  ON n.space_id = ?1 AND n.parent_id = p.id AND n.state = 'live' LIMIT ?3`;

const TRASHED_CHILDREN = `
  SELECT ${NODE_COLUMNS} FROM (${PENDING}) p CROSS JOIN nodes n INDEXED BY nodes_gone
  ON n.space_id = ?1 AND n.parent_id = p.id AND n.state = 'trashed' AND n.state <> 'live' LIMIT ?3`;

/** Of a space that has shared folders: what is above what is reaped. */
const CHAINS_OF_PENDING = `
  WITH RECURSIVE chain(id) AS (
    SELECT p.id FROM (${PENDING}) p WHERE EXISTS (SELECT 1 FROM shared_folders WHERE space_id = ?1)
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id WHERE p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

const VERSIONS = `
  SELECT 1 FROM (${PENDING}) p CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = p.id LIMIT ?3`;

const RELEASE_VERSIONS = `
  DELETE FROM versions WHERE space_id = ?1 AND (node_id, version) IN (
    SELECT v.node_id, v.version FROM json_each(?2) j CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = j.value
    LIMIT ?3)`;

const SETTLE = `
  UPDATE nodes SET trashed_at = NULL
  WHERE space_id = ?1 AND state = 'purged' AND id IN (SELECT value FROM json_each(?2))`;

/** Every query here, for the test that reads their plans. */
export const REAP_QUERIES = {
  PENDING,
  LIVE_CHILDREN,
  TRASHED_CHILDREN,
  CHAINS_OF_PENDING,
  VERSIONS,
  RELEASE_VERSIONS,
  SETTLE,
};
