import { z } from "zod";
import { extensionOf, fileKind } from "../../core/file-kind.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env, ThumbnailMessage } from "../env.ts";
import { openShard, shardNames, type Shard } from "../storage/shards.ts";
import { isThumbnailDue, wantThumbnails } from "../storage/thumbnails.ts";
import { WASM_CODECS } from "./codecs.ts";
import { makeWanted } from "./make-wanted.ts";
import type { Codecs } from "./read-picture.ts";

/** Milliseconds of a message after which nothing further is begun; what is left is another message's. */
const MESSAGE_MILLISECONDS = 20_000;
/** After which a message comes again that came to an isolate that is at pictures. */
const BUSY_SECONDS = 10;

const ThumbnailMessageBody = z.object({ thumbnails: z.string().regex(/^META_\d+$/) });

/** What pictures are called that may be read here; others cost neither a row nor a look. */
const PICTURES = new Set(["png", "jpg", "jpeg", "jpe", "gif", "webp"]);
const TEXTS = new Set(["text", "markdown", "table"]);

/** The queues are told apart by what is in them: a deployment may give them other names. */
export function isThumbnailBatch(batch: MessageBatch): batch is MessageBatch<ThumbnailMessage> {
  return ThumbnailMessageBody.safeParse(batch.messages[0]?.body).success;
}

/** Whether a file of this name may have a thumbnail. */
export function mayHaveThumbnail(name: string): boolean {
  return PICTURES.has(extensionOf(name)) || TEXTS.has(fileKind(name));
}

/** Has thumbnails made of files that changed, where none is known of their contents. Losing the message costs minutes: see the cron. */
export async function wantThumbnailsOf(env: Env, shard: Shard, ownerId: string, nodes: readonly Node[]): Promise<void> {
  const contents = nodes.flatMap(({ content, name, size, state }) =>
    content !== null && size > 0 && state !== "purged" && mayHaveThumbnail(name) ? [content] : [],
  );
  if ((await wantThumbnails(shard, ownerId, contents, Date.now())) > 0) await sendThumbnails(env, shard.name);
}

/**
 * The queue's consumer: makes what waits on a shard, and sends the next message where something is left. What fails is kept
 * with its row, so that no message is ever sent again.
 */
export async function consumeThumbnails(
  batch: MessageBatch<ThumbnailMessage>,
  env: Env,
  codecs: Codecs = WASM_CODECS,
): Promise<void> {
  const names = new Set(
    batch.messages.flatMap(({ body }) => {
      const parsed = ThumbnailMessageBody.safeParse(body);
      return parsed.success ? [parsed.data.thumbnails] : [];
    }),
  );
  const ends = Date.now() + MESSAGE_MILLISECONDS;
  for (const name of names) {
    if (!shardNames(env).includes(name)) continue;
    const shard = openShard(env, name, "first-primary");
    const isFree = await makeWanted({ env, shard, codecs }, ends);
    if (await isThumbnailDue(shard, Date.now())) await sendThumbnails(env, name, isFree ? 0 : BUSY_SECONDS);
  }
  batch.ackAll();
}

/** Has thumbnails made that wait on a shard: whose message was lost, or that were put off. */
export async function takeUpThumbnails(env: Env, shardName: string): Promise<void> {
  if (await isThumbnailDue(openShard(env, shardName, "first-primary"), Date.now()))
    await sendThumbnails(env, shardName);
}

async function sendThumbnails(env: Env, shardName: string, delaySeconds = 0): Promise<void> {
  try {
    await env.THUMBNAIL_QUEUE.send({ thumbnails: shardName }, { delaySeconds });
  } catch (error) {
    console.warn("a thumbnail message was lost", { shardName, error: String(error) });
  }
}
