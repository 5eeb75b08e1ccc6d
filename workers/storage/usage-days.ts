import type { ServerUsage } from "../../protocol/admin.ts";
import type { Env } from "../env.ts";
import { openShard, shardNames } from "./shards.ts";

/** Nodes that one step of a count reads. A shard's cron has 288 steps a day: 72 million nodes. */
const NODES_A_STEP = 250_000;
/** Days are kept for two years. Milliseconds. */
const KEPT_FOR = 730 * 86_400_000;

interface CountingRow {
  readonly day: string;
  readonly position: string;
  readonly files: number;
}

/** The day that `now` (ms since 1970) is in, by UTC. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/**
 * One step of the day's count of a shard: at most `limit` nodes, then, once all were looked at, the day's row. A day that
 * has its row costs one row read. A step that is carried out twice counts the same.
 */
export async function countDay(env: Env, shard: string, now: number, limit: number = NODES_A_STEP): Promise<void> {
  const day = dayOf(now);
  const [counted, counting] = await env.DIRECTORY.batch([
    env.DIRECTORY.prepare("SELECT 1 FROM usage_days WHERE day = ? AND shard = ?").bind(day, shard),
    env.DIRECTORY.prepare("SELECT day, position, files FROM usage_counting WHERE shard = ?").bind(shard),
  ]);
  if (counted?.results.length) return;
  const begun = counting?.results[0] as CountingRow | undefined;
  const from = begun?.day === day ? begun : { day, position: "", files: 0 };
  const step = await countNodes(env, shard, from.position, limit);
  const files = from.files + step.files;
  if (step.position === null) await writeDay(env, shard, files, now);
  else {
    await env.DIRECTORY.prepare(
      `INSERT INTO usage_counting (shard, day, position, files) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (shard) DO UPDATE SET day = ?2, position = ?3, files = ?4`,
    )
      .bind(shard, day, step.position, files)
      .run();
  }
}

/** Files behind a position, and where to go on: null where there is nothing more. */
async function countNodes(
  env: Env,
  shard: string,
  position: string,
  limit: number,
): Promise<{ readonly files: number; readonly position: string | null }> {
  const [space = "", node = ""] = position.split("/");
  const row = await openShard(env, shard, "first-unconstrained")
    .db.prepare(
      `SELECT count(*) AS nodes, total(type = 'file' AND state = 'live') AS files, max(space_id || '/' || id) AS last
       FROM (SELECT space_id, id, type, state FROM nodes WHERE (space_id, id) > (?1, ?2)
         ORDER BY space_id, id LIMIT ?3)`,
    )
    .bind(space, node, limit)
    .first<{ nodes: number; files: number; last: string | null }>();
  return { files: row?.files ?? 0, position: row && row.nodes === limit ? row.last : null };
}

async function writeDay(env: Env, shard: string, files: number, now: number): Promise<void> {
  const { accounts, used, reserved } = await readOwners(env, shard);
  await env.DIRECTORY.prepare(
    `INSERT INTO usage_days (day, shard, accounts, used, reserved, files, links, counted_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT links FROM link_loads WHERE shard = ?2), 0), ?7)
     ON CONFLICT DO NOTHING`,
  )
    .bind(dayOf(now), shard, accounts, used, reserved, files, now)
    .run();
}

interface OwnerTotals {
  readonly accounts: number;
  readonly quota: number;
  readonly used: number;
  readonly reserved: number;
}

/** One row an account. */
async function readOwners(env: Env, shard: string): Promise<OwnerTotals> {
  const row = await openShard(env, shard, "first-primary")
    .db.prepare(
      `SELECT count(*) AS accounts, total(quota) AS quota, total(used) AS used, total(reserved) AS reserved FROM owners`,
    )
    .first<OwnerTotals>();
  if (!row) throw new Error(`shard ${shard} did not answer its totals`);
  return row;
}

interface DayRow {
  readonly day: string;
  readonly accounts: number;
  readonly used: number;
  readonly reserved: number;
  readonly files: number;
  readonly links: number;
}

interface LoadRow {
  readonly shard: string;
  readonly links: number;
}

interface CountRow {
  readonly shard: string;
  readonly files: number;
  readonly countedAt: number;
}

/** The rows of one statement of a batch. */
function rowsOf<Row>(result: D1Result | undefined): Row[] {
  return (result?.results ?? []) as Row[];
}

/**
 * What the shards hold now, and held on the last `days` days. Of the shards one row an account; files are as they were
 * counted last. A shard that has no count of today has a step of it taken.
 */
export async function readServerUsage(env: Env, days: number, now: number): Promise<ServerUsage> {
  const names = shardNames(env);
  await Promise.all(names.map((shard) => countDay(env, shard, now)));
  const [totals, [history, loads, counts]] = await Promise.all([
    Promise.all(names.map((shard) => readOwners(env, shard))),
    env.DIRECTORY.batch([
      env.DIRECTORY.prepare(
        `SELECT day, sum(accounts) AS accounts, sum(used) AS used, sum(reserved) AS reserved, sum(files) AS files,
           sum(links) AS links
         FROM usage_days WHERE day > ? GROUP BY day ORDER BY day`,
      ).bind(dayOf(now - days * 86_400_000)),
      env.DIRECTORY.prepare("SELECT shard, links FROM link_loads"),
      env.DIRECTORY.prepare(
        `SELECT d.shard, d.files, d.counted_at AS countedAt FROM json_each(?1) s JOIN usage_days d
         ON d.shard = s.value AND d.day = (SELECT max(day) FROM usage_days WHERE shard = s.value AND day > ?2)`,
      ).bind(JSON.stringify(names), dayOf(now - 7 * 86_400_000)),
    ]),
  ]);
  const links = new Map(rowsOf<LoadRow>(loads).map((row) => [row.shard, row.links]));
  const counted = new Map(rowsOf<CountRow>(counts).map((row) => [row.shard, row]));
  return {
    shards: names.flatMap((shard, i) => {
      const owners = totals[i];
      if (!owners) return [];
      const { files = null, countedAt = null } = counted.get(shard) ?? {};
      return [{ shard, ...owners, links: links.get(shard) ?? 0, files, countedAt }];
    }),
    days: rowsOf<DayRow>(history),
  };
}

/** Forgets days that are older than two years. */
export async function pruneUsageDays(directory: D1Database, now: number): Promise<void> {
  await directory
    .prepare("DELETE FROM usage_days WHERE day < ?")
    .bind(dayOf(now - KEPT_FOR))
    .run();
}
