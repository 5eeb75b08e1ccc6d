import { z } from "zod";
import { Id } from "../../protocol/ids.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env, IndexMessage } from "../env.ts";
import { isOvertaken } from "../search/indexed-spaces.ts";
import { keepDead } from "../search/dead-letters.ts";
import { PackKeys } from "../storage/pack-key.ts";
import { openShard, type Shard } from "../storage/shards.ts";
import { wantThumbnailsOf } from "../thumbnails/queue.ts";
import { Budget } from "./budget.ts";
import { indexSpace } from "./index-space.ts";
import { readSpaceOwners, readSpaceShards } from "./space-seqs.ts";
import { BegunElsewhere, READING_LEASE } from "./text-reader.ts";

const MessageBody = z.object({ space: Id, seq: z.int().min(0) });

/**
 * Milliseconds of a batch after which no further file is begun; what is left is sent again. With the time of a last file
 * (`EXTRACT_LIMITS`) it is less than the 30 seconds of CPU that an invocation has.
 */
const BATCH_MILLISECONDS = 12_000;
/** Queries of a batch after which none is. */
const BATCH_QUERIES = 500;

/** What names of dead-letter queues end with. */
const DEAD = "-dead";

/**
 * The queue's consumer. A message only says where to look: the space's own changes since its watermark decide what is
 * written, so that duplicate, lost and reordered messages change nothing but the time (X1). Messages of one space in a batch
 * are one look; a space that fails, or whose shard cannot be reached, has its messages, and no others, sent again.
 */
export async function consume(batch: MessageBatch<IndexMessage>, env: Env): Promise<void> {
  if (batch.queue.endsWith(DEAD)) return keepDead(env.SEARCH, batch.messages, Date.now());
  const bySpace = groupBySpace(batch.messages);
  const shards = await readSpaceShards(env.DIRECTORY, [...bySpace.keys()]);
  const byShard = Map.groupBy(shards.keys(), (space) => shards.get(space) ?? "");
  const budget = new Budget(Date.now() + BATCH_MILLISECONDS, BATCH_QUERIES);
  for (const [name, spaces] of byShard) {
    const failed = await indexSpaces(env, name, spaces, budget);
    for (const space of spaces) {
      for (const message of bySpace.get(space) ?? []) {
        if (failed.has(space)) message.retry({ delaySeconds: retryDelay(message.attempts) });
        else message.ack();
      }
    }
  }
  // What is left names a space that nobody has: nothing to index, now or later.
  for (const [space, messages] of bySpace) if (!shards.has(space)) for (const message of messages) message.ack();
}

/** By space. A message that is none of ours is acknowledged at once: sending it again would not mend it. */
function groupBySpace(messages: readonly Message<IndexMessage>[]): Map<string, Message<IndexMessage>[]> {
  const bySpace = new Map<string, Message<IndexMessage>[]>();
  for (const message of messages) {
    const parsed = MessageBody.safeParse(message.body);
    if (!parsed.success) {
      console.error("unknown index message", { id: message.id });
      message.ack();
      continue;
    }
    const group = bySpace.get(parsed.data.space);
    if (group) group.push(message);
    else bySpace.set(parsed.data.space, [message]);
  }
  return bySpace;
}

/** Brings the index of some spaces of one shard on, as the shard's primary has them, and answers those that failed. */
async function indexSpaces(
  env: Env,
  shardName: string,
  spaces: readonly string[],
  budget: Budget,
): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  try {
    const shard = openShard(env, shardName, "first-primary");
    const owners = await readSpaceOwners(shard, spaces);
    for (const [spaceId, ownerId] of owners) {
      // Each space goes on by a file at least, and fifty files may take longer than there is time.
      if (budget.isSpent) await env.INDEX_QUEUE.send({ space: spaceId, seq: 0 });
      else if (!(await tryIndexing(env, shard, spaceId, ownerId, budget))) failed.add(spaceId);
    }
    return failed;
  } catch (error) {
    console.error("indexing failed, to be tried again", { shard: shardName, error: String(error) });
    return new Set(spaces);
  }
}

/** @returns false where it failed. What is not done by the end of the budget is sent as a message of its own. */
async function tryIndexing(env: Env, shard: Shard, spaceId: string, ownerId: string, budget: Budget): Promise<boolean> {
  const source = { shard, ownerId, packs: env.PACKS, keys: new PackKeys(env.MASTER_KEYS) };
  try {
    const onPage = (nodes: readonly Node[]): Promise<void> => {
      budget.spend(2);
      return wantThumbnailsOf(env, shard, ownerId, nodes);
    };
    const isDone = await indexSpace({ search: env.SEARCH, spaceId, source, budget, onPage });
    // Those that had no turn in this batch are to have theirs before.
    if (!isDone) await env.INDEX_QUEUE.send({ space: spaceId, seq: 0 }, { delaySeconds: 1 });
    return true;
  } catch (error) {
    if (error instanceof BegunElsewhere || isOvertaken(error)) {
      const delaySeconds = error instanceof BegunElsewhere ? READING_LEASE / 1000 : 1;
      await env.INDEX_QUEUE.send({ space: spaceId, seq: 0 }, { delaySeconds });
      return true;
    }
    console.error("indexing failed, to be tried again", { spaceId, error: String(error) });
    return false;
  }
}

/** Seconds: 5, 10, 20, … up to 10 minutes. */
function retryDelay(attempts: number): number {
  return Math.min(600, 5 * 2 ** Math.max(0, attempts - 1));
}
