import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { collect } from "../../workers/storage/collector.ts";
import { receivePack } from "../../workers/storage/receive-pack.ts";
import { cancelUpload, closeUploadStatements, releaseExpired } from "../../workers/storage/close-uploads.ts";
import { missingNow, openUpload, requireUpload } from "../../workers/storage/uploads.ts";
import {
  chunkOf,
  codeOf,
  env,
  Faults,
  makeOwner,
  packOf,
  randomBytes,
  randomChunks,
  readChunk,
  recount,
  refsOf,
} from "./support/storage.ts";

const NOW = Date.now();
const HOUR = 3_600_000;

async function objects(): Promise<number> {
  return (await env.PACKS.list({ prefix: "packs/" })).objects.length;
}

it("[U1] [U3] an upload asks for what is missing, once each, and takes it", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(3);
  const refs = refsOf(chunks);
  const { row, missing } = await openUpload(owner.shard, { ...owner, chunks: [...refs, ...refs] }, NOW);
  expect(missing).toEqual(refs.map(({ id }) => id));
  expect(row.reserved).toBe(3_000);
  const receipt = await receivePack(env, owner.shard, row, packOf(chunks), NOW);
  expect(receipt).toMatchObject({ accepted: 3, stored: 3, expiresAt: NOW + 48 * HOUR });
  expect(await missingNow(owner.shard, row, NOW)).toEqual([]);
  expect(await recount(owner)).toEqual([]);
  for (const chunk of chunks) expect(await readChunk(owner, chunk.id)).toEqual(chunk.bytes);
  const after = await requireUpload(owner.shard, owner, row.id, NOW);
  expect(after.reserved).toBe(0);
});

it("[U6] an upload of as many chunks as there may be is read without a value over D1's 2 MB", async () => {
  const owner = await makeOwner(LIMITS.uploadChunks);
  const chunks = Array.from({ length: LIMITS.uploadChunks }, (_, i) => ({
    id: i.toString(16).padStart(64, "0"),
    size: 1,
  }));
  const { row } = await openUpload(owner.shard, { ...owner, chunks }, NOW);
  let longest = 0;
  const watch = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get: (target, name) => {
        if (name === "bind") return (...values: unknown[]) => watch(target.bind(...values));
        if (name !== "first") return Reflect.get(target, name) as unknown;
        return async () => {
          const answer = await target.first<Record<string, { length?: number } | null>>();
          longest = Math.max(...Object.values(answer ?? {}).map((value) => value?.length ?? 0));
          return answer;
        };
      },
    });
  const db = { prepare: (sql: string) => watch(owner.shard.db.prepare(sql)) } as unknown as D1DatabaseSession;
  const read = await requireUpload({ ...owner.shard, db }, owner, row.id, NOW);
  expect(read.manifest).toBe(row.manifest);
  expect(longest).toBeGreaterThan(LIMITS.uploadChunks);
  expect(longest).toBeLessThan(2_000_000);
});

it("[U2] a wrong hash, a cut frame, an oversized, unannounced or misannounced chunk stores nothing", async () => {
  const owner = await makeOwner();
  const [good, other, foreign] = await randomChunks(3);
  if (!good || !other || !foreign) throw new Error("three chunks");
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf([good, other]) }, NOW);
  const before = await objects();
  const send = (pack: Uint8Array<ArrayBuffer>) => codeOf(receivePack(env, owner.shard, row, pack, NOW));
  expect(await send(packOf([good, { id: other.id, bytes: good.bytes }]))).toBe("hash_mismatch");
  expect(await send(packOf([good, other]).subarray(0, -1))).toBe("invalid_pack");
  expect(await send(packOf([good, other]).subarray(0, 1_040))).toBe("invalid_pack");
  expect(await send(new Uint8Array(0))).toBe("invalid_pack");
  expect(await send(packOf([{ id: good.id, bytes: new Uint8Array(LIMITS.chunkMaxBytes + 1) }]))).toBe(
    "chunk_too_large",
  );
  expect(await send(packOf([good, foreign]))).toBe("chunk_not_announced");
  expect(await send(packOf([{ id: good.id, bytes: good.bytes.subarray(1) }]))).toBe("chunk_size_mismatch");
  expect(await objects()).toBe(before);
  expect(await missingNow(owner.shard, row, NOW)).toHaveLength(2);
  expect(await recount(owner)).toEqual([]);
});

it("[U4] a chunk sent again, also within one pack, is accepted and stores nothing", async () => {
  const owner = await makeOwner();
  const [chunk] = await randomChunks(1);
  if (!chunk) throw new Error("one chunk");
  const { row } = await openUpload(owner.shard, { ...owner, chunks: [chunk.ref] }, NOW);
  expect(await receivePack(env, owner.shard, row, packOf([chunk, chunk]), NOW)).toMatchObject({
    accepted: 2,
    stored: 1,
  });
  const before = await objects();
  const again = await receivePack(env, owner.shard, row, packOf([chunk]), NOW);
  expect(again).toMatchObject({ accepted: 1, stored: 0, storedBytes: 0 });
  expect(await objects()).toBe(before);
  expect(await recount(owner)).toEqual([]);
});

it("[U5] an expired upload takes nothing, its reservation goes, and a new upload resumes", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(4);
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, NOW);
  await receivePack(env, owner.shard, row, packOf(chunks.slice(0, 2)), NOW + HOUR);
  const later = NOW + 49 * HOUR;
  expect(await codeOf(requireUpload(owner.shard, owner, row.id, later))).toBe("upload_expired");
  expect(await codeOf(receivePack(env, owner.shard, row, packOf(chunks), later))).toBe("upload_expired");
  expect(await codeOf(receivePack(env, owner.shard, row, packOf(chunks.slice(0, 1)), later))).toBe("upload_expired");
  expect(await releaseExpired(owner.shard, later)).toBeGreaterThanOrEqual(1);
  expect(await recount(owner)).toEqual([]);
  const resumed = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, later);
  expect(resumed.missing).toEqual(chunks.slice(2).map(({ id }) => id));
});

it("[U5] [U7] no upload outlives the chunks that it was told are held, unless it is opened again", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(4);
  const first = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks.slice(0, 1)) }, NOW);
  await receivePack(env, owner.shard, first.row, packOf(chunks.slice(0, 1)), NOW);
  const plan = { ...owner, id: newId(), chunks: refsOf(chunks) };
  await openUpload(owner.shard, plan, NOW + HOUR / 2);
  const open = (at: number) => requireUpload(owner.shard, owner, plan.id, at);
  for (const hours of [30, 60]) {
    const at = NOW + hours * HOUR;
    await receivePack(env, owner.shard, await open(at), packOf(chunks.slice(1, 2)), at);
  }
  const { expires_at } = await open(NOW + 60 * HOUR);
  expect(expires_at).toBe(NOW + 66.5 * HOUR);
  await collect(env, owner.shard, expires_at - 1);
  expect(await readChunk(owner, chunks[0]?.id ?? "")).toEqual(chunks[0]?.bytes);
  expect(await codeOf(open(expires_at))).toBe("upload_expired");
  const again = await openUpload(owner.shard, plan, expires_at);
  expect(again.missing).toHaveLength(2);
  expect(again.row.expires_at).toBe(expires_at + 48 * HOUR);
  expect(await recount(owner)).toEqual([]);
});

it("[U6] an upload opened again answers what is missing now; with other chunks it is refused", async () => {
  const owner = await makeOwner();
  const id = newId();
  const chunks = await randomChunks(3);
  const plan = { ...owner, id, chunks: refsOf(chunks) };
  const { row } = await openUpload(owner.shard, plan, NOW);
  await receivePack(env, owner.shard, row, packOf(chunks.slice(0, 1)), NOW);
  const again = await openUpload(owner.shard, plan, NOW + 1);
  expect(again.row.id).toBe(id);
  expect(again.missing).toEqual(chunks.slice(1).map((chunk) => chunk.id));
  expect(await codeOf(openUpload(owner.shard, { ...plan, chunks: [] }, NOW))).toBe("operation_mismatch");
  const stranger = await makeOwner();
  // [I11] Somebody else's id is as good as a fresh one, and stays theirs.
  const theirs = await openUpload(owner.shard, { ...plan, ...stranger }, NOW);
  expect(theirs.row.owner_id).toBe(stranger.ownerId);
  await cancelUpload(owner.shard, theirs.row);
  expect(await requireUpload(owner.shard, owner, plan.id, NOW)).toMatchObject({ owner_id: owner.ownerId });
  expect(await recount(owner)).toEqual([]);
});

it("[U6] the same upload opened many times at once is one upload", async () => {
  const owner = await makeOwner();
  const plan = { ...owner, id: newId(), chunks: refsOf(await randomChunks(2)) };
  const opened = await Promise.all(Array.from({ length: 4 }, () => openUpload(owner.shard, plan, NOW)));
  expect(new Set(opened.map(({ row }) => row.id)).size).toBe(1);
  expect(await recount(owner)).toEqual([]);
});

it("[I3] what is missing is answered from the owner's own chunks, whoever else holds them", async () => {
  const [owner, stranger] = [await makeOwner(), await makeOwner()];
  const chunks = await randomChunks(1);
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, NOW);
  await receivePack(env, owner.shard, row, packOf(chunks), NOW);
  expect((await openUpload(stranger.shard, { ...stranger, chunks: refsOf(chunks) }, NOW)).missing).toHaveLength(1);
  expect(await codeOf(requireUpload(owner.shard, { ...owner, userId: stranger.userId }, row.id, NOW))).toBe(
    "upload_not_found",
  );
  expect(await codeOf(requireUpload(owner.shard, owner, newId(), NOW))).toBe("upload_not_found");
});

it("[T10] an announced size that is not the held one is refused", async () => {
  const owner = await makeOwner();
  const [chunk] = await randomChunks(1);
  if (!chunk) throw new Error("one chunk");
  const { row } = await openUpload(owner.shard, { ...owner, chunks: [chunk.ref] }, NOW);
  await receivePack(env, owner.shard, row, packOf([chunk]), NOW);
  const lie = { id: chunk.id, size: 7 };
  expect(await codeOf(openUpload(owner.shard, { ...owner, chunks: [lie] }, NOW))).toBe("chunk_size_mismatch");
  expect(await codeOf(openUpload(owner.shard, { ...owner, chunks: [chunk.ref, lie] }, NOW))).toBe(
    "chunk_size_mismatch",
  );
});

it("[U1] over quota opens nothing; closing gives the room back", async () => {
  const owner = await makeOwner(2_500);
  const chunks = await randomChunks(3);
  expect(await codeOf(openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, NOW))).toBe("over_quota");
  expect(await recount(owner)).toEqual([]);
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks.slice(0, 2)) }, NOW);
  expect(await codeOf(openUpload(owner.shard, { ...owner, chunks: refsOf(chunks.slice(2)) }, NOW))).toBe("over_quota");
  await cancelUpload(owner.shard, row);
  await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks.slice(2)) }, NOW);
  expect(await recount(owner)).toEqual([]);
});

it("[I9] a chunk that no reservation covers any more never takes the account over its quota", async () => {
  const owner = await makeOwner(1_500);
  const chunks = await randomChunks(2);
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks.slice(0, 1)) }, NOW);
  const forged = { ...row, manifest: row.manifest + (chunks[1]?.id ?? "") + "000003e8" };
  expect(await codeOf(receivePack(env, owner.shard, forged, packOf(chunks), NOW))).toBe("over_quota");
  expect(await recount(owner)).toEqual([]);
});

it("[I9] closing statements do nothing for another owner, or twice", async () => {
  const [owner, stranger] = [await makeOwner(), await makeOwner()];
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(await randomChunks(1)) }, NOW);
  const close = (ownerId: string) =>
    owner.shard.db.batch(closeUploadStatements(owner.shard.db, [row.id, row.id], ownerId));
  await close(stranger.ownerId);
  expect((await requireUpload(owner.shard, owner, row.id, NOW)).reserved).toBe(1_000);
  await close(owner.ownerId);
  await close(owner.ownerId);
  expect(await recount(owner)).toEqual([]);
});

it("[I9] racing uploads of overlapping chunks never pass the quota, and the counters equal a recount", async () => {
  const pool = await randomChunks(8, 500);
  const upload = fc.array(fc.nat(7), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(upload, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 500, max: 4_000 }),
      async (uploads, quota) => {
        const owner = await makeOwner(quota);
        const outcomes = await Promise.all(
          uploads.map(async (picks) => {
            const chunks = picks.flatMap((i) => pool[i] ?? []);
            try {
              const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, NOW);
              await Promise.all([
                receivePack(env, owner.shard, row, packOf(chunks), NOW),
                receivePack(env, owner.shard, row, packOf(chunks.slice(0, 1)), NOW),
              ]);
              expect(await missingNow(owner.shard, row, NOW)).toEqual([]);
              if (picks.length % 2 === 0) await cancelUpload(owner.shard, row);
              return "stored";
            } catch (error) {
              return (error as { code?: string }).code ?? String(error);
            }
          }),
        );
        for (const outcome of outcomes) expect(["stored", "over_quota"]).toContain(outcome);
        expect(await recount(owner)).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});

it.each(["before", "after"] as const)("[I1] [I2] [I9] a crash %s each awaited step, then a retry", async (when) => {
  for (let step = 1; ; step++) {
    const owner = await makeOwner();
    const chunks = await randomChunks(3);
    const plan = { ...owner, id: newId(), chunks: refsOf(chunks) };
    const faults = new Faults(step, when);
    const attempt = async (shard: typeof owner.shard, bucket: R2Bucket) => {
      const { row, missing } = await openUpload(shard, plan, NOW);
      const wanted = chunks.filter(({ id }) => missing.includes(id));
      const vault = { PACKS: bucket, MASTER_KEYS: env.MASTER_KEYS };
      if (wanted.length > 0) await receivePack(vault, shard, row, packOf(wanted), NOW);
      await cancelUpload(shard, row);
    };
    const crashed = await attempt(faults.shard(owner.shard), faults.bucket(env.PACKS)).then(
      () => false,
      () => true,
    );
    expect(await recount(owner)).toEqual([]);
    if (!crashed) {
      expect(step).toBeGreaterThan(5);
      break;
    }
    await attempt(owner.shard, env.PACKS);
    expect(await recount(owner)).toEqual([]);
    for (const chunk of chunks) expect(await readChunk(owner, chunk.id)).toEqual(chunk.bytes);
  }
});

it("[U1] an upload of 20,000 chunks opens", async () => {
  const owner = await makeOwner();
  const chunks = Array.from({ length: 20_000 }, (_, i) => ({ id: i.toString(16).padStart(64, "0"), size: 1 }));
  const { missing, row } = await openUpload(owner.shard, { ...owner, chunks }, NOW);
  expect(missing).toHaveLength(20_000);
  expect(await missingNow(owner.shard, row, NOW)).toHaveLength(20_000);
});

it("[U3] the largest chunk is taken", async () => {
  const owner = await makeOwner();
  const chunk = await chunkOf(randomBytes(LIMITS.chunkMaxBytes));
  const { row } = await openUpload(owner.shard, { ...owner, chunks: [chunk.ref] }, NOW);
  expect(await receivePack(env, owner.shard, row, packOf([chunk]), NOW)).toMatchObject({ stored: 1 });
  expect(await readChunk(owner, chunk.id)).toEqual(chunk.bytes);
});
