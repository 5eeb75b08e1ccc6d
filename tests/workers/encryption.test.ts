import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { decodeChunk, encodeRecords, RECORD_OVERHEAD_BYTES } from "../../workers/storage/pack-codec.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { receivePack } from "../../workers/storage/receive-pack.ts";
import { openUpload } from "../../workers/storage/uploads.ts";
import { chunkOf, codeOf, env, makeOwner, packOf, randomBytes, readChunk, refsOf } from "./support/storage.ts";

const NOW = Date.now();
const OLD = `old:${btoa("o".repeat(32))}`;
const NEW = `new:${btoa("n".repeat(32))}`;

async function encodeOne(text: string, masterKeys = OLD) {
  const keys = new PackKeys(masterKeys);
  const packId = newId();
  const chunk = await chunkOf(text);
  const { bytes } = await encodeRecords(keys, packId, [chunk]);
  return { packId, chunk, bytes, keyId: keys.currentKeyId };
}

it("[I10] nothing that was uploaded is found in the bucket, compressed or not", async () => {
  const owner = await makeOwner();
  const needle = "the quick brown fox keeps its secrets";
  const random = randomBytes(5_000);
  const texts = [needle, needle.repeat(500), `${needle}${"\n".repeat(300_000)}`];
  const chunks = await Promise.all([...texts.map((text) => chunkOf(text)), chunkOf(random)]);
  const { row } = await openUpload(owner.shard, { ...owner, chunks: refsOf(chunks) }, NOW);
  await receivePack(env, owner.shard, row, packOf(chunks), NOW);
  const plain = [
    Buffer.from(needle),
    Buffer.from(random.subarray(100, 132)),
    ...chunks.map(({ id }) => Buffer.from(id, "hex")),
  ];
  let searched = 0;
  const { objects } = await env.PACKS.list({ include: ["customMetadata", "httpMetadata"] });
  for (const { key, customMetadata } of objects) {
    const stored = Buffer.from((await (await env.PACKS.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));
    for (const secret of plain) expect(stored.includes(secret)).toBe(false);
    expect(Object.keys(customMetadata ?? {})).toEqual(["shard"]);
    searched += stored.length;
  }
  expect(searched).toBeGreaterThan(5_000);
  for (const chunk of chunks) expect(await readChunk(owner, chunk.id)).toEqual(chunk.bytes);
});

it("[I10] the same chunk of two owners is stored as different bytes", async () => {
  const [a, b] = [await encodeOne("same plaintext"), await encodeOne("same plaintext")];
  expect(Buffer.from(a.bytes).equals(Buffer.from(b.bytes))).toBe(false);
});

it("[I10] initialization vectors never repeat within a pack", async () => {
  const chunks = await Promise.all(Array.from({ length: 300 }, (_, i) => chunkOf(`chunk ${i}`)));
  const { bytes, placements } = await encodeRecords(new PackKeys(OLD), newId(), chunks);
  const ivs = placements.map(({ offset }) => Buffer.from(bytes.subarray(offset + 1, offset + 13)).toString("hex"));
  expect(new Set(ivs).size).toBe(300);
});

it("[D3] a record with any byte changed, cut off, or in another's place does not decode", async () => {
  const { packId, chunk, bytes, keyId } = await encodeOne("some text, not long");
  const keys = new PackKeys(OLD);
  const decode = (record: Uint8Array, pack = packId, id = chunk.id, size = chunk.bytes.length) =>
    codeOf(decodeChunk(keys, pack, keyId, record, id, size));
  expect(await decode(bytes)).toBe("resolved");
  for (let i = 0; i < bytes.length; i++) {
    const tampered = bytes.slice();
    tampered[i] = (tampered[i] ?? 0) ^ 1;
    expect(await decode(tampered)).toBe("content_damaged");
  }
  for (const length of [0, 1, 12, RECORD_OVERHEAD_BYTES - 1, bytes.length - 1]) {
    expect(await decode(bytes.subarray(0, length))).toBe("content_damaged");
  }
  expect(await decode(bytes, newId())).toBe("content_damaged");
  expect(await decode(bytes, packId, "0".repeat(64))).toBe("content_damaged");
  expect(await decode(bytes, packId, chunk.id, chunk.bytes.length + 1)).toBe("content_damaged");
});

it("[I10] after a rotation old packs decode, new ones use the new key, and a lost key is said plainly", async () => {
  const old = await encodeOne("written before the rotation");
  const rotated = new PackKeys(`${NEW},${OLD}`);
  const size = old.chunk.bytes.length;
  expect(await decodeChunk(rotated, old.packId, old.keyId, old.bytes, old.chunk.id, size)).toEqual(old.chunk.bytes);
  expect(rotated.currentKeyId).toBe("new");
  const lost = decodeChunk(new PackKeys(NEW), old.packId, old.keyId, old.bytes, old.chunk.id, size);
  await expect(lost).rejects.toThrow(/no key old/);
});

it("[I10] malformed master keys are refused", () => {
  for (const text of ["", "k", "k:short", `k:${btoa("x".repeat(31))}`, `${OLD},${OLD}`, `${OLD},`]) {
    expect(() => new PackKeys(text)).toThrow(/MASTER_KEYS/);
  }
});
