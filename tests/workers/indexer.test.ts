import { createExecutionContext, createMessageBatch, createScheduledController, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env, IndexMessage } from "../../workers/env.ts";
import { Budget } from "../../workers/indexer/budget.ts";
import { characterMapsOf } from "../../workers/indexer/character-maps.ts";
import { indexSpace } from "../../workers/indexer/index-space.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { consume } from "../../workers/indexer/consumer.ts";
import { everyFiveMinutes } from "../../workers/indexer/every-five-minutes.ts";
import { sweepShard } from "../../workers/indexer/sweep.ts";
import {
  isOvertaken,
  openIndexedSpace,
  readGeneration,
  readIndexedSpaces,
} from "../../workers/search/indexed-spaces.ts";
import { writePage } from "../../workers/search/write-page.ts";
import { addNodes, addSpace, type SpaceRows } from "./support/tree-rows.ts";

const bindings = env as unknown as Env & { META_0: D1Database; META_1: D1Database };

async function addPlacedSpace(shard: "META_0" | "META_1", changes: number): Promise<SpaceRows> {
  const space = await addSpace(bindings[shard]);
  await addNodes(
    space,
    Array.from({ length: changes }, (_, i) => ({ name: `n${i}` })),
  );
  await bindings.DIRECTORY.prepare(
    "INSERT INTO placements (user_id, shard, space_id, root_id, created_at) VALUES (?, ?, ?, ?, 1)",
  )
    .bind(space.ownerId, shard, space.spaceId, space.rootId)
    .run();
  return space;
}

/** Delivers messages as one batch, and answers which were acknowledged and which are to be sent again. */
async function deliver(bodies: readonly unknown[], bound: Env = bindings, queue = "ledge-index") {
  const messages = bodies.map((body, i) => ({
    id: `m${i}`,
    timestamp: new Date(0),
    attempts: 1,
    body: body as IndexMessage,
  }));
  const batch = createMessageBatch<IndexMessage>(queue, messages);
  await consume(batch, bound);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { acked: explicitAcks.toSorted(), retried: retryMessages.map(({ msgId }) => msgId).toSorted() };
}

/** A queue that keeps what is sent. */
function taking(sent: IndexMessage[]): Queue<IndexMessage> {
  const queue = {
    send: (body: IndexMessage) => Promise.resolve(void sent.push(body)),
    sendBatch: (messages: { body: IndexMessage }[]) => {
      expect(messages.length).toBeLessThanOrEqual(100);
      return Promise.resolve(void sent.push(...messages.map(({ body }) => body)));
    },
  };
  return queue as unknown as Queue<IndexMessage>;
}

async function watermark(space: SpaceRows): Promise<number | undefined> {
  return (await readIndexedSpaces(bindings.SEARCH, [space.spaceId])).get(space.spaceId)?.seq;
}

// A busy machine must not use up the time of a budget: what ends here is a budget's queries.
beforeEach(() => {
  vi.spyOn(Date, "now").mockReturnValue(Date.now());
});
afterEach(() => vi.restoreAllMocks());

describe("[X1] the consumer", () => {
  it("raises a space's watermark to the space's own seq, whatever the message says", async () => {
    const space = await addPlacedSpace("META_0", 3);
    expect(await deliver([{ space: space.spaceId, seq: 999 }])).toEqual({ acked: ["m0"], retried: [] });
    expect(await watermark(space)).toBe(3);
  });

  it("takes duplicate and reordered messages, of several shards, in one batch", async () => {
    const [one, two] = [await addPlacedSpace("META_0", 5), await addPlacedSpace("META_1", 2)];
    const bodies = [
      { space: one.spaceId, seq: 5 },
      { space: two.spaceId, seq: 2 },
      { space: one.spaceId, seq: 1 },
      { space: one.spaceId, seq: 5 },
    ];
    expect((await deliver(bodies)).acked).toEqual(["m0", "m1", "m2", "m3"]);
    expect(await deliver([bodies[2]])).toEqual({ acked: ["m0"], retried: [] });
    expect([await watermark(one), await watermark(two)]).toEqual([5, 2]);
  });

  it("[X2] writes a page only on the watermark that it was read at", async () => {
    const { SEARCH } = bindings;
    const space = newId();
    const open = async () => openIndexedSpace(SEARCH, space, await readGeneration(SEARCH), "epoch", 1);
    const page = (seq: number) => ({ seq, gone: [], entries: [], texts: [], formerContents: [] });
    const first = await open();
    const second = await writePage(SEARCH, first, page(4), 1);
    for (const late of [page(2), page(4), page(7)]) {
      const error: unknown = await writePage(SEARCH, first, late, 1).catch((reason: unknown) => reason);
      expect(isOvertaken(error)).toBe(true);
    }
    expect((await open()).seq).toBe(4);
    await writePage(SEARCH, second, page(7), 1);
    expect((await open()).seq).toBe(7);
    // Of another history of the space: from the beginning.
    expect((await openIndexedSpace(SEARCH, space, first.generation, "other", 1)).seq).toBe(0);
  });

  it("[X2] leaves the watermark where it was where a page cannot be written", async () => {
    const { SEARCH } = bindings;
    const space = newId();
    const before = await openIndexedSpace(SEARCH, space, await readGeneration(SEARCH), "epoch", 1);
    const node = { id: newId(), type: "neither", name: "n", content: null, size: 0, mtime: 1 } as unknown as Node;
    const page = { seq: 5, gone: [], entries: [{ node, text: null }], texts: [], formerContents: [] };
    await expect(writePage(SEARCH, before, page, 1)).rejects.toThrow(/CHECK/);
    expect((await readIndexedSpaces(SEARCH, [space])).get(space)?.seq).toBe(0);
  });

  it("[X2] takes a space on by pages, as far as its budget goes, and the next message from there on", async () => {
    const space = await addPlacedSpace("META_0", 450);
    const { META_0, SEARCH, PACKS, MASTER_KEYS, ASSETS } = bindings;
    const shard = { name: "META_0", db: META_0.withSession("first-primary") };
    const source = { shard, ownerId: space.ownerId, packs: PACKS, keys: new PackKeys(MASTER_KEYS) };
    const marks: (number | undefined)[] = [];
    for (let isDone = false; !isDone; marks.push(await watermark(space))) {
      const budget = new Budget(Date.now() + 60_000, 31);
      isDone = await indexSpace({
        search: SEARCH,
        spaceId: space.spaceId,
        source,
        characterMap: characterMapsOf(ASSETS),
        budget,
      });
    }
    expect(marks).toEqual([201, 402, 450]);
    const found = await SEARCH.prepare(
      "SELECT count(*) AS n FROM entries e JOIN indexed_spaces s ON s.number = e.space WHERE s.space_id = ?",
    )
      .bind(space.spaceId)
      .first();
    expect(found).toEqual({ n: 450 });
  });

  it("[X2] leaves the spaces of a batch that its budget does not reach to messages of their own", async () => {
    const spaces = await Promise.all(Array.from({ length: 40 }, () => addPlacedSpace("META_1", 1)));
    const sent: IndexMessage[] = [];
    const bound = { ...bindings, INDEX_BULK_QUEUE: taking(sent) };
    const { acked, retried } = await deliver(
      spaces.map(({ spaceId }) => ({ space: spaceId, seq: 1 })),
      bound,
    );
    expect([acked.length, retried]).toEqual([40, []]);
    const reached = await Promise.all(spaces.map(watermark));
    // 30 queries a space, of 500.
    expect(reached.filter((seq) => seq === 1).length).toBeLessThan(20);
    expect(sent.map(({ space }) => space).toSorted()).toEqual(
      spaces.flatMap(({ spaceId }, i) => (reached[i] === 1 ? [] : [spaceId])).toSorted(),
    );
    for (let more = sent.splice(0); more.length > 0; more = sent.splice(0)) await deliver(more, bound);
    expect(await Promise.all(spaces.map(watermark))).toEqual(spaces.map(() => 1));
  });

  it("[X2] sends a space of many changes to the bulk, and indexes those beside it at once", async () => {
    const [many, few] = [await addPlacedSpace("META_0", 201), await addPlacedSpace("META_1", 200)];
    const bodies = [
      { space: many.spaceId, seq: 100 },
      { space: few.spaceId, seq: 1 },
      { space: many.spaceId, seq: 201 },
    ];
    const sendBatch = () => Promise.reject(new Error("no queue"));
    const INDEX_BULK_QUEUE = { sendBatch } as unknown as Queue<IndexMessage>;
    expect(await deliver(bodies, { ...bindings, INDEX_BULK_QUEUE })).toEqual({ acked: ["m1"], retried: ["m0", "m2"] });

    const sent: IndexMessage[] = [];
    const bound = { ...bindings, INDEX_BULK_QUEUE: taking(sent) };
    expect((await deliver(bodies, bound)).acked).toEqual(["m0", "m1", "m2"]);
    expect([await watermark(many), await watermark(few)]).toEqual([undefined, 200]);
    expect(sent).toEqual([{ space: many.spaceId, seq: 0 }]);
    expect((await deliver(sent.splice(0), bound, "ledge-index-bulk")).acked).toEqual(["m0"]);
    expect([await watermark(many), sent]).toEqual([201, []]);
  });

  it("[X2] has a bulk that was not come to go on before those that had their turn", async () => {
    const spaces: SpaceRows[] = [];
    for (let i = 0; i < 6; i++) spaces.push(await addPlacedSpace("META_0", 801));
    const ids = spaces.map(({ spaceId }) => spaceId);
    const sent: IndexMessage[] = [];
    const bound = { ...bindings, INDEX_BULK_QUEUE: taking(sent) };
    await deliver(
      ids.map((space) => ({ space, seq: 0 })),
      bound,
      "ledge-index-bulk",
    );
    // Four pages each, of 32 queries, are a share; four shares are all.
    const reached = [801, 801, 801, 801, undefined, undefined].map((seq) => seq && expect.any(Number));
    expect(await Promise.all(spaces.map(watermark))).toEqual(reached);
    expect(sent.map(({ space }) => space)).toEqual([...ids.slice(4), ...ids.slice(0, 4)]);
    while (sent.length > 0) await deliver(sent.splice(0), bound, "ledge-index-bulk");
    expect(await Promise.all(spaces.map(watermark))).toEqual(ids.map(() => 801));
  });

  it("[X2] takes along what comes while a space is read, for whoever brings it finds the reading begun and leaves", async () => {
    const space = await addPlacedSpace("META_0", 3);
    const { META_0, SEARCH, PACKS, MASTER_KEYS, ASSETS } = bindings;
    const shard = { name: "META_0", db: META_0.withSession("first-primary") };
    const source = { shard, ownerId: space.ownerId, packs: PACKS, keys: new PackKeys(MASTER_KEYS) };
    let pages = 0;
    const isDone = await indexSpace({
      search: SEARCH,
      spaceId: space.spaceId,
      source,
      characterMap: characterMapsOf(ASSETS),
      budget: new Budget(Date.now() + 60_000, 1_000),
      onPage: async () => {
        if (pages++ === 0) await addNodes(space, [{ name: "meanwhile" }]);
      },
    });
    expect([isDone, pages, await watermark(space)]).toEqual([true, 2, 4]);
  });

  it("acknowledges what names no space, or is no message of ours", async () => {
    expect(await deliver([{ space: newId(), seq: 1 }, { space: "?" }, null])).toEqual({
      acked: ["m0", "m1", "m2"],
      retried: [],
    });
  });

  it("has only the messages of a failing shard sent again", async () => {
    const [one, two] = [await addPlacedSpace("META_0", 1), await addPlacedSpace("META_1", 1)];
    const { META_1: _, ...withoutShard } = bindings;
    const answer = await deliver(
      [
        { space: two.spaceId, seq: 1 },
        { space: one.spaceId, seq: 1 },
      ],
      withoutShard,
    );
    expect(answer).toEqual({ acked: ["m1"], retried: ["m0"] });
    expect(await watermark(two)).toBeUndefined();
  });

  it("has all messages sent again, later, where it cannot be told which shards they are of", async () => {
    const space = await addPlacedSpace("META_0", 1);
    const prepare = () => {
      throw new Error("no directory");
    };
    const DIRECTORY = { prepare } as unknown as D1Database;
    const bodies = [{ space: space.spaceId, seq: 1 }, { space: "?" }];
    expect(await deliver(bodies, { ...bindings, DIRECTORY })).toEqual({ acked: ["m1"], retried: ["m0"] });
  });
});

describe("[T12] the sweep", () => {
  let sent: IndexMessage[];
  let recording: Env;

  beforeEach(() => {
    sent = [];
    recording = { ...bindings, INDEX_BULK_QUEUE: taking(sent) };
  });

  it("finds the spaces whose message was lost, and those only", async () => {
    await sweepShard(recording, "META_1");
    await deliver(sent.splice(0));
    const lost = [await addPlacedSpace("META_1", 2), await addPlacedSpace("META_1", 1)];
    const untouched = await addPlacedSpace("META_1", 0);
    expect(await sweepShard(recording, "META_1")).toBe(2);
    expect(sent.map(({ space }) => space).toSorted()).toEqual(lost.map(({ spaceId }) => spaceId).toSorted());
    expect(sent).not.toContainEqual(expect.objectContaining({ space: untouched.spaceId }));
    await deliver(sent);
    expect(await sweepShard(recording, "META_1")).toBe(0);
  });

  it("goes on where its last run ended, until every space had its turn", async () => {
    const spaces: SpaceRows[] = [];
    for (let i = 0; i < 14; i++) spaces.push(await addPlacedSpace("META_0", 1));
    // One space a page and ten pages a run: two to three runs make the round.
    for (let run = 0; run < 4; run++) await sweepShard(recording, "META_0", 1);
    const found = new Set(sent.map(({ space }) => space));
    for (const { spaceId } of spaces) expect(found).toContain(spaceId);
  });

  it("is run by the cron for each shard, also after one that fails", async () => {
    const space = await addPlacedSpace("META_1", 1);
    const broken = {
      prepare: () => {
        throw new Error("down");
      },
    };
    const META_0 = { withSession: () => broken } as unknown as D1Database;
    await everyFiveMinutes(createScheduledController(), { ...recording, META_0 } as Env);
    expect(sent.map(({ space: id }) => id)).toContain(space.spaceId);
  });
});
