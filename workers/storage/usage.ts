import type { Usage } from "../../protocol/usage.ts";
import { countUsage, type CountedUsage } from "./count-usage.ts";
import { locateNodes } from "./locate-nodes.ts";
import type { Shard } from "./shards.ts";

/** How long a count is good for, and how long one may take before it is given up; milliseconds. */
export const USAGE_FRESH_MS = 10 * 60 * 1000;
export const USAGE_PATIENCE_MS = 2 * 60 * 1000;

interface CountRow {
  readonly started_at: number;
  readonly measured_at: number | null;
  readonly result: string | null;
}

/**
 * What takes an account's space: the last count where it is ten minutes old at most, or where another one is under way; else
 * a new one, of which an account has one at a time.
 *
 * @returns null where the account's first count is under way, or cannot be read here yet: ask again shortly.
 */
export async function readUsage(
  shard: Shard,
  account: { readonly userId: string; readonly spaceId: string },
  now: () => number,
): Promise<Usage | null> {
  const { userId, spaceId } = account;
  const kept = await shard.db
    .prepare("SELECT started_at, measured_at, result FROM usage_counts WHERE user_id = ?")
    .bind(userId)
    .first<CountRow>();
  const last = resultOf(kept);
  if (last && now() - last.measuredAt < USAGE_FRESH_MS) return answer(shard, spaceId, last);
  const startedAt = now();
  const claimed = await shard.db
    .prepare(CLAIM)
    .bind(userId, startedAt, startedAt - USAGE_PATIENCE_MS, startedAt - USAGE_FRESH_MS)
    .first();
  if (!claimed) return last && answer(shard, spaceId, last);
  // A count that fails is not begun again before its time would have been over: it costs as much each time.
  const counted = await countUsage(shard, { spaceId, ownerId: userId });
  const measuredAt = now();
  await shard.db
    .prepare("UPDATE usage_counts SET measured_at = ?2, result = ?3 WHERE user_id = ?1")
    .bind(userId, measuredAt, JSON.stringify(counted))
    .run();
  return answer(shard, spaceId, { measuredAt, counted });
}

/**
 * Where none is under way (the last one ended, or has taken too long) and none is good still: what was read before may be of
 * a replica that lags, or older than a count that ended meanwhile. Parameters: user, now, what is too long ago for a count to
 * be under way, and for its result.
 */
const CLAIM = `
  INSERT INTO usage_counts (user_id, started_at) VALUES (?1, ?2)
  ON CONFLICT DO UPDATE SET started_at = ?2 
    WHERE (measured_at >= started_at OR started_at < ?3) AND (measured_at IS NULL OR measured_at <= ?4)
  RETURNING user_id`;

interface LastCount {
  readonly measuredAt: number;
  readonly counted: CountedUsage;
}

function resultOf(row: CountRow | null): LastCount | null {
  if (row?.result == null || row.measured_at === null) return null;
  return { measuredAt: row.measured_at, counted: JSON.parse(row.result) as CountedUsage };
}

/** The largest files as they are now: renamed ones by their new names, without those that are in the trash or gone. */
async function answer(shard: Shard, spaceId: string, { measuredAt, counted }: LastCount): Promise<Usage> {
  const { largestIds, ...sums } = counted;
  const located = await locateNodes(shard, spaceId, largestIds);
  const largest = located.filter(({ reach }) => reach === "live").sort((a, b) => b.node.size - a.node.size);
  return { measuredAt, ...sums, largest };
}
