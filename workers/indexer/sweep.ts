import type { Env, IndexMessage } from "../env.ts";
import { openShard } from "../storage/shards.ts";
import { readSpacesAfter, type SpaceSeq } from "./space-seqs.ts";
import { readWatermarks } from "./watermarks.ts";

/** Spaces looked at in one query, and queries a shard and run: a run reads at most 20,000 rows a shard. */
const SPACES_A_PAGE = 1_000;
const PAGES_A_RUN = 10;

/** What Queues take in one call. */
const MESSAGES_A_BATCH = 100;

/**
 * One run of the round through a shard's spaces: sends a message for each whose watermark is behind its seq, because
 * its message was lost (T12). A run goes on where the last one ended, so that every space has its turn however many
 * there are; a crash in between repeats a page, which is harmless (X1).
 *
 * @returns how many messages were sent.
 */
export async function sweepShard(env: Env, shardName: string, pageSize: number = SPACES_A_PAGE): Promise<number> {
  const shard = openShard(env, shardName, "first-unconstrained");
  let position = await readPosition(env.SEARCH, shardName);
  let sent = 0;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const spaces = await readSpacesAfter(shard, position, pageSize);
    sent += await sendBehind(env, spaces);
    const ended = spaces.length < pageSize;
    position = ended ? "" : (spaces.at(-1)?.id ?? "");
    await savePosition(env.SEARCH, shardName, position);
    if (ended) break;
  }
  return sent;
}

async function sendBehind(env: Env, spaces: readonly SpaceSeq[]): Promise<number> {
  const watermarks = await readWatermarks(
    env.SEARCH,
    spaces.map(({ id }) => id),
  );
  const behind: IndexMessage[] = spaces
    .filter(({ id, seq }) => seq > (watermarks.get(id) ?? 0))
    .map(({ id, seq }) => ({ space: id, seq }));
  for (let at = 0; at < behind.length; at += MESSAGES_A_BATCH) {
    await env.INDEX_QUEUE.sendBatch(behind.slice(at, at + MESSAGES_A_BATCH).map((body) => ({ body })));
  }
  return behind.length;
}

async function readPosition(search: D1Database, shard: string): Promise<string> {
  const row = await search
    .prepare("SELECT space_id FROM sweeps WHERE shard = ?")
    .bind(shard)
    .first<{ space_id: string }>();
  return row?.space_id ?? "";
}

async function savePosition(search: D1Database, shard: string, space: string): Promise<void> {
  await search
    .prepare(
      `INSERT INTO sweeps (shard, space_id) VALUES (?, ?)
       ON CONFLICT (shard) DO UPDATE SET space_id = excluded.space_id WHERE excluded.space_id <> sweeps.space_id`,
    )
    .bind(shard, space)
    .run();
}
