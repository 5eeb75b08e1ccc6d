import fc from "fast-check";
import { expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { collectContents, RELEASE } from "../../workers/storage/collect-contents.ts";
import { collect, GRACE_MS, PACK_REST_MS } from "../../workers/storage/collector.ts";
import { packObjectKey, putPack } from "../../workers/storage/pack-store.ts";
import { receivePack } from "../../workers/storage/receive-pack.ts";
import { REPOINT } from "../../workers/storage/rewrite-packs.ts";
import { cancelUpload } from "../../workers/storage/close-uploads.ts";
import { openUpload } from "../../workers/storage/uploads.ts";
import {
  env,
  Faults,
  makeContent,
  makeOwner,
  type Owner,
  packOf,
  randomChunks,
  readChunk,
  recount,
  refsOf,
} from "./support/storage.ts";

const HOUR = 3_600_000;
/** The bucket dates objects by the real clock, so runs lie in its future. */
const START = Date.now();

type Chunks = Awaited<ReturnType<typeof randomChunks>>;

async function store(owner: Owner, chunks: Chunks, now: number): Promise<void> {
  const { row, missing } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, now);
  const wanted = chunks.filter(({ id }) => missing.includes(id));
  if (wanted.length > 0) await receivePack(env, owner.shard, row, packOf(wanted), now);
  await cancelUpload(owner.shard, row);
}

const release = (owner: Owner, id: string) =>
  owner.shard.db.prepare("UPDATE contents SET refs = 0 WHERE owner_id = ? AND id = ?").bind(owner.ownerId, id).run();

/** Chunks whose `refs` are not the number of contents that have them. */
async function wrongRefs(owner: Owner, contents: ReadonlyMap<string, readonly ChunkRef[]>): Promise<string[]> {
  const expected = new Map<string, number>();
  const { results } = await owner.shard.db
    .prepare("SELECT id FROM contents WHERE owner_id = ?")
    .bind(owner.ownerId)
    .all<{ id: string }>();
  for (const { id } of results) {
    for (const chunk of new Set((contents.get(id) ?? []).map((each) => each.id))) {
      expected.set(chunk, (expected.get(chunk) ?? 0) + 1);
    }
  }
  const rows = await owner.shard.db
    .prepare("SELECT lower(hex(id)) AS id, refs FROM chunks WHERE owner_id = ?")
    .bind(owner.ownerId)
    .all<{ id: string; refs: number }>();
  return rows.results.filter(({ id, refs }) => refs !== (expected.get(id) ?? 0)).map(({ id }) => id);
}

it("[U7] chunks that nothing refers to stay for the grace period, then go with their pack", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(3);
  await store(owner, chunks, START);
  await collect(env, owner.shard, START + GRACE_MS - HOUR);
  for (const { id } of chunks) expect(await readChunk(owner, id)).not.toBeNull();
  const gone = START + GRACE_MS + HOUR;
  await collect(env, owner.shard, gone);
  for (const { id } of chunks) expect(await readChunk(owner, id)).toBeNull();
  expect(await recount(owner)).toEqual([]);
  await collect(env, owner.shard, gone + PACK_REST_MS + HOUR);
  const packs = owner.shard.db.prepare("SELECT count(*) AS n FROM packs WHERE owner_id = ?").bind(owner.ownerId);
  expect(await packs.first("n")).toBe(0);
  await store(owner, chunks, gone);
  for (const { id, bytes } of chunks) expect(await readChunk(owner, id)).toEqual(bytes);
});

it("[U7] announcing a held chunk again begins its grace period anew", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(1);
  await store(owner, chunks, START);
  await store(owner, chunks, START + 60 * HOUR);
  await collect(env, owner.shard, START + GRACE_MS + HOUR);
  expect(await readChunk(owner, chunks[0]?.id ?? "")).not.toBeNull();
});

it("[I1] chunks of a content that a version has are never collected", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(2);
  await store(owner, chunks, START);
  await makeContent(owner, refsOf(chunks), 1);
  for (let day = 1; day < 12; day++) await collect(env, owner.shard, START + day * 24 * HOUR);
  for (const { id, bytes } of chunks) expect(await readChunk(owner, id)).toEqual(bytes);
});

it("[I2] an object without a pack row goes after the grace period; another shard's stays", async () => {
  const owner = await makeOwner();
  const [orphan, foreign] = [newId(), newId()];
  await putPack(env.PACKS, orphan, "META_0", new Uint8Array(10));
  await putPack(env.PACKS, foreign, "META_1", new Uint8Array(10));
  await collect(env, owner.shard, Date.now() + GRACE_MS - HOUR);
  expect(await env.PACKS.head(packObjectKey(orphan))).not.toBeNull();
  await collect(env, owner.shard, Date.now() + GRACE_MS + HOUR);
  expect(await env.PACKS.head(packObjectKey(orphan))).toBeNull();
  expect(await env.PACKS.head(packObjectKey(foreign))).not.toBeNull();
});

it("[U7] [I1] a pack that is mostly dead is rewritten, and its live chunks still read", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(5);
  await store(owner, chunks, START);
  await makeContent(owner, refsOf(chunks.slice(0, 1)), 1);
  const pack = owner.shard.db.prepare("SELECT DISTINCT pack_id FROM chunks WHERE owner_id = ?").bind(owner.ownerId);
  const before = await pack.first<string>("pack_id");
  const dead = START + GRACE_MS + HOUR;
  await collect(env, owner.shard, dead);
  await collect(env, owner.shard, dead + PACK_REST_MS + HOUR);
  const after = await pack.first<string>("pack_id");
  expect(after).not.toBe(before);
  expect(await env.PACKS.head(packObjectKey(before ?? ""))).not.toBeNull();
  expect(await readChunk(owner, chunks[0]?.id ?? "")).toEqual(chunks[0]?.bytes);
  expect(await recount(owner)).toEqual([]);
  await collect(env, owner.shard, dead + 2 * PACK_REST_MS + 2 * HOUR);
  expect(await env.PACKS.head(packObjectKey(before ?? ""))).toBeNull();
  expect(await readChunk(owner, chunks[0]?.id ?? "")).toEqual(chunks[0]?.bytes);
});

it("[D3] a damaged pack is not rewritten: its row stays, and nothing wrong is stored", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(5);
  await store(owner, chunks, START);
  await makeContent(owner, refsOf(chunks.slice(0, 1)), 1);
  const id = await owner.shard.db
    .prepare("SELECT id FROM packs WHERE owner_id = ?")
    .bind(owner.ownerId)
    .first<string>("id");
  await putPack(env.PACKS, id ?? "", "META_0", new Uint8Array(6_000));
  await collect(env, owner.shard, START + GRACE_MS + HOUR);
  await collect(env, owner.shard, START + GRACE_MS + PACK_REST_MS + 2 * HOUR);
  const rows = owner.shard.db.prepare("SELECT pack_id FROM chunks WHERE owner_id = ?").bind(owner.ownerId);
  expect((await rows.all()).results).toEqual([{ pack_id: id }]);
});

it("[U7] a pack whose master key was taken away stops neither the collector nor other packs", async () => {
  const owners = [await makeOwner(), await makeOwner()];
  for (const owner of owners) {
    const chunks = await randomChunks(5);
    await store(owner, chunks, START);
    await makeContent(owner, refsOf(chunks.slice(0, 1)), 1);
  }
  const [lost, other] = owners as [(typeof owners)[0], (typeof owners)[0]];
  const packOf = (owner: typeof lost) =>
    owner.shard.db
      .prepare("SELECT DISTINCT pack_id FROM chunks WHERE owner_id = ?")
      .bind(owner.ownerId)
      .first("pack_id");
  const { db } = lost.shard;
  await db.prepare("UPDATE packs SET key_id = 'gone' WHERE owner_id = ?").bind(lost.ownerId).run();
  const before = [await packOf(lost), await packOf(other)];
  await collect(env, lost.shard, START + GRACE_MS + HOUR);
  await collect(env, lost.shard, START + GRACE_MS + PACK_REST_MS + 2 * HOUR);
  expect(await packOf(lost)).toBe(before[0]);
  expect(await packOf(other)).not.toBe(before[1]);
});

it("[U7] dead contents of the longest chunk lists are read one by one, under D1's limit on values", async () => {
  const owner = await makeOwner();
  const [chunk] = await randomChunks(1);
  if (!chunk) throw new Error("no chunk");
  await store(owner, [chunk], START);
  for (let i = 0; i < 4; i++) {
    const list = Array<ChunkRef>(LIMITS.fileChunks - i).fill(chunk.ref);
    await makeContent(owner, list, 0);
  }
  const { db } = owner.shard;
  const answered: number[] = [];
  const watch = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get: (target, name) => {
        if (name === "bind") return (...values: unknown[]) => watch(target.bind(...values));
        if (name !== "all") return Reflect.get(target, name) as unknown;
        return async () => {
          const answer = await target.all<{ manifest?: { length: number } }>();
          answered.push(answer.results.reduce((sum, { manifest }) => sum + (manifest?.length ?? 0), 0));
          return answer;
        };
      },
    });
  const watched = {
    // Batches take workerd's own statements, not proxies of them.
    prepare: (sql: string) => (sql.startsWith("SELECT") ? watch(db.prepare(sql)) : db.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => db.batch(statements),
  } as unknown as D1DatabaseSession;
  expect(await collectContents({ ...owner.shard, db: watched }, START, 100)).toBe(4);
  expect(Math.max(...answered)).toBeLessThan(2_000_000);
  expect(await wrongRefs(owner, new Map())).toEqual([]);
});

it("[I1] [I2] [I9] a run that crashes after each awaited step, then another", async () => {
  for (let step = 1; ; step++) {
    const owner = await makeOwner();
    const chunks = await randomChunks(4);
    await store(owner, chunks, START);
    const contents = new Map<string, readonly ChunkRef[]>();
    const [kept, dropped] = [refsOf(chunks.slice(0, 1)), refsOf(chunks.slice(0, 3))];
    contents.set(await makeContent(owner, kept, 1), kept);
    const dying = await makeContent(owner, dropped, 1);
    contents.set(dying, dropped);
    await openUpload(owner.shard, { ...owner, chunks: refsOf(await randomChunks(1)) }, START);
    await release(owner, dying);
    const faults = new Faults(step, "after");
    const vault = { PACKS: faults.bucket(env.PACKS), MASTER_KEYS: env.MASTER_KEYS };
    const days = [5, 9, 11].map((day) => START + day * 24 * HOUR);
    const check = async () => {
      expect(await recount(owner)).toEqual([]);
      expect(await wrongRefs(owner, contents)).toEqual([]);
      expect(await readChunk(owner, chunks[0]?.id ?? "")).toEqual(chunks[0]?.bytes);
    };
    let crashed = false;
    for (const now of days) {
      try {
        await collect(vault, faults.shard(owner.shard), now);
      } catch {
        crashed = true;
      }
      await check();
    }
    for (const now of days) await collect(env, owner.shard, now + 9 * 24 * HOUR);
    await check();
    expect(await readChunk(owner, chunks[1]?.id ?? "")).toBeNull();
    if (!crashed) {
      expect(step).toBeGreaterThan(10);
      break;
    }
  }
}, 120_000);

it("[I1] [I9] histories of uploads, commits, releases and racing runs equal a recount", async () => {
  const pool = await randomChunks(6, 300);
  const picks = fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 });
  const step = fc.oneof(
    fc.record({ do: fc.constant("commit" as const), picks }),
    fc.record({ do: fc.constant("store" as const), picks }),
    fc.record({ do: fc.constant("release" as const), nth: fc.nat(5) }),
    fc.record({ do: fc.constant("collect" as const), hours: fc.integer({ min: 1, max: 100 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const owner = await makeOwner();
      const contents = new Map<string, readonly ChunkRef[]>();
      const live = new Set<string>();
      let now = START;
      for (const each of steps) {
        if (each.do === "collect") {
          now += each.hours * HOUR;
          await Promise.all([collect(env, owner.shard, now), collect(env, owner.shard, now)]);
        } else if (each.do === "release") {
          const id = [...live][each.nth];
          if (id === undefined) continue;
          live.delete(id);
          await release(owner, id);
        } else {
          const chunks = each.picks.flatMap((i) => pool[i] ?? []);
          await store(owner, chunks, now);
          if (each.do === "store") continue;
          const id = await makeContent(owner, refsOf(chunks), 1);
          contents.set(id, refsOf(chunks));
          live.add(id);
        }
        expect(await recount(owner)).toEqual([]);
        expect(await wrongRefs(owner, contents)).toEqual([]);
        for (const id of live) {
          for (const chunk of contents.get(id) ?? []) {
            const bytes = pool.find((other) => other.id === chunk.id)?.bytes;
            expect(await readChunk(owner, chunk.id)).toEqual(bytes);
          }
        }
      }
    }),
    { numRuns: 8 },
  );
});

it("the collector finds its work by index", async () => {
  const owner = await makeOwner();
  const plan = async (sql: string) => {
    const { results } = await owner.shard.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
    return results.map(({ detail }) => detail).join("\n");
  };
  expect(await plan("SELECT id FROM packs INDEXED BY packs_sparse WHERE size > live * 2 AND changed_at < 1")).toMatch(
    /SEARCH packs USING INDEX packs_sparse/,
  );
  expect(await plan("SELECT id FROM contents INDEXED BY contents_dead WHERE refs = 0 LIMIT 5")).toMatch(
    /contents_dead/,
  );
  const search = /SEARCH c USING PRIMARY KEY \(owner_id=\? AND id=\?\)/;
  expect(await plan(RELEASE.replaceAll(/\?\d/g, "'[]'"))).toMatch(search);
  expect(await plan(REPOINT.replaceAll(/\?\d/g, "'[]'"))).toMatch(search);
});
