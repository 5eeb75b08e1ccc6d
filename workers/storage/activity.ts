import { activityOf, type ActivityRecord } from "../../core/activity.ts";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ActivityAction } from "../../protocol/activity.ts";
import { idTime, newId } from "../../protocol/new-id.ts";
import type { Node, OperationResult } from "../../protocol/tree.ts";
import { jsonSlices } from "./json-slices.ts";
import type { Shard } from "./shards.ts";

type Database = Pick<D1DatabaseSession, "prepare">;

/** What authors of links' guests begin with. */
export const GUEST = "link:";

/** Who did something, and how far it is known where they sat. */
export interface Doer {
  /** An account's id, `link:` and a link's, or "" for the system. */
  readonly authorId: string;
  /** The session or token that it came with; null where it came with none. */
  readonly origin: string | null;
  /** The device or client; of a guest, the name that they gave. */
  readonly label?: string | null;
}

/** A commit, as far as its records go by it. */
export interface RecordedCommit {
  readonly by: Doer;
  readonly operations: readonly AnyOperation[];
  readonly results: readonly OperationResult[];
}

/**
 * The records of commits, for the batch that writes them (V1): two rows for each where it made nodes or versions, three
 * for others, however many nodes of a folder it is about.
 *
 * @param before - The nodes as the commits found them.
 */
export function activityStatements(
  db: Database,
  spaceId: string,
  now: number,
  commits: readonly RecordedCommit[],
  before: ReadonlyMap<string, Node | null>,
): D1PreparedStatement[] {
  const done = commits.map(({ by, operations, results }) => ({
    operations,
    results,
    isGuest: by.authorId.startsWith(GUEST),
  }));
  const records = activityOf(done, before).flatMap((all, i) => {
    const { authorId, origin, label = null } = commits[i]?.by ?? SYSTEM;
    return all.map((record) => [authorId, origin, label, ...tupleOf(record)]);
  });
  // In order, as what they tell of was done.
  const ids = records.map(() => newId(now)).sort();
  return jsonSlices(records.map((record, i) => [ids[i], ...record])).map((slice) =>
    db.prepare(INSERT_RECORDS).bind(spaceId, now, slice),
  );
}

function tupleOf({ action, node, name, type, parent, count, detail }: ActivityRecord): unknown[] {
  return [action, node, name, type, parent, count, detail];
}

const SYSTEM: Doer = { authorId: "", origin: null };

/** Something that was done about sharing a node, or with a link to it. */
export interface SharingRecord extends Doer {
  readonly spaceId: string;
  /** The shared folder, or what the link is to: a node of that space. What it is called is looked up with the writing. */
  readonly node: string;
  readonly action: ActivityAction;
  /** A role, an email, a link's permission. */
  readonly detail?: string | null;
  readonly at: number;
}

/** The statement of `recordSharing`, for a batch on the shard. */
export function sharingStatement(db: Database, record: SharingRecord): D1PreparedStatement {
  const { spaceId, node, action, detail, at, authorId, origin, label } = record;
  return db
    .prepare(INSERT_SHARING)
    .bind(spaceId, node, newId(at), at, authorId, origin, label ?? null, action, detail ?? null);
}

/**
 * Leaves records of what was done about sharing a node (V1), all or none, in one call: three rows and a look-up each. Where
 * there is no such node it leaves none.
 */
export async function recordSharing({ db }: Pick<Shard, "db">, ...records: readonly SharingRecord[]): Promise<void> {
  if (records.length > 0) await db.batch(records.map((record) => sharingStatement(db, record)));
}

/** What guests did with a link, one thing, within an hour. */
export interface LinkUse {
  readonly action: "openLink" | "download";
  /** The first time. */
  readonly at: number;
  readonly count: number;
}

/**
 * Leaves one record for each of a link's uses, or brings its count up to date: three rows the first time, one each later.
 * May be said again.
 */
export async function recordUses(
  db: Pick<D1DatabaseSession, "prepare" | "batch">,
  { spaceId, node, link }: { readonly spaceId: string; readonly node: string; readonly link: string },
  uses: readonly LinkUse[],
): Promise<void> {
  if (uses.length === 0) return;
  await db.batch(
    uses.map(({ action, at, count }) =>
      db.prepare(UPSERT_USES).bind(spaceId, node, useId(link, action, at), at, GUEST + link, action, count),
    ),
  );
}

/** Always the same for that use of the link, and in order of time as all ids. */
function useId(link: string, action: LinkUse["action"], at: number): string {
  return idTime(at) + link.slice(10, 25) + (action === "openLink" ? "0" : "1");
}

const COLUMNS = "space_id, id, at, actor, origin, label, action, node_id, name, type, parent_id, count, detail";

const INSERT_RECORDS = `
  INSERT INTO activity (${COLUMNS})
  SELECT ?1, value ->> 0, ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10
  FROM json_each(?3)`;

const INSERT_SHARING = `
  INSERT INTO activity (${COLUMNS})
  SELECT n.space_id, ?3, ?4, ?5, ?6, ?7, ?8, n.id, n.name, n.type, n.parent_id, 1, ?9
  FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2`;

const UPSERT_USES = `
  INSERT INTO activity (${COLUMNS})
  SELECT n.space_id, ?3, ?4, ?5, NULL, NULL, ?6, n.id, n.name, n.type, n.parent_id, ?7, NULL
  FROM nodes n WHERE n.space_id = ?1 AND n.id = ?2
  ON CONFLICT (space_id, id) DO UPDATE SET count = excluded.count`;

/** Records are kept for a year (V3). Milliseconds. */
export const ACTIVITY_MS = 365 * 86_400_000;

const PRUNE = `
  DELETE FROM activity WHERE (space_id, id) IN (
    SELECT space_id, id FROM activity INDEXED BY activity_time WHERE id < ?1 ORDER BY id LIMIT ?2)`;

/** Deletes records that are older than a year, at most `limit`; answers how many. */
export async function pruneActivity({ db }: Pick<Shard, "db">, now: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare(PRUNE)
    .bind(idTime(now - ACTIVITY_MS), limit)
    .run();
  return meta.changes;
}

/** Every query over a set here, for the test that reads their plans. */
export const ACTIVITY_WRITE_QUERIES = { INSERT_SHARING, UPSERT_USES, PRUNE };
