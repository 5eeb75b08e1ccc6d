import type { Env, IndexMessage } from "../env.ts";
import { openShard } from "../storage/shards.ts";
import { readSpacesAfter, type SpaceSeq } from "./space-seqs.ts";
import { readGeneration, readIndexedSpaces, watermarkOf } from "../search/indexed-spaces.ts";

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
  const behind = await findBehind(env.SEARCH, spaces);
  await sendIndexMessages(
    env,
    behind.map(({ id, seq }) => ({ space: id, seq })),
  );
  return behind.length;
}

/** Sends messages that nobody waits for, as many at once as Queues take: among the bulk. */
export async function sendIndexMessages(env: Env, messages: readonly IndexMessage[]): Promise<void> {
  for (let at = 0; at < messages.length; at += MESSAGES_A_BATCH) {
    await env.INDEX_BULK_QUEUE.sendBatch(messages.slice(at, at + MESSAGES_A_BATCH).map((body) => ({ body })));
  }
}

/** Those of some spaces whose changes are not all in the index, with how far it is. */
export async function findBehind<S extends SpaceSeq>(
  search: D1Database,
  spaces: readonly S[],
): Promise<(S & { readonly indexed: number })[]> {
  const generation = await readGeneration(search);
  const known = await readIndexedSpaces(
    search,
    spaces.map(({ id }) => id),
  );
  return spaces
    .map((space) => ({ ...space, indexed: watermarkOf(known.get(space.id), generation, space.epoch) }))
    .filter(({ seq, indexed }) => seq > indexed);
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
