import fc from "fast-check";
import { expect, it } from "vitest";
import { nameKey } from "../../core/names.ts";
import { contentId } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import type { CommitDatabase } from "../../workers/storage/commit-load.ts";
import { reapStep } from "../../workers/storage/commit-reap.ts";
import { histories, sortEntries, TreeModel, type ModelEntry } from "../unit/support/tree-model.ts";
import {
  chunk,
  codesOf,
  commitTo,
  findDefects,
  hold,
  makeSpace,
  META_0,
  nodesOf,
  type TestSpace,
} from "./support/commit-space.ts";

/** A database whose `nth` batch (from 1) fails before or after it is carried out. */
function failing(nth: number, when: "before" | "after", message: string): CommitDatabase {
  let batches = 0;
  return {
    prepare: (sql) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const fails = ++batches === nth;
      if (fails && when === "before") throw new Error(message);
      const answers = await META_0.batch<T>(statements);
      if (fails) throw new Error(message);
      return answers;
    },
  };
}

interface StoredNode {
  readonly id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly name_key: string;
  readonly type: string;
  readonly state: string;
  readonly content_id: string | null;
  readonly versions: number;
}

/** What D1 holds, in the model's terms. */
async function entriesOf(space: TestSpace): Promise<ModelEntry[]> {
  const { results } = await META_0.prepare(
    `SELECT n.*, (SELECT count(*) FROM versions v WHERE v.space_id = n.space_id AND v.node_id = n.id) AS versions
     FROM nodes n WHERE n.space_id = ?`,
  )
    .bind(space.spaceId)
    .all<StoredNode>();
  const nodes = new Map(results.map((node) => [node.id, node]));
  const entries: ModelEntry[] = [];
  for (const node of results) {
    const chain = [node];
    for (let above = nodes.get(node.parent_id ?? ""); above; above = nodes.get(above.parent_id ?? ""))
      chain.unshift(above);
    if (chain.some((each) => each.state === "purged")) continue;
    expect(node.name_key).toBe(nameKey(node.name));
    const path = chain.map((each) => `${each.name}:${each.state}`).join("/");
    entries.push({ path, type: node.type, versions: node.versions, content: node.content_id });
  }
  return sortEntries(entries);
}

const steps = [1, 2, 3].flatMap((nth) => (["before", "after"] as const).map((when) => ({ nth, when })));

it.each(steps)("[I2][I5] a crash $when batch $nth, then the same request again: done once", async ({ nth, when }) => {
  const space = await makeSpace();
  await hold(space, [chunk(1), chunk(2)]);
  await commitTo(space, [{ type: "createFolder", parent: space.rootId, name: "f.txt" }]);
  const operationId = newId();
  // The taken name costs a second read: batches are read, read, write.
  const operations: OperationInput[] = [
    {
      type: "createFile",
      parent: space.rootId,
      name: "f.txt",
      chunks: [chunk(1), chunk(2)],
      mtime: 1,
      onConflict: "rename",
    },
    { type: "createFile", parent: space.rootId, name: "g", chunks: [chunk(1)], mtime: 1 },
  ];
  await expect(
    commitTo(space, operations, { db: failing(nth, when, "the machine went away"), operationId }),
  ).rejects.toThrow(/went away/);
  expect(await findDefects(space)).toEqual([]);
  const response = await commitTo(space, operations, { operationId });
  expect(response.replayed).toBe(nth === 3 && when === "after");
  expect(nodesOf(response).map((node) => node.name)).toEqual(["f (2).txt", "g"]);
  expect(response.seq).toBe(3);
  expect(await entriesOf(space)).toHaveLength(4);
  expect(await findDefects(space)).toEqual([]);
});

it.each(steps)("[I5] the connection lost $when batch $nth is made up for within the request", async ({ nth, when }) => {
  const space = await makeSpace();
  await commitTo(space, [{ type: "createFolder", parent: space.rootId, name: "a" }]);
  const operation: OperationInput = { type: "createFolder", parent: space.rootId, name: "a", onConflict: "rename" };
  const response = await commitTo(space, [operation], { db: failing(nth, when, "D1_ERROR: Network connection lost.") });
  expect(nodesOf(response)[0]?.name).toBe("a (2)");
  expect(response.seq).toBe(2);
  expect(await findDefects(space)).toEqual([]);
});

it.each(steps.slice(0, 4))("[T8] reaping that is cut off $when batch $nth goes on later", async ({ nth, when }) => {
  const space = await makeSpace();
  await hold(space, [chunk(1)]);
  const top = newId();
  await commitTo(space, [
    { type: "createFolder", parent: space.rootId, name: "top", id: top },
    { type: "createFile", parent: top, name: "f", chunks: [chunk(1)], mtime: 1 },
    { type: "trash", node: top },
    { type: "purge", node: top },
  ]);
  await expect(reapStep(failing(nth, when, "cut off"), { ...space, now: 1 })).rejects.toThrow("cut off");
  expect(await findDefects(space)).toEqual([]);
  for (let step = 0; step < 5 && !(await reapStep(META_0, { ...space, now: 1 })).isDone; step++);
  expect(
    await META_0.prepare("SELECT count(*) AS n FROM versions WHERE space_id = ?").bind(space.spaceId).first("n"),
  ).toBe(0);
  expect(await findDefects(space)).toEqual([]);
});

it("[I2][T1] random histories through D1 do what the model does, and counts equal a recount", async () => {
  const chunks = [chunk(1), chunk(2), chunk(3)];
  const held = new Map(chunks.slice(0, 2).map(({ id, size }) => [id, size]));
  const ids = Array.from({ length: 7 }, () => newId());
  const hashOf = (content: string | null) =>
    content === null ? null : contentId(content === "" ? [] : content.split(",").map((id) => ({ id, size: 4096 })));
  await fc.assert(
    fc.asyncProperty(
      histories(ids, "ROOT", chunks, { commits: 12, operations: 8 }),
      fc.boolean(),
      async (history, reaps) => {
        const space = await makeSpace();
        await hold(space, chunks.slice(0, 2));
        const model = new TreeModel(space.rootId, held);
        for (const commit of history) {
          const operations = commit.map((each) =>
            "parent" in each && each.parent === "ROOT" ? { ...each, parent: space.rootId } : each,
          );
          expect(codesOf(await commitTo(space, operations))).toEqual(model.commit(operations));
          if (reaps) await reapStep(META_0, { ...space, now: 1 });
        }
        const expected = model.entries().map((entry) => ({ ...entry, content: hashOf(entry.content) }));
        expect(await entriesOf(space)).toEqual(sortEntries(expected));
        expect(await findDefects(space)).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
