import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Env, ThumbnailMessage } from "../../../workers/env.ts";
import { openShard } from "../../../workers/storage/shards.ts";
import { WASM_CODECS } from "../../../workers/thumbnails/codecs.ts";
import { consumeThumbnails } from "../../../workers/thumbnails/queue.ts";
import type { Codecs } from "../../../workers/thumbnails/read-picture.ts";
import { signUp } from "./accounts.ts";
import { Belongings } from "./belongings.ts";
import { index } from "./indexing.ts";
import { PICTURES } from "./picture-bytes.ts";

/** Nothing is made but when a test says so. */
Object.assign(env, { THUMBNAIL_QUEUE: { send: () => Promise.resolve() } });
export const bindings = env as unknown as Env;
export const SHARDS = ["META_0", "META_1"] as const;

export function shardOf(name: string) {
  return openShard(bindings, name, "first-primary");
}

export async function newcomer(): Promise<Belongings> {
  return new Belongings(await signUp());
}

/** A file of any bytes. */
export async function fileOf(
  me: Belongings,
  name: string,
  bytes: Uint8Array,
  parent = me.account.home.root,
): Promise<Node> {
  const chunk = await me.chunk(new Uint8Array(bytes));
  return me.commitOne({ type: "createFile", parent, name, chunks: [chunk], mtime: 1 });
}

/** A picture of its own: the same one with some bytes behind its end. */
export function picture(format: keyof typeof PICTURES): Uint8Array {
  return new Uint8Array([...PICTURES[format], ...crypto.getRandomValues(new Uint8Array(16))]);
}

export async function make(me: Belongings, codecs: Codecs = WASM_CODECS, bound = bindings): Promise<void> {
  await index.with(bindings, me.account.home.space);
  await consume(codecs, bound);
}

export async function consume(codecs: Codecs, bound = bindings): Promise<void> {
  const messages = SHARDS.map((thumbnails, i) => ({
    id: `m${i}`,
    timestamp: new Date(0),
    attempts: 1,
    body: { thumbnails },
  }));
  await consumeThumbnails(createMessageBatch<ThumbnailMessage>("ledge-thumbnails", messages), bound, codecs);
}

export async function infoOf(me: Belongings, ...nodes: readonly Node[]): Promise<ThumbnailInfo[]> {
  const ids = nodes.map(({ id }) => id);
  return (await me.send<{ thumbnails: ThumbnailInfo[] }>("POST", "/files/thumbnails", { ids })).thumbnails;
}

export async function rowsOf(me: Belongings): Promise<Record<string, unknown>[]> {
  const rows = await Promise.all(
    SHARDS.map((name) =>
      shardOf(name)
        .db.prepare("SELECT * FROM thumbnails WHERE owner_id = ?")
        .bind(me.account.userId)
        .all<Record<string, unknown>>(),
    ),
  );
  return rows.flatMap(({ results }) => results);
}

/** The shard that an account is on. */
export async function shardWith(me: Belongings) {
  for (const name of SHARDS) {
    const shard = shardOf(name);
    if (await shard.db.prepare("SELECT 1 FROM spaces WHERE id = ?").bind(me.account.home.space).first()) return shard;
  }
  throw new Error("the account is on no shard");
}
