import { z } from "zod";
import type { ActivityAction, AdminActivity } from "../../protocol/activity.ts";
import { idTime } from "../../protocol/new-id.ts";
import type { Env } from "../env.ts";
import { accountsIn, activitiesOf, readPeople } from "./activity-actors.ts";
import { ACTIVITY_COLUMNS, type ActivityRow } from "./activity-reads.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import { openShard, shardNames } from "./shards.ts";

/** Which records are asked for. */
export interface ActivityFilter {
  /** Milliseconds since 1970, included. */
  readonly from?: number | undefined;
  /** Not included. */
  readonly until?: number | undefined;
  /** Who did it. */
  readonly account?: string | undefined;
  readonly action?: ActivityAction | undefined;
}

interface AdminRow extends ActivityRow {
  readonly owner_id: string | null;
}

/** Records of each shard that a page looks at where a filter passes some over. */
const LOOK = 1_000;

const TIME_RECORDS = `
  SELECT ${ACTIVITY_COLUMNS}, s.owner_id FROM activity a INDEXED BY activity_time LEFT JOIN spaces s ON s.id = a.space_id
  WHERE a.id < ?1 AND a.id >= ?2 ORDER BY a.id DESC LIMIT ?3`;

const Position = z.tuple([z.literal("deployment"), z.string()]);

/**
 * What was done in all of the deployment, newest first, one page. A page looks at 1,000 records of each shard at most, and
 * may then have fewer entries than were asked for. One query a shard, and one of the directory.
 *
 * @throws LedgeError `invalid_cursor`.
 */
export async function listAllActivity(
  env: Env,
  filter: ActivityFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ activities: AdminActivity[]; next: string | null }> {
  const latest = filter.until === undefined ? "~" : idTime(filter.until);
  const at = cursor === undefined ? latest : decodePagePosition(Position, cursor)[1];
  const before = at < latest ? at : latest;
  const look = filter.account === undefined && filter.action === undefined ? limit + 1 : LOOK;
  const parts = await Promise.all(
    shardNames(env).map(async (name) => {
      const statement = openShard(env, name, "first-unconstrained").db.prepare(TIME_RECORDS);
      return (await statement.bind(before, idTime(filter.from ?? 0), look).all<AdminRow>()).results;
    }),
  );
  // Older than this, a shard may have records that were not looked at.
  const horizon = parts.map((rows) => (rows.length < look ? "" : (rows.at(-1)?.id ?? ""))).reduce(later, "");
  const known = parts.flat().filter((row) => row.id >= horizon);
  const found = known.filter((row) => isAskedFor(row, filter)).sort((a, b) => (a.id < b.id ? 1 : -1));
  const page = found.slice(0, limit);
  const end = found.length > limit ? (page.at(-1)?.id ?? "") : horizon;
  return {
    activities: await withOwners(env.DIRECTORY, page),
    next: end === "" ? null : encodePagePosition<z.infer<typeof Position>>(["deployment", end]),
  };
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function isAskedFor({ actor, action }: AdminRow, filter: ActivityFilter): boolean {
  return (
    (filter.account === undefined || actor === filter.account) &&
    (filter.action === undefined || action === filter.action)
  );
}

async function withOwners(directory: D1Database, rows: readonly AdminRow[]): Promise<AdminActivity[]> {
  const owners = rows.flatMap(({ owner_id }) => owner_id ?? []);
  const people = await readPeople(directory, [...accountsIn(rows), ...owners]);
  return activitiesOf(rows, people, null).map((activity, i) => {
    const row = rows[i] as AdminRow;
    return {
      ...activity,
      space: row.space_id,
      owner: people.get(row.owner_id ?? "") ?? null,
      credential: row.origin,
    };
  });
}

/** Every query here, for the test that reads their plans. */
export const ADMIN_ACTIVITY_QUERIES = { TIME_RECORDS };
