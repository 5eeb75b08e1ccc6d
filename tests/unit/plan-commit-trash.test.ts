import { describe, expect, it, vi } from "vitest";
import { TreeDraft } from "../../core/commit/draft.ts";
import { RECENT_NODES } from "../../core/tree-state.ts";
import type { CommitToPlan } from "../../core/plan-commit.ts";
import type { Operation } from "../../protocol/tree.ts";
import { MemorySpace } from "./support/memory-space.ts";

const commitOf = (...operations: Operation[]): CommitToPlan => ({ operations, authorId: "u", scope: null });
const folder = (id: string, parent: string): Operation => ({
  type: "createFolder",
  id,
  parent,
  name: id,
  onConflict: "fail",
});
const file = (id: string, parent: string): Operation => ({
  type: "createFile",
  id,
  parent,
  name: id,
  chunks: [],
  mtime: 1,
  executable: false,
  onConflict: "fail",
});
const touch = (node: string, baseVersion = 1): Operation => ({
  type: "updateFile",
  node,
  baseVersion,
  chunks: [],
  mtime: baseVersion + 1,
  executable: false,
});
const move = (node: string, to: { parent?: string; name?: string }): Operation => ({
  type: "move",
  node,
  ...to,
  onConflict: "fail",
});
const trash = (node: string, baseSeq?: number): Operation => ({
  type: "trash",
  node,
  ...(baseSeq !== undefined && { baseSeq }),
});

/** A space with `top/sub/leaf`, `top/near` and `away/far`. */
function sample(): MemorySpace {
  const space = new MemorySpace("root", new Map());
  const made = commitOf(
    folder("top", "root"),
    folder("sub", "top"),
    file("leaf", "sub"),
    file("near", "top"),
    folder("away", "root"),
    file("far", "away"),
  );
  space.commit([made]);
  return space;
}

/** What the last operation of a commit that begins as `group` ends with. */
function last(space: MemorySpace, ...group: CommitToPlan[]): string {
  const result = space.commit(group).at(-1)?.results.at(-1);
  if (!result) throw new Error("there is no result");
  return result.ok ? "done" : result.code;
}

describe("[T18] trash with a baseSeq", () => {
  it("goes through where nothing changed since, whatever happened elsewhere", () => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(touch("far"), folder("new", "away"), move("away", { name: "b" }))]);
    expect(last(space, commitOf(trash("top", base)))).toBe("done");
  });

  it.each([
    ["the folder renamed", move("top", { name: "x" })],
    ["a file far below updated", touch("leaf")],
    ["a file below renamed", move("near", { name: "x" })],
    ["a folder below renamed", move("sub", { name: "x" })],
    ["something made below", file("new", "sub")],
    ["something moved in", move("far", { parent: "sub" })],
    ["a folder moved in, with something in it", move("away", { parent: "top" })],
    ["something copied in", { type: "copy", node: "far", parent: "sub", onConflict: "fail" } satisfies Operation],
  ])("refuses where there was %s, and shows the node", (_, operation) => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(operation)]);
    const [planned] = space.commit([commitOf(trash("top", base))]);
    expect(planned?.results[0]).toMatchObject({ ok: false, code: "stale_base", node: { id: "top" } });
    expect(last(space, commitOf(trash("top", space.seq)))).toBe("done");
  });

  it("does not mind what was trashed below, purged, or moved away", () => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(touch("leaf"), trash("sub"), move("near", { parent: "away" }))]);
    space.commit([commitOf(touch("far"), { type: "purge", node: "sub" })]);
    expect(last(space, commitOf(trash("top", base)))).toBe("done");
  });

  it("[Y20] refuses a seq that the space has not reached: it is of a history that was rolled back", () => {
    const space = sample();
    for (const node of ["top", "leaf"]) {
      const [planned] = space.commit([commitOf(trash(node, space.seq + 1))]);
      expect(planned?.results[0]).toMatchObject({ ok: false, code: "stale_base", node: { id: node } });
    }
    const own = [commitOf(touch("far"), touch("far", 2), trash("top", space.seq + 1))];
    expect(last(space, ...own)).toBe("stale_base");
    expect(last(space, commitOf(trash("top", space.seq)))).toBe("done");
  });

  it("looks at a file's own changes only", () => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(touch("near"))]);
    expect(last(space, commitOf(trash("leaf", base)))).toBe("done");
    expect(last(space, commitOf(trash("near", base)))).toBe("stale_base");
  });

  it("does not count its own commit's changes, but those of others of the same group", () => {
    const own = sample();
    expect(last(own, commitOf(touch("leaf"), touch("leaf", 2), file("new", "sub"), trash("top", own.seq)))).toBe(
      "done",
    );
    const others = sample();
    expect(last(others, commitOf(touch("leaf")), commitOf(trash("top", others.seq)))).toBe("stale_base");
    const both = sample();
    const group = [commitOf(touch("leaf")), commitOf(touch("leaf", 2), trash("top", both.seq))] as const;
    expect(last(both, ...group)).toBe("stale_base");
  });

  it("judges by where things are at that moment", () => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(touch("leaf"), touch("far"))]);
    const out = commitOf(move("leaf", { parent: "root" }), trash("top", base));
    expect(last(space, out)).toBe("done");
    const other = sample();
    other.commit([commitOf(touch("far"))]);
    expect(last(other, commitOf(move("away", { parent: "sub" }), trash("top", base)))).toBe("stale_base");
  });

  it("judges each of a commit's operations by what those before it left", () => {
    const space = sample();
    const base = space.seq;
    space.commit([commitOf(touch("leaf"), touch("far"))]);
    const [planned] = space.commit([
      commitOf(
        trash("top", base),
        move("leaf", { parent: "root" }),
        trash("top", base),
        trash("away", base),
        trash("away"),
        { type: "restore", node: "top", onConflict: "fail" },
        { type: "restore", node: "away", parent: "top", onConflict: "fail" },
        trash("top", base),
        trash("sub", base),
        move("leaf", { parent: "away" }),
        trash("far"),
        trash("away", base),
        trash("leaf"),
        trash("top", base),
      ),
    ]);
    expect(planned?.results.map((result) => (result.ok ? "done" : result.code))).toEqual(
      [
        ["stale_base", "done", "done", "stale_base", "done", "done", "done"],
        ["stale_base", "done", "done", "done", "stale_base", "done", "done"],
      ].flat(),
    );
  });

  it("looks through what changed once for a whole commit, however deep it lies", () => {
    const space = sample();
    const tops = Array.from({ length: 500 }, (_, i) => `top${i}`);
    space.commit([commitOf(...tops.map((id) => folder(id, "root")))]);
    const chain = Array.from({ length: 100 }, (_, i) => folder(`d${i}`, i === 0 ? "root" : `d${i - 1}`));
    space.commit([commitOf(...chain)]);
    const base = space.seq;
    space.commit([commitOf(...Array.from({ length: 800 }, (_, i) => file(`f${i}`, `d${i % 100}`)))]);
    const walked = vi.spyOn(TreeDraft.prototype, "node");
    const [planned] = space.commit([commitOf(...tops.map((id) => trash(id, base)))]);
    expect(planned?.results.every((result) => result.ok)).toBe(true);
    expect(walked.mock.calls.length).toBeLessThan(10_000);
    walked.mockRestore();
  });

  it("refuses where too much changed to look through, for old bases only", () => {
    const space = sample();
    const base = space.seq;
    const many = Array.from({ length: RECENT_NODES }, (_, i) => file(`n${i}`, "away"));
    space.commit([commitOf(...many)]);
    expect(last(space, commitOf(trash("far", base), trash("top", base)))).toBe("done");
    space.commit([commitOf({ type: "restore", node: "top", onConflict: "fail" })]);
    const base2 = space.seq - 1;
    space.commit([commitOf(touch("n1"))]);
    const [planned] = space.commit([commitOf(trash("sub", base - 1), trash("sub", base2))]);
    expect(planned?.results.map((result) => (result.ok ? "done" : result.code))).toEqual(["stale_base", "done"]);
  });
});
