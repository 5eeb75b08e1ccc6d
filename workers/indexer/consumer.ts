import { z } from "zod";
import { Id } from "../../protocol/ids.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env, IndexMessage } from "../env.ts";
import { isOvertaken } from "../search/indexed-spaces.ts";
import { keepDead } from "../search/dead-letters.ts";
import { PackKeys } from "../storage/pack-key.ts";
import { wantThumbnailsOf } from "../thumbnails/queue.ts";
import { Budget } from "./budget.ts";
import { characterMapsOf } from "./character-maps.ts";
import { indexSpace } from "./index-space.ts";
import { sendIndexMessages } from "./sweep.ts";
import { BegunElsewhere, READING_LEASE } from "./text-reader.ts";
import { findWaiting, type WaitingSpace } from "./waiting-spaces.ts";

const MessageBody = z.object({ space: Id, seq: z.int().min(0) });

/**
 * What a batch of a queue may take. Others' changes wait for so long behind it, and for a last file (`EXTRACT_LIMITS`): together
 * less than the 30 seconds of CPU that an invocation has.
 */
interface Lane {
  /** After which no further file is begun; what is left is sent to the bulk. */
  readonly milliseconds: number;
  /** A space that is further behind is not begun, but sent to the bulk. */
  readonly mostChanges: number;
}

const QUICK: Lane = { milliseconds: 2_000, mostChanges: 200 };
const BULK: Lane = { milliseconds: 5_000, mostChanges: Number.POSITIVE_INFINITY };

/** Queries of a batch after which none is. */
const BATCH_QUERIES = 500;

/** What names of queues end with. */
const OF_BULK = "-bulk";
const OF_DEAD = "-dead";

/**
 * The queues' consumer. A message only says where to look: the space's own changes since its watermark decide what is
 * written, so that duplicate, lost and reordered messages change nothing but the time (X1). Messages of one space in a batch
 * are one look; a space that fails, or whose shard cannot be reached, has its messages, and no others, sent again.
 */
export async function consume(batch: MessageBatch<IndexMessage>, env: Env): Promise<void> {
  if (batch.queue.endsWith(OF_DEAD)) return keepDead(env.SEARCH, batch.messages, Date.now());
  const bySpace = groupBySpace(batch.messages);
  const settle = (space: string, isDone: boolean): void => {
    for (const message of bySpace.get(space) ?? []) {
      if (isDone) message.ack();
      else message.retry({ delaySeconds: retryDelay(message.attempts) });
    }
  };
  const { waiting, failed } = await findWaiting(env, [...bySpace.keys()]);
  const isWaiting = new Set(waiting.map(({ id }) => id));
  for (const id of bySpace.keys()) if (!isWaiting.has(id)) settle(id, !failed.has(id));
  const rest = await indexAll(env, waiting, batch.queue.endsWith(OF_BULK) ? BULK : QUICK, settle);
  if (rest.length === 0) return;
  const isSent = await trySending(env, rest);
  for (const id of rest) settle(id, isSent);
}

/**
 * Brings the index of spaces on, in their order, and says of each that is done, or failed.
 *
 * @returns those that have changes left, the ones that were not come to before the others, so that their turn is next.
 */
async function indexAll(
  env: Env,
  spaces: readonly WaitingSpace[],
  { milliseconds, mostChanges }: Lane,
  settle: (space: string, isDone: boolean) => void,
): Promise<string[]> {
  const budget = new Budget(Date.now() + milliseconds, BATCH_QUERIES);
  const isNear = ({ seq, indexed }: WaitingSpace): boolean => seq - indexed <= mostChanges;
  const near = spaces.filter(isNear);
  const untouched = spaces.filter((space) => !isNear(space)).map(({ id }) => id);
  const unfinished: string[] = [];
  for (const [i, space] of near.entries()) {
    const share = budget.share(near.length - i);
    // Each that is begun goes on by a file at least, and fifty files may take longer than there is time.
    if (budget.isSpent) untouched.push(space.id);
    else {
      const end = await tryIndexing(env, space, share);
      if (end === "unfinished") unfinished.push(space.id);
      else settle(space.id, end === "done");
    }
  }
  return [...untouched, ...unfinished];
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

async function tryIndexing(
  env: Env,
  { id: spaceId, ownerId, shard }: WaitingSpace,
  budget: Budget,
): Promise<"done" | "unfinished" | "failed"> {
  const source = { shard, ownerId, packs: env.PACKS, keys: new PackKeys(env.MASTER_KEYS) };
  const characterMap = characterMapsOf(env.ASSETS);
  try {
    const onPage = (nodes: readonly Node[]): Promise<void> => {
      budget.spend(2);
      return wantThumbnailsOf(env, shard, ownerId, nodes);
    };
    const isDone = await indexSpace({ search: env.SEARCH, spaceId, source, characterMap, budget, onPage });
    return isDone ? "done" : "unfinished";
  } catch (error) {
    if (error instanceof BegunElsewhere) return tryLater(env, spaceId, READING_LEASE / 1000);
    if (isOvertaken(error)) return tryLater(env, spaceId, 1);
    console.error("indexing failed, to be tried again", { spaceId, error: String(error) });
    return "failed";
  }
}

/** Leaves a space to a message of its own, in so many seconds. */
async function tryLater(env: Env, space: string, delaySeconds: number): Promise<"done" | "failed"> {
  try {
    await env.INDEX_QUEUE.send({ space, seq: 0 }, { delaySeconds });
    return "done";
  } catch (error) {
    console.error("indexing could not be left for later, to be tried again", { space, error: String(error) });
    return "failed";
  }
}

/** @returns whether messages of their own were sent for spaces that have changes left. */
async function trySending(env: Env, spaces: readonly string[]): Promise<boolean> {
  try {
    await sendIndexMessages(
      env,
      spaces.map((space) => ({ space, seq: 0 })),
    );
    return true;
  } catch (error) {
    console.error("indexing could not be gone on with, to be tried again", { error: String(error) });
    return false;
  }
}

/** Seconds: 5, 10, 20, … up to 10 minutes. */
function retryDelay(attempts: number): number {
  return Math.min(600, 5 * 2 ** Math.max(0, attempts - 1));
}
