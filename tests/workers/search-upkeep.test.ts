import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { SearchState } from "../../protocol/search.ts";
import type { Env, IndexMessage } from "../../workers/env.ts";
import { consume } from "../../workers/indexer/consumer.ts";
import { openIndexedSpace, raiseGeneration, readGeneration } from "../../workers/search/indexed-spaces.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { index, namesFound } from "./support/indexing.ts";

const bindings = env as unknown as Env;
const { SEARCH } = bindings;
let administrator: TestAccount;
// The first account of the server.
beforeAll(async () => void (administrator = await signUp()));

async function withText(text: string, name = "file.txt") {
  const me = new Belongings(await signUp());
  const chunk = await me.chunk(new Uint8Array(new TextEncoder().encode(text)));
  const { root, space } = me.account.home;
  const node = await me.commitOne({ type: "createFile", parent: root, name, chunks: [chunk], mtime: 1 });
  return { me, node, chunk, space, find: (q: string) => namesFound(me.account, q) };
}

async function state(query = ""): Promise<SearchState> {
  return (await administrator.api(`/admin/search${query}`)).json();
}

async function rowOf(content: string | null) {
  return SEARCH.prepare("SELECT attempts, failures, text IS NOT NULL AS has, parked FROM texts WHERE content_id = ?")
    .bind(content)
    .first<{ attempts: number; failures: number; has: 0 | 1; parked: string | null }>();
}

/** Counts what the packs are asked for. */
function countedPacks() {
  let gets = 0;
  const PACKS = new Proxy(bindings.PACKS, {
    get: (target, name: keyof R2Bucket) => {
      if (name === "get") gets++;
      const member: unknown = target[name];
      return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
  return { bound: { ...bindings, PACKS }, gets: () => gets };
}

describe("[X3] what was read", () => {
  it("[X3] is kept by content: renamed, moved, copied and restored files are not read again", async () => {
    const { me, node, space, find } = await withText("keepsake of long ago");
    await index(space);
    const { bound, gets } = countedPacks();
    const folder = await me.folder();
    await me.commitOne({ type: "move", node: node.id, parent: folder.id, name: "renamed.txt" });
    await me.commitOne({ type: "copy", node: node.id, parent: me.account.home.root, name: "copy.txt" });
    await me.commitOne({ type: "trash", node: node.id });
    await me.commitOne({ type: "restore", node: node.id });
    await index.with(bound, space);
    expect(gets()).toBe(0);
    expect((await find("keepsake")).toSorted()).toEqual(["copy.txt", "renamed.txt"]);
    const other = await me.chunk(new Uint8Array(new TextEncoder().encode("something new")));
    await me.commitOne({ type: "updateFile", node: node.id, baseVersion: 1, chunks: [other], mtime: 2 });
    await index.with(bound, space);
    expect(gets()).toBeGreaterThan(0);
    expect(await find("keepsake")).toEqual(["copy.txt"]);
    expect(await find("something")).toEqual(["renamed.txt"]);
  });

  it("[X3] is forgotten with the last entry that has the content", async () => {
    const { me, node, space, find } = await withText("forget me not");
    await index(space);
    expect(await rowOf(node.content)).toMatchObject({ has: 1 });
    await me.commitOne({ type: "trash", node: node.id });
    await me.commitOne({ type: "purge", node: node.id });
    await index(space);
    expect(await rowOf(node.content)).toBeNull();
    expect(await find("forget")).toEqual([]);
    const terms = await SEARCH.prepare(
      "SELECT count(*) AS n FROM terms t JOIN entries e ON e.id = t.rowid WHERE e.node_id = ?",
    )
      .bind(node.id)
      .first<{ n: number }>();
    expect(terms?.n).toBe(0);
  });
});

describe("[X4] what cannot be read", () => {
  it("[X4] is found by its name, and why is shown to the administrator", async () => {
    const { node, space, find } = await withText("\u0000\u0001\u0002 no text \u0000", "blob.bin");
    await index(space);
    expect(await find("blob")).toEqual(["blob.bin"]);
    const shown = await state("?reason=unknown_kind");
    expect(shown.reasons.map(({ reason }) => reason)).toContain("unknown_kind");
    expect(shown.parked).toContainEqual(
      expect.objectContaining({ space, content: node.content, reason: "unknown_kind" }),
    );
  });

  it("[X4] a file that ended the consumer twice is given up, and what comes after it is indexed", async () => {
    const { me, node, space, find } = await withText("poison poison");
    const { content } = await me.file(undefined, "after.txt");
    // As two readers that died leave it: begun among others, begun alone.
    const now = Date.now();
    for (const attempts of [1, 2]) {
      const number = await numberOf(space);
      await SEARCH.prepare(
        `INSERT INTO texts (space, content_id, generation, attempts, updated_at) VALUES (?, ?, 1, ?, ?)
         ON CONFLICT DO UPDATE SET attempts = excluded.attempts, updated_at = excluded.updated_at`,
      )
        .bind(number, node.content, attempts, now - 3_600_000)
        .run();
    }
    await index(space);
    expect(await find("poison")).toEqual([]);
    expect(await find("file")).toEqual(["file.txt"]);
    expect(await find("after")).toEqual(["after.txt"]);
    expect(await rowOf(node.content)).toMatchObject({ has: 0, parked: "ended_the_reader" });
    expect(await rowOf(content)).not.toBeNull();

    const before = await state();
    expect(before.parked).toContainEqual(
      expect.objectContaining({ content: node.content, reason: "ended_the_reader" }),
    );
    const answer = await administrator.api("/admin/search/redrive", { method: "POST" });
    expect((await answer.json<{ contents: number }>()).contents).toBeGreaterThanOrEqual(1);
    await index(space);
    expect(await find("poison")).toEqual(["file.txt"]);
  });

  it("[X4] one that was begun once is read alone; while it may be being read, it is left to who reads it", async () => {
    const { node, space, find } = await withText("suspicious");
    const number = await numberOf(space);
    const begun = (at: number) =>
      SEARCH.prepare(
        "INSERT OR REPLACE INTO texts (space, content_id, generation, attempts, updated_at) VALUES (?, ?, 1, 1, ?)",
      )
        .bind(number, node.content, at)
        .run();
    await begun(Date.now());
    const cut = { send: () => Promise.reject(new Error("no queue")) } as unknown as Queue<IndexMessage>;
    const unsent = batchOf([{ space, seq: 1 }]);
    await consume(unsent, { ...bindings, INDEX_QUEUE: cut });
    expect((await getQueueResult(unsent, createExecutionContext())).retryMessages).toMatchObject([{ msgId: "m0" }]);
    const delays: (number | undefined)[] = [];
    const send = (_: IndexMessage, options?: QueueSendOptions) =>
      Promise.resolve(void delays.push(options?.delaySeconds));
    const INDEX_QUEUE = { send } as unknown as Queue<IndexMessage>;
    await consume(batchOf([{ space, seq: 1 }]), { ...bindings, INDEX_QUEUE });
    expect(delays).toEqual([120]);
    await begun(Date.now() - 200_000);
    await index(space);
    expect(await find("suspicious")).toEqual(["file.txt"]);
    expect(await rowOf(node.content)).toEqual({ attempts: 0, failures: 0, has: 1, parked: null });
  });

  it("[X4] storage that fails is tried again, and given up after five times", async () => {
    const { node, space, find } = await withText("far away");
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const PACKS = { get: () => Promise.reject(new Error("no network")) } as unknown as R2Bucket;
    for (let i = 1; i <= 5; i++) {
      await expect(index.with({ ...bindings, PACKS }, space)).rejects.toThrow("sent again");
      expect(await rowOf(node.content)).toMatchObject({ attempts: 0, failures: i });
    }
    await index(space);
    quiet.mockRestore();
    expect(await rowOf(node.content)).toMatchObject({ parked: "storage_failed" });
    expect(await find("file")).toEqual(["file.txt"]);
  });

  it("[X4] what was read before the storage failed is read at once with what failed", async () => {
    const { me, node, space, find } = await withText("near by");
    const chunk = await me.chunk(new Uint8Array(new TextEncoder().encode("far away\n".repeat(40_000))));
    const parent = me.account.home.root;
    const far = await me.commitOne({ type: "createFile", parent, name: "far.txt", chunks: [chunk], mtime: 1 });
    const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
    let gets = 0;
    const get = (...asked: Parameters<R2Bucket["get"]>) =>
      ++gets > 1 ? Promise.reject(new Error("no network")) : bindings.PACKS.get(...asked);
    const PACKS = { get } as unknown as R2Bucket;
    await expect(index.with({ ...bindings, PACKS }, space)).rejects.toThrow("sent again");
    quiet.mockRestore();
    expect(gets).toBeGreaterThan(1);
    expect(await rowOf(node.content)).toMatchObject({ attempts: 0, failures: 0 });
    expect(await rowOf(far.content)).toMatchObject({ attempts: 0, failures: 1 });
    await index(space);
    expect(await find("near")).toEqual(["file.txt"]);
    expect(await find("away")).toEqual(["far.txt"]);
  });
});

describe("[X6] [X7] upkeep", () => {
  it("[X6] keeps messages that were tried to the end, once, and sends them again", async () => {
    const space = "01jd8z4m2qk7v9t3w5x6y7z8a9";
    const batch = batchOf([{ space, seq: 7 }], "ledge-index-dead");
    for (let i = 0; i < 2; i++) await consume(batch, bindings);
    expect((await getQueueResult(batch, createExecutionContext())).explicitAcks).toEqual(["m0"]);
    const listed = (await state()).deadLetters;
    expect(listed).toEqual([
      {
        id: expect.any(Number) as number,
        body: `{"space":"${space}","seq":7}`,
        at: expect.any(Number) as number,
        redrivenAt: null,
      },
    ]);
    const unknown = await administrator.api("/admin/search/redrive?letter=999999", { method: "POST" });
    expect(await unknown.json()).toEqual({ messages: 0, contents: 0 });
    const one = `/admin/search/redrive?letter=${listed[0]?.id}`;
    const answer = await administrator.api(one, { method: "POST" });
    expect(await answer.json()).toEqual({ messages: 1, contents: 0 });
    expect((await state()).deadLetters[0]?.redrivenAt).toEqual(expect.any(Number));
    expect(await (await administrator.api("/admin/search/redrive", { method: "POST" })).json()).toMatchObject({
      messages: 0,
    });
  });

  it("[X7] is made anew while searching goes on with what is there", async () => {
    const { node, space, find } = await withText("evergreen");
    await index(space);
    await SEARCH.prepare("UPDATE entries SET name = 'outdated' WHERE node_id = ?").bind(node.id).run();
    const { bound, gets } = countedPacks();
    expect((await administrator.api("/admin/search/reindex", { method: "POST" })).status).toBe(204);
    expect(await find("evergreen")).toEqual(["file.txt"]);
    expect((await state()).behind.map((each) => each.space)).toContain(space);
    expect((await state()).spaces).toMatchObject({ current: 0 });
    await index.with(bound, space);
    expect(gets()).toBeGreaterThan(0);
    expect((await state()).behind.map((each) => each.space)).not.toContain(space);
    expect((await state()).spaces).toMatchObject({ current: 1 });
    expect(await find("evergreen")).toEqual(["file.txt"]);
    const { results } = await SEARCH.prepare("SELECT name FROM entries WHERE node_id = ?").bind(node.id).all();
    expect(results).toEqual([{ name: "file.txt" }]);
    await raiseGeneration(SEARCH);
    await index(space);
    expect(await find("evergreen")).toEqual(["file.txt"]);
  });
});

function batchOf(bodies: readonly IndexMessage[], queue = "ledge-index") {
  const messages = bodies.map((body, i) => ({ id: `m${i}`, timestamp: new Date(0), attempts: 1, body }));
  return createMessageBatch<IndexMessage>(queue, messages);
}

/** The space's number in the index, as the next consumer finds it. */
async function numberOf(space: string): Promise<number> {
  const { META_0, META_1 } = env as unknown as { META_0: D1Database; META_1: D1Database };
  for (const shard of [META_0, META_1]) {
    const row = await shard.prepare("SELECT epoch FROM spaces WHERE id = ?").bind(space).first<{ epoch: string }>();
    if (row) return (await openIndexedSpace(SEARCH, space, await readGeneration(SEARCH), row.epoch, 1)).number;
  }
  throw new Error("no such space");
}
