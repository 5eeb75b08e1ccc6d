import { describe, expect, it } from "vitest";
import { RECENT_NODES } from "../../core/tree-state.ts";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import { RECENT } from "../../workers/storage/commit-queries.ts";
import { codesOf, commitTo, folder, makeSpace, META_0, nodesOf, type TestSpace } from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";

const file = (parent: string, name: string, id = newId()): OperationInput => ({
  type: "createFile",
  parent,
  name,
  id,
  chunks: [],
  mtime: 7,
});
const trash = (node: string, baseSeq: number): OperationInput => ({ type: "trash", node, baseSeq });
const touch = (node: string): OperationInput => ({ type: "updateFile", node, baseVersion: 1, chunks: [], mtime: 8 });

/** `top/sub/leaf` and a folder beside it, of `size` files. */
async function sample(size = 1) {
  const space = await makeSpace();
  const [top, sub, leaf, away] = [newId(), newId(), newId(), newId()];
  const files = Array.from({ length: size }, (_, i) => file(away, `f${i}`));
  await commitTo(space, [folder(space.rootId, "top", top), folder(top, "sub", sub), file(sub, "leaf", leaf)]);
  const { seq } = await commitTo(space, [folder(space.rootId, "away", away), ...files.slice(0, 999)]);
  return { space, top, sub, leaf, away, seq };
}

/** Rows that a commit reads and writes. */
async function cost(space: TestSpace, operation: OperationInput) {
  const { shard, rows } = countingShard("META_0", META_0);
  nodesOf(await commitTo(space, [operation], { db: shard.db }));
  return rows;
}

describe("[T18] trash with a baseSeq", () => {
  it("fails with stale_base, showing the node, where something live below changed by then", async () => {
    const { space, top, leaf, away, seq } = await sample();
    await commitTo(space, [touch(leaf)]);
    const refused = await commitTo(space, [trash(top, seq), trash(away, seq)]);
    expect(codesOf(refused)).toEqual(["stale_base", null]);
    expect(refused.results[0]).toMatchObject({ node: { id: top, state: "live" } });
    expect(codesOf(await commitTo(space, [trash(leaf, seq)]))).toEqual(["stale_base"]);
    expect(codesOf(await commitTo(space, [trash(top, seq + 1)]))).toEqual([null]);
  });

  it("does not mind what was trashed below, and sees what was moved in", async () => {
    const { space, top, sub, leaf, away, seq } = await sample();
    await commitTo(space, [touch(leaf), { type: "trash", node: sub }]);
    const { seq: later } = await commitTo(space, [{ type: "move", node: away, parent: top }]);
    expect(codesOf(await commitTo(space, [trash(top, later - 1)]))).toEqual(["stale_base"]);
    await commitTo(space, [{ type: "move", node: away, parent: space.rootId }]);
    expect(codesOf(await commitTo(space, [trash(top, seq)]))).toEqual([null]);
  });

  it("refuses where more changed than it looks through", async () => {
    const { space, top, leaf, away, seq } = await sample();
    const others = Array.from({ length: RECENT_NODES - 1 }, (_, i) => file(away, `more${i}`));
    await commitTo(space, others);
    await commitTo(space, [file(away, "a")]);
    expect(codesOf(await commitTo(space, [trash(leaf, seq - 1), trash(top, seq - 1)]))).toEqual([null, "stale_base"]);
    expect(codesOf(await commitTo(space, [trash(top, seq + 1)]))).toEqual([null]);
  });

  it("reads and writes as little in a large space as in a small one, and hardly more than without", async () => {
    const [small, large] = [await sample(), await sample(999)];
    const ofSmall = await cost(small.space, trash(small.top, small.seq));
    const ofLarge = await cost(large.space, trash(large.top, large.seq));
    const plain = await sample();
    const without = await cost(plain.space, { type: "trash", node: plain.top });
    console.log("trash of a folder, rows:", { with: ofLarge, without });
    expect(ofLarge).toEqual(ofSmall);
    expect(ofLarge.written).toBe(without.written);
    expect(ofLarge.read - without.read).toBeLessThan(5);
  });

  it("finds what changed in the journal, from its end", async () => {
    const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${RECENT}`).bind("", 0, 1).all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).toMatch(/SEARCH n USING COVERING INDEX nodes_seq \(space_id=\? AND seq>\?\)/);
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN n\b/);
  });
});
