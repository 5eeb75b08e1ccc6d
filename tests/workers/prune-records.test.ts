import { beforeEach, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { readChanges } from "../../workers/storage/changes.ts";
import { COMMIT_MS, OPERATION_MS, PRUNE_QUERIES, pruneRecords } from "../../workers/storage/prune-records.ts";
import { openShard } from "../../workers/storage/shards.ts";
import type { CommitDatabase } from "../../workers/storage/commit-load.ts";
import { codesOf, commitTo, makeSpace, META_0, nodesOf, type TestSpace } from "./support/commit-space.ts";
import { env } from "./support/storage.ts";

const NOW = Date.now();
const DAY = 86_400_000;
const shard = () => openShard(env, "META_0", "first-primary");
const folder = (space: TestSpace, name: string) => ({ type: "createFolder" as const, parent: space.rootId, name });

/** Commits each age, in days, one folder named after it. */
async function history(space: TestSpace, ...ages: number[]): Promise<void> {
  for (const age of ages) {
    const operationId = newId();
    const { seq } = await commitTo(space, [folder(space, `day -${age}`)], { operationId });
    await META_0.batch([
      META_0.prepare("UPDATE commits SET at = ? WHERE space_id = ? AND seq = ?").bind(
        NOW - age * DAY,
        space.spaceId,
        seq,
      ),
      META_0.prepare("UPDATE operations SET at = ? WHERE space_id = ? AND id = ?").bind(
        NOW - age * DAY,
        space.spaceId,
        operationId,
      ),
    ]);
  }
}

async function kept(space: TestSpace, table: "commits" | "operations"): Promise<number[]> {
  const { results } = await META_0.prepare(`SELECT at FROM ${table} WHERE space_id = ? ORDER BY at`)
    .bind(space.spaceId)
    .all<{ at: number }>();
  return results.map(({ at }) => Math.round((NOW - at) / DAY));
}

beforeEach(async () => {
  await META_0.batch([
    META_0.prepare("DELETE FROM operations"),
    META_0.prepare("DELETE FROM commits"),
    META_0.prepare("DELETE FROM collector_walks"),
  ]);
});

it("[T15] [T17] operations go after 30 days, commits after 90, but for each space's newest", async () => {
  const [busy, quiet, empty] = [await makeSpace(), await makeSpace(), await makeSpace()];
  await history(busy, 200, 91, 89, 31, 29, 0);
  await history(quiet, 300, 200);
  expect(await pruneRecords(shard(), NOW)).toEqual({ operations: 6, commits: 3 });
  expect(await kept(busy, "commits")).toEqual([89, 31, 29, 0]);
  expect(await kept(busy, "operations")).toEqual([29, 0]);
  expect(await kept(quiet, "commits")).toEqual([200]);
  expect(await kept(empty, "commits")).toEqual([]);
  expect(await pruneRecords(shard(), NOW)).toEqual({ operations: 0, commits: 0 });
});

it("[T15] [T17] a run is bounded, and the next ones go on with the rest and with the other spaces", async () => {
  const spaces = [];
  for (let i = 0; i < 5; i++) {
    const space = await makeSpace();
    await history(space, 400, 300, 200, 100);
    spaces.push(space);
  }
  const budget = { operations: 3, commits: 2, spaces: 2 };
  let runs = 0;
  for (const deleted = { operations: 0, commits: 0 }; deleted.operations < 20 || deleted.commits < 15; runs++) {
    if (runs > 60) throw new Error("the rounds do not end");
    const run = await pruneRecords(shard(), NOW, budget);
    expect(run.operations).toBeLessThanOrEqual(3);
    expect(run.commits).toBeLessThanOrEqual(2);
    deleted.operations += run.operations;
    deleted.commits += run.commits;
  }
  for (const space of spaces) expect(await kept(space, "commits")).toEqual([100]);
});

it("[T15] a request sent again within 30 days is a replay, and a new one afterwards", async () => {
  const space = await makeSpace();
  const operationId = newId();
  const operations = [{ ...folder(space, "once"), onConflict: "rename" as const }];
  const first = await commitTo(space, operations, { operationId });
  await pruneRecords(shard(), NOW + OPERATION_MS - DAY);
  expect(await commitTo(space, operations, { operationId })).toEqual({ ...first, replayed: true });
  await pruneRecords(shard(), NOW + OPERATION_MS + DAY);
  expect(nodesOf(await commitTo(space, operations, { operationId }))[0]?.name).toBe("once (2)");
});

it("[T17] [S1] since a time before the kept history answers from the beginning, later ones as before", async () => {
  const space = await makeSpace();
  await history(space, 300, 200, 100, 50, 10);
  const since = async (age: number) => {
    const time = new Date(NOW - age * DAY).toISOString();
    return (await readChanges(shard(), space.spaceId, time, 100)).changes.map(({ name }) => name);
  };
  const before = new Map<number, string[]>();
  for (const age of [250, 150, 60, 40, 5]) before.set(age, await since(age));
  await pruneRecords(shard(), NOW);
  const all = ["", "day -300", "day -200", "day -100", "day -50", "day -10"];
  for (const age of [400, 250, 150, 60]) expect(await since(age)).toEqual(all);
  for (const age of [40, 5]) expect(await since(age)).toEqual(before.get(age));
  for (const [age, names] of before) expect(await since(age)).toEqual(expect.arrayContaining(names));
  await pruneRecords(shard(), NOW + 2 * COMMIT_MS);
  expect(await since(5)).toEqual(["day -10"]);
});

it("[I4] [T17] a stale writer is fenced though the row of the commit that was faster has been pruned", async () => {
  const space = await makeSpace();
  await history(space, 300);
  let batches = 0;
  const stale: CommitDatabase = {
    prepare: (sql) => META_0.prepare(sql),
    batch: async (statements) => {
      // Between its read and its write two others commit, and the rows of both seqs that it could meet are removed.
      if (++batches === 2) {
        await history(space, 200, 150);
        await META_0.prepare("DELETE FROM commits WHERE space_id = ?").bind(space.spaceId).run();
      }
      return META_0.batch(statements);
    },
  };
  const response = await commitTo(space, [folder(space, "day -200"), folder(space, "free")], { db: stale });
  expect(batches).toBe(4);
  expect(codesOf(response)).toEqual(["name_conflict", null]);
  expect(response.seq).toBe(4);
});

it("pruning finds its rows by index", async () => {
  const planOf = async (query: string) => {
    const bound = query.replaceAll(/\?\d/g, "'[]'");
    const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${bound}`).all<{ detail: string }>();
    return results.map(({ detail }) => detail).join("\n");
  };
  const operations = await planOf(PRUNE_QUERIES.PRUNE_OPERATIONS);
  expect(operations).toMatch(/USING COVERING INDEX operations_time \(at<\?\)/);
  expect(operations).toMatch(/SEARCH operations USING PRIMARY KEY \(space_id=\? AND id=\?\)/);
  expect(await planOf(PRUNE_QUERIES.NEWEST_COMMITS)).toMatch(/SEARCH c USING PRIMARY KEY \(space_id=\?\)/);
  const commits = await planOf(PRUNE_QUERIES.PRUNE_COMMITS);
  expect(commits).toMatch(/SEARCH c USING COVERING INDEX commits_time \(space_id=\? AND at<\?\)/);
  expect(commits).toMatch(/SEARCH commits USING PRIMARY KEY \(space_id=\? AND base_seq=\?\)/);
});
