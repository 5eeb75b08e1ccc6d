import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { collect } from "../../workers/storage/collector.ts";
import { receiveChunks } from "../../workers/storage/receive-chunks.ts";
import { openUpload, requireUpload } from "../../workers/storage/uploads.ts";
import { codeOf, env, Faults, makeOwner, packOf, randomChunks, readChunk, recount, refsOf } from "./support/storage.ts";

const HOUR = 60 * 60 * 1000;
const NOW = Date.UTC(2026, 10, 22);

async function objects(): Promise<number> {
  return (await env.PACKS.list()).objects.length;
}

describe("[U10] chunks that no upload announced", () => {
  it("are stored in one object and counted, those that are held no second time", async () => {
    const owner = await makeOwner();
    const chunks = await randomChunks(3);
    const send = (some: typeof chunks) => receiveChunks(env, owner.shard, owner.ownerId, packOf(some), NOW);
    const before = await objects();
    expect(await send([...chunks.slice(0, 2), ...chunks.slice(0, 1)])).toMatchObject({ accepted: 3, stored: 2 });
    expect(await send(chunks)).toMatchObject({ accepted: 3, stored: 1 });
    expect(await send(chunks)).toMatchObject({ accepted: 3, stored: 0, storedBytes: 0 });
    expect(await objects()).toBe(before + 2);
    for (const { id, bytes } of chunks) expect(await readChunk(owner, id)).toEqual(bytes);
    expect(await recount(owner)).toEqual([]);
  });

  it("are nobody else's, and are announced as held from then on", async () => {
    const [owner, stranger] = [await makeOwner(), await makeOwner()];
    const chunks = await randomChunks(2);
    await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
    const open = (of: typeof owner) => openUpload(of.shard, { ...of, chunks: refsOf(chunks) }, NOW);
    expect((await open(owner)).missing).toEqual([]);
    expect((await open(stranger)).missing).toHaveLength(2);
  });

  it("store nothing where one frame is wrong, or the quota has no room, reservations included", async () => {
    const owner = await makeOwner(2_500);
    const chunks = await randomChunks(3);
    const send = (pack: Uint8Array<ArrayBuffer>) => codeOf(receiveChunks(env, owner.shard, owner.ownerId, pack, NOW));
    const before = await objects();
    const [first, second] = chunks;
    expect(await send(packOf([first!, { id: second!.id, bytes: first!.bytes }]))).toBe("hash_mismatch");
    expect(await send(packOf(chunks).subarray(0, 1_500))).toBe("invalid_pack");
    expect(await send(packOf(chunks))).toBe("over_quota");
    await openUpload(owner.shard, { ...owner, chunks: refsOf(await randomChunks(2)) }, NOW);
    expect(await send(packOf([first!]))).toBe("over_quota");
    expect(await objects()).toBe(before);
    expect(await recount(owner)).toEqual([]);
  });

  it("[I9] never pass the quota however many come at once, and leave no bytes that are not counted", async () => {
    const owner = await makeOwner(3_500);
    const before = await objects();
    const packs = (await randomChunks(8)).map((chunk) => packOf([chunk]));
    const codes = await Promise.all(
      packs.map((pack) => codeOf(receiveChunks(env, owner.shard, owner.ownerId, pack, NOW))),
    );
    expect(codes.filter((code) => code === "resolved")).toHaveLength(3);
    expect(codes.filter((code) => code === "over_quota")).toHaveLength(5);
    expect(await objects()).toBe(before + 3);
    expect(await recount(owner)).toEqual([]);
  });

  it("[I2] [I9] are all there or not at all after a failure of any call, and sending again makes it good", async () => {
    for (const when of ["before", "after"] as const) {
      for (let failAt = 1; ; failAt++) {
        const owner = await makeOwner();
        const chunks = await randomChunks(2);
        const faults = new Faults(failAt, when);
        const vault = { ...env, PACKS: faults.bucket(env.PACKS) };
        const send = receiveChunks(vault, faults.shard(owner.shard), owner.ownerId, packOf(chunks), NOW);
        const outcome = await codeOf(send);
        expect(await recount(owner)).toEqual([]);
        const again = await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
        expect(again.accepted).toBe(2);
        expect(await readChunk(owner, chunks[1]!.id)).toEqual(chunks[1]!.bytes);
        expect(await recount(owner)).toEqual([]);
        if (outcome === "resolved") {
          expect(failAt).toBeGreaterThan(4);
          break;
        }
      }
    }
  });

  it("[U7] stay for as long as the answer says", async () => {
    const owner = await makeOwner();
    const [chunk] = await randomChunks(1);
    const send = (at: number) => receiveChunks(env, owner.shard, owner.ownerId, packOf([chunk!]), at);
    await send(NOW);
    // Held, and touched less than an hour ago: not touched again.
    const { expiresAt } = await send(NOW + HOUR / 2);
    expect(expiresAt).toBe(NOW + 48.5 * HOUR);
    await collect(env, owner.shard, expiresAt);
    expect(await readChunk(owner, chunk!.id)).toEqual(chunk!.bytes);
    await collect(env, owner.shard, NOW + 80 * HOUR);
    expect(await readChunk(owner, chunk!.id)).toBeNull();
    expect(await recount(owner)).toEqual([]);
  });
});

it("[U1] an upload that lacks nothing keeps no row; one that was opened before stays what it was", async () => {
  const owner = await makeOwner();
  const chunks = await randomChunks(2);
  const plan = { ...owner, id: newId(), chunks: refsOf(chunks) };
  await openUpload(owner.shard, plan, NOW);
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  const other = await openUpload(owner.shard, { ...plan, id: newId() }, NOW);
  expect(other).toMatchObject({ missing: [], row: { reserved: 0 } });
  expect(await codeOf(requireUpload(owner.shard, owner, other.row.id, NOW))).toBe("upload_not_found");
  const again = await openUpload(owner.shard, plan, NOW);
  expect(again.missing).toEqual([]);
  expect(await requireUpload(owner.shard, owner, plan.id, NOW)).toMatchObject({ reserved: 0 });
  expect(await recount(owner)).toEqual([]);
});
