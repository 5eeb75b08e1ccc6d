import { z } from "zod";
import { Id } from "../../protocol/ids.ts";
import type { Env, IndexMessage } from "../env.ts";
import { openShard } from "../storage/shards.ts";
import { readSpaceSeqs, readSpaceShards } from "./space-seqs.ts";
import { raiseWatermarks } from "./watermarks.ts";

const MessageBody = z.object({ space: Id, seq: z.int().min(0) });

/**
 * The queue's consumer. A message only says where to look: the space's own seq decides how far its watermark rises,
 * so that duplicate, lost and reordered messages change nothing but the time (X1). Messages of one space in a batch
 * are one look; a shard that cannot be reached has its messages, and no others, sent again.
 */
export async function consume(batch: MessageBatch<IndexMessage>, env: Env): Promise<void> {
  const bySpace = groupBySpace(batch.messages);
  const shards = await readSpaceShards(env.DIRECTORY, [...bySpace.keys()]);
  const byShard = Map.groupBy(shards.keys(), (space) => shards.get(space) ?? "");
  for (const [shard, spaces] of byShard) {
    const messages = spaces.flatMap((space) => bySpace.get(space) ?? []);
    try {
      await indexSpaces(env, shard, spaces);
      for (const message of messages) message.ack();
    } catch (error) {
      console.error("indexing failed, to be tried again", { shard, spaces: spaces.length, error: String(error) });
      for (const message of messages) message.retry({ delaySeconds: retryDelay(message.attempts) });
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

/** Brings the index of some spaces of one shard up to their seqs, as the shard's primary has them. */
async function indexSpaces(env: Env, shardName: string, spaces: readonly string[]): Promise<void> {
  const seqs = await readSpaceSeqs(openShard(env, shardName, "first-primary"), spaces);
  await raiseWatermarks(
    env.SEARCH,
    seqs.map(({ id, seq }) => ({ space: id, seq })),
    Date.now(),
  );
}

/** Seconds: 5, 10, 20, … up to 10 minutes. */
function retryDelay(attempts: number): number {
  return Math.min(600, 5 * 2 ** Math.max(0, attempts - 1));
}
