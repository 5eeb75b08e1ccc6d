import type { Shard } from "./shards.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long an operation id is remembered: what is sent again later is carried out anew (T15). */
export const OPERATION_MS = 30 * DAY_MS;
/** How far back `since` by a time finds its commit; before that it answers from the beginning (T17). */
export const COMMIT_MS = 90 * DAY_MS;

/** How much one run may do, so that it ends; what is left waits for the next. */
export interface PruneBudget {
  readonly operations: number;
  readonly commits: number;
  /** Spaces looked at. */
  readonly spaces: number;
}

const DEFAULT_BUDGET: PruneBudget = { operations: 5_000, commits: 5_000, spaces: 500 };

/**
 * Deletes records that nobody goes by any more: operations older than 30 days, and commits older than 90 days except
 * each space's newest.
 *
 * The fence stays right without them (I4): a batch compares its base seq with the space's own seq, and needs no row of
 * the commit that was faster. `since` by a time takes the newest kept commit before it, and where none is kept the
 * beginning: it answers more than asked for, never less.
 *
 * @returns how many rows of each.
 */
export async function pruneRecords(
  { db }: Shard,
  now: number,
  budget: PruneBudget = DEFAULT_BUDGET,
): Promise<{ operations: number; commits: number }> {
  const { meta } = await db
    .prepare(PRUNE_OPERATIONS)
    .bind(now - OPERATION_MS, budget.operations)
    .run();
  return { operations: meta.changes, commits: await pruneCommits(db, now - COMMIT_MS, budget) };
}

/** One page of the round through the spaces; a run goes on where the last one ended, so that each has its turn. */
async function pruneCommits(db: D1DatabaseSession, before: number, budget: PruneBudget): Promise<number> {
  const walk = await db
    .prepare("SELECT cursor FROM collector_walks WHERE task = 'commits'")
    .first<{ cursor: string }>();
  const { results: spaces } = await db
    .prepare(NEWEST_COMMITS)
    .bind(walk?.cursor ?? "", budget.spaces)
    .all<{ id: string; newest: number | null }>();
  const newest = JSON.stringify(spaces.map((space) => [space.id, space.newest]));
  const { meta } = await db.prepare(PRUNE_COMMITS).bind(newest, before, budget.commits).run();
  // A page of which something may be left is looked at again.
  if (meta.changes >= budget.commits) return meta.changes;
  const cursor = spaces.length < budget.spaces ? "" : (spaces.at(-1)?.id ?? "");
  if (cursor !== (walk?.cursor ?? "")) {
    await db
      .prepare("INSERT INTO collector_walks VALUES ('commits', ?1) ON CONFLICT DO UPDATE SET cursor = ?1")
      .bind(cursor)
      .run();
  }
  return meta.changes;
}

const PRUNE_OPERATIONS = `
  DELETE FROM operations WHERE (space_id, id) IN (
    SELECT space_id, id FROM operations INDEXED BY operations_time WHERE at < ?1 ORDER BY at LIMIT ?2)`;

const NEWEST_COMMITS = `
  SELECT id, (SELECT max(base_seq) FROM commits c WHERE c.space_id = spaces.id) AS newest
  FROM spaces WHERE id > ?1 ORDER BY id LIMIT ?2`;

/** A newer commit than the newest of that moment only means that one row more is kept. */
const PRUNE_COMMITS = `
  DELETE FROM commits WHERE (space_id, base_seq) IN (
    SELECT c.space_id, c.base_seq FROM json_each(?1) j CROSS JOIN commits c INDEXED BY commits_time
    ON c.space_id = j.value ->> 0 AND c.at < ?2 WHERE c.base_seq < j.value ->> 1 LIMIT ?3)`;

/** Every query here, for the test that reads their plans. */
export const PRUNE_QUERIES = { PRUNE_OPERATIONS, NEWEST_COMMITS, PRUNE_COMMITS };
