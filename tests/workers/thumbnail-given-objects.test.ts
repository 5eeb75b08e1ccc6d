import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Node } from "../../protocol/tree.ts";
import { collect, GRACE_MS } from "../../workers/storage/collector.ts";
import { collectContents } from "../../workers/storage/collect-contents.ts";
import { storeGivenThumbnail } from "../../workers/storage/given-thumbnails.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { collectThumbnails } from "../../workers/storage/thumbnail-objects.ts";
import { claimThumbnail, keepThumbnail, wantThumbnails } from "../../workers/storage/thumbnails.ts";
import { WASM_CODECS } from "../../workers/thumbnails/codecs.ts";
import type { Belongings } from "./support/belongings.ts";
import { give, pdf, refusalOf } from "./support/given-thumbnails.ts";
import {
  bindings,
  fileOf,
  infoOf,
  make,
  newcomer,
  picture,
  rowsOf,
  SHARDS,
  shardOf,
  shardWith,
} from "./support/thumbnails.ts";

async function objectKeys(): Promise<Set<string>> {
  return new Set((await bindings.PACKS.list({ prefix: "thumbnails/" })).objects.map(({ key }) => key));
}

/** Deletes what is gone, as the collector does once it may. */
async function collectAll(): Promise<void> {
  for (const name of SHARDS) {
    await collectContents(shardOf(name), Date.now(), 500);
    await collectThumbnails(bindings.PACKS, shardOf(name), Date.now() + 3 * 3_600_000, 500);
  }
}

beforeAll(() => newcomer());

describe("[H5] a given thumbnail's object", () => {
  it("[H5] goes with its content", async () => {
    const me = await newcomer();
    const before = await objectKeys();
    const file = await pdf(me);
    await give(me, file);
    await collectAll();
    expect((await objectKeys()).size).toBe(before.size + 1);
    await me.commitOne({ type: "trash", node: file.id });
    await me.commitOne({ type: "purge", node: file.id });
    await collectAll();
    expect(await rowsOf(me)).toEqual([]);
    expect(await objectKeys()).toEqual(before);
  });

  it("[H5] can be given again where it is lost, and is not waited for", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    await give(me, file);
    const lost = (await rowsOf(me))[0]?.["object_id"] as string;
    await bindings.PACKS.delete(`thumbnails/${lost}`);
    for (let times = 0; times < 2; times++) {
      const answer = await me.account.api(`/files/${file.id}/thumbnail`);
      expect(await refusalOf(answer)).toBe("404 no_thumbnail unknown_kind");
      expect((await rowsOf(me))[0]).toMatchObject({ state: "none", reason: "unknown_kind" });
      await make(me);
      expect((await infoOf(me, file))[0]).toMatchObject({ kind: "none", reason: "unknown_kind" });
    }
    expect((await give(me, file)).status).toBe(200);
    expect((await me.account.api(`/files/${file.id}/thumbnail`)).status).toBe(200);
  });

  it("[H5] is one, whoever of many is first, and nothing is left of the others", async () => {
    const me = await newcomer();
    const before = await objectKeys();
    const file = await pdf(me);
    const answers = await Promise.all(Array.from({ length: 6 }, () => give(me, file)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    await collectAll();
    const rows = await rowsOf(me);
    expect(rows).toHaveLength(1);
    const kept = [...(await objectKeys())].filter((key) => !before.has(key));
    expect(kept).toEqual([`thumbnails/${rows[0]?.["object_id"] as string}`]);
    expect((await me.account.api(`/files/${file.id}/thumbnail`)).status).toBe(200);
  });

  /** Stores while the object is put, as a request that was let through before would. */
  async function storeWhile(me: Belongings, { content }: Node, meanwhile: () => Promise<unknown>): Promise<void> {
    const image = await WASM_CODECS.encodeWebp({ width: 2, height: 2, data: new Uint8Array(16) });
    const bucket = new Proxy(bindings.PACKS, {
      get: (target, name: keyof R2Bucket) => async (key: string, bytes: Uint8Array, options: R2PutOptions) => {
        expect(name).toBe("put");
        await meanwhile();
        return target.put(key, bytes, options);
      },
    });
    await storeGivenThumbnail(
      { bucket, keys: new PackKeys(bindings.MASTER_KEYS), shard: await shardWith(me) },
      { ownerId: me.account.userId, contentId: content ?? "" },
      { bytes: image, width: 2, height: 2, placeholder: new Uint8Array(5) },
    );
  }

  it("[H5] does not come back with a content that went meanwhile", async () => {
    const me = await newcomer();
    const before = await objectKeys();
    const file = await pdf(me);
    await storeWhile(me, file, async () => {
      await me.commitOne({ type: "trash", node: file.id });
      await me.commitOne({ type: "purge", node: file.id });
      for (const name of SHARDS) await collectContents(shardOf(name), Date.now(), 500);
    });
    expect(await rowsOf(me)).toEqual([]);
    expect((await objectKeys()).size).toBe(before.size + 1);
    await collectAll();
    expect(await objectKeys()).toEqual(before);
  });

  it("[H5] gives way to the Worker's, also to one that is being made", async () => {
    const me = await newcomer();
    const before = await objectKeys();
    const file = await fileOf(me, "a.pdf", picture("jpeg"));
    const shard = await shardWith(me);
    await storeWhile(me, file, () => wantThumbnails(shard, me.account.userId, [file.content ?? ""], Date.now()));
    expect((await rowsOf(me))[0]).toMatchObject({ state: "wanted" });
    await make(me);
    expect((await infoOf(me, file))[0]).toMatchObject({ kind: "image", width: 96 });
    const [made] = await rowsOf(me);
    await storeWhile(me, file, vi.fn());
    expect(await rowsOf(me)).toEqual([made]);
    await collectAll();
    expect([...(await objectKeys())].filter((key) => !before.has(key))).toEqual([
      `thumbnails/${made?.["object_id"] as string}`,
    ]);
  });

  it("[H5] stays where a maker that was given up comes back late, and of whose object nothing is left", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.jpg", picture("jpeg"));
    const shard = await shardWith(me);
    await wantThumbnails(shard, me.account.userId, [file.content ?? ""], Date.now());
    const late = await claimThumbnail(shard, Date.now());
    await bindings.PACKS.put(`thumbnails/${late?.objectId ?? ""}`, "put, and not written down");
    await keepThumbnail(shard, late?.objectId ?? "", { kind: "none", reason: "ended_the_maker" });
    expect((await give(me, file)).status).toBe(200);
    const given = await rowsOf(me);
    expect(await keepThumbnail(shard, late?.objectId ?? "", { kind: "text", keyId: "k" })).toBe(false);
    expect(await rowsOf(me)).toEqual(given);
    await collectAll();
    expect(await bindings.PACKS.head(`thumbnails/${late?.objectId ?? ""}`)).toBeNull();
    expect((await me.account.api(`/files/${file.id}/thumbnail`)).status).toBe(200);
  });

  it("[H5] that was put by a request which ended half-way is the collector's", async () => {
    const me = await newcomer();
    const before = await objectKeys();
    const file = await pdf(me);
    const shard = await shardWith(me);
    const broken = new Proxy(shard.db, {
      get(target, name: keyof D1DatabaseSession) {
        if (name === "batch") return () => Promise.reject(new Error("the Worker was ended"));
        return (target[name] as (...args: unknown[]) => unknown).bind(target);
      },
    });
    const image = await WASM_CODECS.encodeWebp({ width: 2, height: 2, data: new Uint8Array(16) });
    const stored = storeGivenThumbnail(
      { bucket: bindings.PACKS, keys: new PackKeys(bindings.MASTER_KEYS), shard: { ...shard, db: broken } },
      { ownerId: me.account.userId, contentId: file.content ?? "" },
      { bytes: image, width: 2, height: 2, placeholder: new Uint8Array(5) },
    );
    await expect(stored).rejects.toThrow("the Worker was ended");
    expect((await objectKeys()).size).toBe(before.size + 1);
    await collectAll();
    expect(await objectKeys()).toEqual(before);
    expect((await give(me, file)).status).toBe(200);
  });
});

it("[H1] [H5] [I2] objects of which a restored shard knows nothing go after the grace period, no other shard's, and no others", async () => {
  const me = await newcomer();
  const [made, given, lost] = [await fileOf(me, "a.jpg", picture("jpeg")), await pdf(me), await pdf(me)];
  await make(me);
  for (const file of [given, lost]) await give(me, file);
  const shard = await shardWith(me);
  const other = SHARDS.map((name) => shardOf(name)).find(({ name }) => name !== shard.name);
  const keyOf = async ({ content }: Node) => {
    const row = (await rowsOf(me)).find(({ content_id }) => content_id === content);
    return `thumbnails/${row?.["object_id"] as string}`;
  };
  const [kept, orphan] = [[await keyOf(made), await keyOf(given)], await keyOf(lost)];
  await shard.db.prepare("DELETE FROM thumbnails WHERE content_id = ?").bind(lost.content).run();
  const now = Date.now();
  await collect(bindings, shard, now + GRACE_MS - 3_600_000);
  if (other) await collect(bindings, other, now + GRACE_MS + 3_600_000);
  expect(await bindings.PACKS.head(orphan)).not.toBeNull();
  await collect(bindings, shard, now + GRACE_MS + 3_600_000);
  expect(await bindings.PACKS.head(orphan)).toBeNull();
  for (const key of kept) expect(await bindings.PACKS.head(key)).not.toBeNull();
});
