import { env } from "cloudflare:workers";
import type { Env } from "../../../workers/env.ts";
import { signUp } from "./accounts.ts";
import { Belongings } from "./belongings.ts";
import { index } from "./indexing.ts";
import { addNodes } from "./tree-rows.ts";

const bindings = env as unknown as Env & { META_0: D1Database; META_1: D1Database };

/** An account, a folder of its home to put files in, and what adds many, and has them indexed. */
export async function someone() {
  const me = new Belongings(await signUp());
  const folder = await me.folder();
  const placement = await bindings.DIRECTORY.prepare("SELECT shard FROM placements WHERE user_id = ?")
    .bind(me.account.userId)
    .first<{ shard: "META_0" | "META_1" }>();
  const shard = placement?.shard ?? "META_0";
  const { space: spaceId, root: rootId } = me.account.home;
  const rows = { database: bindings[shard], ownerId: me.account.userId, spaceId, rootId, epoch: "" };
  const addFiles = async (parent: string, name: string, count: number) => {
    for (let at = 0; at < count; at += 1_000) {
      const seeds = Array.from({ length: Math.min(1_000, count - at) }, (_, i) => ({
        parent,
        name: `${name} ${at + i}.txt`,
      }));
      await addNodes(rows, seeds);
    }
    await index(spaceId);
  };
  return { me, folder, addFiles, spaceId, rootId, shard };
}

export type Someone = Awaited<ReturnType<typeof someone>>;
