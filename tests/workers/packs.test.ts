import fc from "fast-check";
import { expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import { decodeChunk, encodeRecords, RECORD_OVERHEAD_BYTES } from "../../workers/storage/pack-codec.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { readBody } from "../../workers/api/body.ts";
import { chunkOf, codeOf, env, packOf, randomBytes, randomChunks } from "./support/storage.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";

const post = (json: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(json),
});

/** Random bytes that repeat after `period`. */
function periodicBytes(size: number, period: number): Uint8Array<ArrayBuffer> {
  const bytes = randomBytes(size);
  for (let i = period; i < size; i++) bytes[i] = bytes[i - period] ?? 0;
  return bytes;
}

it("[U3] what was encoded into a pack decodes to the same bytes", async () => {
  const keys = new PackKeys(env.MASTER_KEYS);
  const size = fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.constantFrom(16_384, 32_768, 65_535, 65_536, 65_537));
  const piece = fc.record({ size, period: fc.constantFrom(1, 3, 251, 20_000, 300_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const chunks = await Promise.all(pieces.map(({ size, period }) => chunkOf(periodicBytes(size, period))));
      const packId = newId();
      const { bytes, placements } = await encodeRecords(keys, packId, chunks);
      expect(placements.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length);
      for (const [i, { id, offset, length, size }] of placements.entries()) {
        const record = bytes.subarray(offset, offset + length);
        const plain = await decodeChunk(keys, packId, keys.currentKeyId, record, id, size);
        expect(Buffer.from(plain).equals(Buffer.from(chunks[i]?.bytes ?? []))).toBe(true);
        expect(length).toBeLessThanOrEqual(size + RECORD_OVERHEAD_BYTES);
      }
    }),
    { numRuns: 20 },
  );
});

it("[U3] a chunk that begins compressible and ends in noise decodes to the same bytes, whatever its size", async () => {
  const keys = new PackKeys(env.MASTER_KEYS);
  for (const size of [65_536, 100_000, 400_000, LIMITS.chunkMaxBytes]) {
    const bytes = randomBytes(size).fill(120, 0, size / 2);
    const chunk = await chunkOf(bytes);
    const packId = newId();
    const pack = await encodeRecords(keys, packId, [chunk]);
    expect(pack.bytes.length).toBeLessThan(size * 0.6);
    const plain = await decodeChunk(keys, packId, keys.currentKeyId, pack.bytes, chunk.id, size);
    expect(Buffer.from(plain).equals(Buffer.from(bytes))).toBe(true);
  }
});

it("[U3] text is compressed, noise is not", async () => {
  const keys = new PackKeys(env.MASTER_KEYS);
  const text = await chunkOf("all work and no play makes a dull file. ".repeat(5_000));
  const noise = await chunkOf(randomBytes(200_000));
  const { placements } = await encodeRecords(keys, newId(), [text, noise]);
  expect(placements[0]?.length).toBeLessThan(text.bytes.length / 10);
  expect(placements[1]?.length).toBe(noise.bytes.length + RECORD_OVERHEAD_BYTES);
});

it("[P4] a body over its limit is refused by its announced length, and by its real one", async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
  const init = { method: "POST", body: endless } as RequestInit;
  expect(await codeOf(readBody(new Request("https://x.test", init), 10_000))).toBe("body_too_large");
  const announced = new Request("https://x.test", { method: "POST", body: "abc", headers: { "content-length": "11" } });
  expect(await codeOf(readBody(announced, 10))).toBe("body_too_large");
  const fits = new Request("https://x.test", { method: "POST", body: "abc" });
  expect(new TextDecoder().decode(await readBody(fits, 3))).toBe("abc");
});

it("[P4] JSON under any content type that is parsed as JSON is held to the limit", async () => {
  const { api } = await signUp();
  const body = " ".repeat(LIMITS.jsonBytes + 1);
  for (const type of ["application/json", "application/vnd.api+json", "Application/a_1.b+JSON ; charset=utf-8"]) {
    const answer = await api("/commits", { method: "POST", headers: { "content-type": type }, body });
    expect(await problemOf(answer), type).toBe("413 body_too_large");
  }
});

it("[P4] JSON of more values than any request needs is refused before it is parsed", async () => {
  const { api, home } = await signUp();
  const commit = (body: string) =>
    api("/commits", { method: "POST", headers: { "content-type": "application/json" }, body });
  for (const many of ["{},", "[],", "1,", '"\\\\",'])
    expect(await problemOf(await commit(`[${many.repeat(400_000)}1]`)), many).toBe("413 body_too_large");
  // What stands in strings counts for nothing.
  const name = ',[{\\\\\\"'.repeat(60_000);
  expect(await problemOf(await commit(`{"name":"${name}"}`))).toBe("400 invalid_request");
  const files = Array.from({ length: 1_000 }, (_, i) => ({
    type: "createFile",
    parent: home.root,
    name: `${i}`,
    mtime: 1,
    chunks: Array.from({ length: 90 }, (_, j) => ({ id: (i * 100 + j).toString(16).padStart(64, "0"), size: 1 })),
  }));
  const largest = JSON.stringify({ operationId: newId(), operations: files });
  expect(largest.length).toBeGreaterThan(0.9 * LIMITS.jsonBytes);
  expect(largest.length).toBeLessThan(LIMITS.jsonBytes);
  expect((await commit(largest)).status).toBe(200);
});

it("[U1] [U2] [U6] [P4] chunks travel by POST /uploads and its packs", async () => {
  const [user, stranger] = [await signUp(), await signUp()];
  const chunks = await randomChunks(3);
  const refs = chunks.map(({ ref }) => ref);
  const opened = await user.api("/uploads", post({ chunks: refs }));
  expect(opened.status).toBe(200);
  const upload = await opened.json<{ upload: string; missing: string[]; reserved: number }>();
  expect(upload).toMatchObject({ missing: refs.map(({ id }) => id), reserved: 3_000 });
  const path = `/uploads/${upload.upload}`;
  const send = (api: typeof user.api, body: BodyInit) =>
    api(`${path}/packs`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body });
  expect(await problemOf(await send(stranger.api, packOf(chunks)))).toBe("404 upload_not_found");
  expect(await problemOf(await stranger.api(path))).toBe("404 upload_not_found");
  expect(await problemOf(await send(user.api, packOf(chunks).subarray(0, 50)))).toBe("400 invalid_pack");
  expect(await problemOf(await send(user.api, new Uint8Array(LIMITS.packBytes + 1)))).toBe("413 body_too_large");
  const sent = await send(user.api, packOf(chunks.slice(0, 2)));
  expect(await sent.json()).toMatchObject({ accepted: 2, stored: 2 });
  expect(await (await user.api(path)).json()).toMatchObject({ missing: [refs[2]?.id], reserved: 1_000 });
  expect((await user.api(path, { method: "DELETE" })).status).toBe(204);
  expect(await problemOf(await user.api(path))).toBe("404 upload_not_found");
  expect(await problemOf(await call("/uploads", post({ chunks: [] })))).toBe("401 unauthenticated");
});

it("[I5] [U2] one file by POST /files/upload, PUT chunks, and complete, sent twice", async () => {
  const user = await signUp();
  const [first, second] = await randomChunks(2, 2_000);
  if (!first || !second) throw new Error("two chunks");
  const file = { name: "a.bin", size: 6_000, chunks: [first.ref, second.ref, first.ref], id: newId() };
  const begun = await user.api("/files/upload", post(file));
  expect(begun.status).toBe(200);
  const { fileId, upload, missing } = await begun.json<{ fileId: string; upload: string; missing: string[] }>();
  expect(missing).toEqual([first.id, second.id]);
  const again = await (await user.api("/files/upload", post(file))).json();
  expect(again).toMatchObject({ fileId, upload });
  const put = (id: string, body: BodyInit) => user.api(`/files/${fileId}/chunks/${id}`, { method: "PUT", body });
  expect(await problemOf(await put(first.id, second.bytes))).toBe("422 hash_mismatch");
  expect(
    await problemOf(
      await put(
        newId()
          .padEnd(64, "0")
          .replace(/[^0-9a-f]/g, "0"),
        "x",
      ),
    ),
  ).toBe("422 chunk_not_announced");
  expect((await put(first.id, first.bytes)).status).toBe(200);
  expect(await problemOf(await user.api(`/files/${fileId}/complete`, { method: "POST" }))).toBe("409 chunks_missing");
  expect((await put(second.id, second.bytes)).status).toBe(200);
  const done = await user.api(`/files/${fileId}/complete`, { method: "POST" });
  expect(done.status).toBe(200);
  const node = await done.json();
  expect(node).toMatchObject({ id: fileId, name: "a.bin", size: 6_000, version: 1, parent: user.home.root });
  const replay = await user.api(`/files/${fileId}/complete`, post({ upload }));
  expect(await replay.json()).toEqual(node);
  const next = await user.api("/files/upload", post({ name: "-", fileId, size: 2_000, chunks: [second.ref] }));
  expect(await next.json()).toMatchObject({ fileId, missing: [] });
  const updated = await user.api(`/files/${fileId}/complete`, post({}));
  expect(await updated.json()).toMatchObject({ id: fileId, version: 2, size: 2_000 });
});

it("[U1] a file that cannot come to be is refused before its bytes travel", async () => {
  const user = await signUp();
  const [chunk] = await randomChunks(1);
  const base = { name: "a", size: 1_000, chunks: [chunk?.ref] };
  const begin = async (more: object) => problemOf(await user.api("/files/upload", post({ ...base, ...more })));
  expect(await begin({ size: 999 })).toBe("422 content_mismatch");
  expect(await begin({ name: "a/b" })).toBe("422 invalid_name");
  expect(await begin({ parent: newId() })).toBe("404 parent_not_found");
  expect(await begin({ fileId: newId() })).toBe("404 not_found");
  expect(await begin({ fileId: user.home.root })).toBe("409 not_a_file");
  expect(await begin({ chunks: "none" })).toBe("400 invalid_request");
  expect(await problemOf(await user.api(`/files/${newId()}/complete`, { method: "POST" }))).toBe(
    "404 upload_not_found",
  );
});
