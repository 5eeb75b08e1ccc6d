import { beforeAll, expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { decodePack, encodePack, FRAME_HEADER_BYTES, type Frame } from "../../protocol/pack-frame.ts";
import { chunkFrames } from "../../workers/storage/chunk-frames.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings, frameOf } from "./support/belongings.ts";
import { env } from "./support/storage.ts";
import { randomBytes, sha256, StoredFiles } from "./support/stored-files.ts";

let account: TestAccount;
let owner: Belongings;

beforeAll(async () => {
  account = await signUp();
  owner = new Belongings(account);
});

function ask(chunks: readonly string[], asker = account): Promise<Response> {
  return asker.api("/chunks/contents", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chunks }),
  });
}

/** The bytes of chunks that no file has, sent in one pack. */
async function sent(...chunks: Uint8Array<ArrayBuffer>[]): Promise<Frame[]> {
  const frames = await Promise.all(chunks.map((bytes) => frameOf(bytes)));
  const { upload } = await owner.upload(frames.map(({ id, bytes }) => ({ id, size: bytes.length })));
  await owner.send("POST", `/uploads/${upload}/packs`, encodePack(frames));
  return frames;
}

it("[D8] chunks of an upload that is still open come in the order asked, repeated ones repeatedly", async () => {
  const [a, b, c] = await sent(randomBytes(100), randomBytes(400_000), randomBytes(5000));
  const ids = [c!.id, a!.id, b!.id, a!.id];
  const answer = await ask(ids);
  expect(answer.status).toBe(200);
  const body = new Uint8Array(await answer.arrayBuffer());
  expect(answer.headers.get("content-length")).toBe(String(body.length));
  const frames = decodePack(body);
  if ("code" in frames) throw new Error(frames.detail);
  expect(frames.map(({ id }) => id)).toEqual(ids);
  for (const { id, bytes } of frames) expect(await sha256(new Uint8Array(bytes))).toBe(id);
  const committed = await owner.file();
  const { chunks } = await owner.send<{ chunks: { id: string }[] }>("GET", `/files/${committed.id}/manifest`);
  expect((await ask(chunks.map(({ id }) => id))).status).toBe(200);
});

it("[I3] [I11] [D8] another account's chunks are as unknown as those that never were, and named: all or none", async () => {
  const [mine] = await sent(randomBytes(50));
  const stranger = await signUp();
  const theirs = await new Belongings(stranger).chunk();
  const unknown = "0".repeat(64);
  const refused = await ask([mine!.id, theirs.id, unknown, theirs.id]);
  expect(refused.status).toBe(404);
  expect(await refused.json()).toMatchObject({ code: "not_found", ids: [theirs.id, unknown] });
  expect(await problemOf(await ask([mine!.id], stranger))).toBe("404 not_found");
  expect((await ask([theirs.id], stranger)).status).toBe(200);
});

it("[D8] more than the limits is refused before anything is read", async () => {
  const [large] = await sent(randomBytes(LIMITS.chunkMaxBytes));
  const five = Array.from({ length: 5 }, () => large!.id);
  const refused = await ask(five);
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: "selection_too_large", bytes: 5 * LIMITS.chunkMaxBytes });
  const four = new Uint8Array(await (await ask(five.slice(1))).arrayBuffer());
  expect(four.length).toBe(4 * (LIMITS.chunkMaxBytes + FRAME_HEADER_BYTES));
  const [small] = await sent(randomBytes(10));
  expect((await ask(Array.from({ length: 256 }, () => small!.id))).status).toBe(200);
  expect(await problemOf(await ask(Array.from({ length: 257 }, () => small!.id)))).toBe("400 invalid_request");
  expect(await problemOf(await ask([]))).toBe("400 invalid_request");
  expect(await problemOf(await ask(["AB".repeat(32)]))).toBe("400 invalid_request");
});

it("[D4] [D8] neighbours in a pack are one ranged get", async () => {
  const frames = await sent(...Array.from({ length: 64 }, (_, i) => randomBytes(20_000 + i)));
  const { shard } = await StoredFiles.of(account);
  let gets = 0;
  const packs = {
    get: (key: string, options: R2GetOptions) => {
      gets++;
      return env.PACKS.get(key, options);
    },
  } as unknown as R2Bucket;
  const source = { shard, ownerId: account.userId, packs, keys: new PackKeys(env.MASTER_KEYS) };
  const refs = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  let length = 0;
  for await (const piece of chunkFrames(source, refs)) length += piece.length;
  expect(length).toBe(encodePack(frames).length);
  expect(gets).toBe(1);
});

it("[D3] a damaged chunk is never sent", async () => {
  const [bad] = await sent(randomBytes(1000));
  const { db } = (await StoredFiles.of(account)).shard;
  await db.prepare(`UPDATE chunks SET "offset" = "offset" + 1 WHERE id = unhex(?)`).bind(bad!.id).run();
  expect(await problemOf(await ask([bad!.id]))).toBe("500 content_damaged");
});
