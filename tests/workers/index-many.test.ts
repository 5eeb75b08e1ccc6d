import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Env } from "../../workers/env.ts";
import { raiseGeneration, readGeneration } from "../../workers/search/indexed-spaces.ts";
import { index, namesFound } from "./support/indexing.ts";
import { someone, type Someone } from "./support/searcher.ts";
import { addNodes } from "./support/tree-rows.ts";

const bindings = env as unknown as Env & { META_0: D1Database; META_1: D1Database };
const { SEARCH } = bindings;

/** Nodes of one space. With 50,000 it was tried by hand, and came to the same. */
const NODES = 3_000;

/** Nodes of a space by tens of thousands, as many commits would bring them, none of them indexed. */
async function addMany({ spaceId, rootId, shard, me }: Someone, parent: string, name: string, count: number) {
  const rows = { database: bindings[shard], ownerId: me.account.userId, spaceId, rootId, epoch: "" };
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1_000) {
    const seeds = Array.from({ length: Math.min(1_000, count - at) }, (_, i) => ({
      parent,
      name: `${name} ${at + i}.bin`,
    }));
    ids.push(...(await addNodes(rows, seeds)));
  }
  return ids;
}

/** What is in the index of a space, by node: what was written, and what is found by a term that all have. */
async function indexed(spaceId: string) {
  const space = await SEARCH.prepare("SELECT number, seq FROM indexed_spaces WHERE space_id = ?")
    .bind(spaceId)
    .first<{ number: number; seq: number }>();
  const all = `"f${(space?.number ?? 0).toString(36).padStart(5, "0")}a"`;
  const [entries, found] = await SEARCH.batch<{ id: number; name: string; generation: number }>([
    SEARCH.prepare("SELECT id, name, generation FROM entries WHERE space = ? ORDER BY id").bind(space?.number ?? 0),
    SEARCH.prepare("SELECT rowid AS id FROM terms WHERE terms MATCH ? ORDER BY rowid").bind(all),
  ]);
  return { seq: space?.seq, entries: entries?.results ?? [], found: (found?.results ?? []).map(({ id }) => id) };
}

it("[X1] [X2] [X7] thousands of changes are indexed once each, by several consumers, reindexed and changed meanwhile", async () => {
  const one = await someone();
  const ids = await addMany(one, one.folder.id, "pebble", NODES);
  const consumers = () => Promise.all([index(one.spaceId), index(one.spaceId), index(one.spaceId)]);
  const changes = async () => {
    for (const [i, node] of ids.slice(0, 12).entries()) {
      if (i % 4 === 0) await raiseGeneration(SEARCH);
      await one.me.commitOne({ type: "move", node, name: `renamed ${i}.bin` });
    }
    const gone = await one.me.folder();
    for (const node of ids.slice(12, 18)) await one.me.commitOne({ type: "move", node, parent: gone.id });
    await one.me.commitOne({ type: "trash", node: gone.id });
    await one.me.commitOne({ type: "purge", node: gone.id });
  };
  await Promise.all([consumers(), changes()]);
  const gone = JSON.stringify(ids.slice(12, 18));
  const left = bindings[one.shard].prepare(
    `SELECT count(*) AS count FROM json_each(?2) j CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = j.value AND n.state <> 'purged'`,
  );
  await vi.waitUntil(async () => (await left.bind(one.spaceId, gone).first("count")) === 0, { timeout: 60_000 });
  await consumers();
  const { seq, entries, found } = await indexed(one.spaceId);
  const { results: nodes } = await bindings[one.shard]
    .prepare("SELECT name FROM nodes WHERE space_id = ? AND state <> 'purged' AND parent_id IS NOT NULL")
    .bind(one.spaceId)
    .all<{ name: string }>();
  const head = await bindings[one.shard].prepare("SELECT seq FROM spaces WHERE id = ?").bind(one.spaceId).first("seq");
  expect(seq).toBe(head);
  expect(entries.map(({ name }) => name).toSorted()).toEqual(nodes.map(({ name }) => name).toSorted());
  expect(found).toEqual(entries.map(({ id }) => id));
  const generation = await readGeneration(SEARCH);
  expect(new Set(entries.map((entry) => entry.generation))).toEqual(new Set([generation]));
  expect((await namesFound(one.me.account, "renamed")).toSorted()).toEqual(
    Array.from({ length: 12 }, (_, i) => `renamed ${i}.bin`).toSorted(),
  );
  expect(await namesFound(one.me.account, `"pebble ${NODES - 1}"`)).toEqual([`pebble ${NODES - 1}.bin`]);
}, 180_000);
