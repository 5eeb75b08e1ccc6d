import { beforeAll, expect, it } from "vitest";
import { contentId } from "../../protocol/content.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { decodePack, FRAME_HEADER_BYTES } from "../../protocol/pack-frame.ts";
import { WEIGHTS_QUERY } from "../../workers/storage/file-contents.ts";
import { CHAINS_QUERY } from "../../workers/storage/tree-reads.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { randomBytes, sha256, StoredFiles } from "./support/stored-files.ts";

let account: TestAccount;
let files: StoredFiles;

beforeAll(async () => {
  account = await signUp();
  files = await StoredFiles.of(account);
});

interface Wanted {
  readonly id: string;
  readonly version?: number;
}

function ask(wanted: readonly Wanted[], asker = account): Promise<Response> {
  return asker.api("/files/contents", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files: wanted }),
  });
}

/** The frames of an answer that came whole. */
async function framesOf(answer: Response) {
  expect(answer.status).toBe(200);
  const body = new Uint8Array(await answer.arrayBuffer());
  expect(answer.headers.get("content-length")).toBe(String(body.length));
  if (body.length === 0) return [];
  const frames = decodePack(body);
  if ("code" in frames) throw new Error(frames.detail);
  return frames;
}

it("[D7] many files come as frames in their order, whatever they share", async () => {
  const [a, b, c] = [randomBytes(100), randomBytes(300_000), randomBytes(5000)];
  const one = await files.file("one", [a]);
  const none = await files.file("none", []);
  const three = await files.file("three", [b, c, b], { packOf: (i) => i % 2 });
  const twin = await files.file("twin", [c]);
  const order = [three, none, one, twin, one];
  const frames = await framesOf(await ask(order));
  expect(frames.map(({ bytes }) => bytes.length)).toEqual([300_000, 5000, 300_000, 100, 5000, 100]);
  for (const { id, bytes } of frames) expect(await sha256(new Uint8Array(bytes))).toBe(id);
  const refs = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  expect(contentId(refs.slice(0, 3))).toBe(three.content);
  expect(contentId(refs.slice(3, 4))).toBe(one.content);
  expect(await framesOf(await ask([none]))).toEqual([]);
});

it("[D7] 1,000 files are one request", async () => {
  const stored: { id: string }[] = [];
  for (let i = 0; i < 20; i++) stored.push(await files.file(`small ${i}`, [randomBytes(4000 + i)]));
  const wanted = Array.from({ length: 1000 }, (_, i) => ({ id: stored[i % 20]!.id, version: 1 }));
  const frames = await framesOf(await ask(wanted));
  expect(frames.map(({ bytes }) => bytes.length)).toEqual(wanted.map((_, i) => 4000 + (i % 20)));
});

it("[I11] [D7] all files are answered or none: others' and absent ones are named", async () => {
  const mine = await files.file("mine", [randomBytes(10)]);
  const stranger = await signUp();
  expect(await problemOf(await ask([mine], stranger))).toBe("404 not_found");
  const theirs = await (await StoredFiles.of(stranger)).file("theirs", [randomBytes(10)]);
  const refused = await ask([mine, theirs]);
  expect(await refused.json()).toMatchObject({ code: "not_found", ids: [theirs.id] });
  const version = await ask([{ id: mine.id, version: 2 }]);
  expect(await version.json()).toMatchObject({ code: "not_found", ids: [mine.id] });
  const folder = await files.folder("folder");
  expect(await (await ask([mine, { id: folder }])).json()).toMatchObject({ code: "not_a_file", ids: [folder] });
  const below = await files.file("below", [randomBytes(10)], { parent: folder });
  await files.shard.db.prepare("UPDATE nodes SET state = 'purged' WHERE id = ?").bind(folder).run();
  expect(await problemOf(await ask([below]))).toBe("404 not_found");
});

it("[D7] more than the limits is refused before anything is read", async () => {
  const large = await files.file("large", [randomBytes(LIMITS.chunkMaxBytes)]);
  const refused = await ask(Array.from({ length: 5 }, () => large));
  const bytes = 5 * LIMITS.chunkMaxBytes;
  expect(await refused.json()).toMatchObject({ code: "selection_too_large", bytes, chunks: 5 });
  expect((await framesOf(await ask(Array.from({ length: 4 }, () => large)))).length).toBe(4);
  expect(await problemOf(await ask(Array.from({ length: 1001 }, () => large)))).toBe("400 invalid_request");
  expect(await problemOf(await ask([]))).toBe("400 invalid_request");
});

it("[D3] a damaged chunk is never sent", async () => {
  const good = await files.file("good", [randomBytes(600_000)]);
  const bad = await files.file("bad", [randomBytes(1000)]);
  const { db } = files.shard;
  await db.prepare(`UPDATE chunks SET "offset" = "offset" + 1 WHERE pack_id = ?`).bind(bad.packs[0]).run();
  expect(await problemOf(await ask([bad, good]))).toBe("500 content_damaged");
  const cut = await ask([good, good, bad]);
  expect(cut.headers.get("content-length")).toBe(String(1_201_000 + 3 * FRAME_HEADER_BYTES));
  await expect(cut.arrayBuffer()).rejects.toThrow();
});

it("[D7] nodes and weights are found by primary key", async () => {
  for (const query of [CHAINS_QUERY, WEIGHTS_QUERY]) {
    const { results } = await files.shard.db
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind("", "[]")
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).not.toMatch(/SCAN (n|v|c)\b/);
    expect(plan).toMatch(/SEARCH [nvc] USING PRIMARY KEY/);
  }
});
