import { env as workerEnv } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { packBytes } from "../../workers/api/pack-bytes.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";
import { chunkOf, packOf, randomBytes } from "./support/storage.ts";

const LEAST = LIMITS.chunkMaxBytes + 36;
const variables = workerEnv as unknown as { PACK_BYTES: string };
const configured = variables.PACK_BYTES;
afterEach(() => {
  variables.PACK_BYTES = configured;
});

it.each([
  ["8388608", LIMITS.packBytes],
  ["99999999", LIMITS.packBytes],
  ["5000000.7", 5_000_000],
  ["2097152", LEAST],
  ["1", LEAST],
  ["", LIMITS.packBytes],
  ["-1", LIMITS.packBytes],
  ["many", LIMITS.packBytes],
])("[U8] PACK_BYTES = %j is a limit of %i bytes", (value, bytes) => {
  expect(packBytes({ PACK_BYTES: value })).toBe(bytes);
});

it("[U8] a server that is set to less takes what it tells: a pack of one chunk of the largest size, and no more", async () => {
  variables.PACK_BYTES = "2097152";
  const limits = await (await call("/limits")).json<{ packBytes: number }>();
  expect(limits.packBytes).toBe(LEAST);
  const me = await signUp();
  const chunk = await chunkOf(randomBytes(LIMITS.chunkMaxBytes));
  const opened = await me.api("/uploads", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chunks: [chunk.ref] }),
  });
  const { upload } = await opened.json<{ upload: string }>();
  const send = (body: Uint8Array<ArrayBuffer>) =>
    me.api(`/uploads/${upload}/packs`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body,
    });
  const pack = packOf([chunk]);
  expect(pack.length).toBe(limits.packBytes);
  const longer = new Uint8Array(pack.length + 1);
  longer.set(pack);
  expect(await problemOf(await send(longer))).toBe("413 body_too_large");
  expect((await send(pack)).status).toBe(200);
});
