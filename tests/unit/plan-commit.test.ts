import { describe, expect, it } from "vitest";
import { planCommits, type Plan } from "../../core/plan-commit.ts";
import { emptyState, type TreeState } from "../../core/tree-state.ts";
import type { Node, Operation } from "../../protocol/tree.ts";
import { MemorySpace } from "./support/memory-space.ts";

const folder = (
  id: string,
  parent: string,
  name: string,
  onConflict: "fail" | "rename" | "reuse" = "fail",
): Operation => ({
  type: "createFolder",
  id,
  parent,
  name,
  onConflict,
});
const move = (node: string, name: string): Operation => ({ type: "move", node, name, onConflict: "fail" });

function plan(state: TreeState, ...operations: Operation[]): Plan {
  return planCommits(state, [{ operations, authorId: "u", scope: null }], { now: 5, newId: () => "made" });
}

function rootOnly(): TreeState {
  const state = emptyState("s", "root", 0);
  state.nodes.set("root", new MemorySpace("root", new Map()).nodes.get("root") ?? null);
  return state;
}

describe("a plan", () => {
  it("asks for what is not loaded, for all operations at once, and leaves its state as it is", () => {
    const state = rootOnly();
    const asked = plan(state, folder("a", "root", "A"), folder("b", "root", "B"), move("c", "x"));
    if (!("needs" in asked)) throw new Error("nothing was loaded");
    expect([...asked.needs.names.values()].length + asked.needs.nodes.size).toBe(3);
    expect([state.nodes.size, state.names.size, state.seq]).toEqual([1, 0, 0]);
  });

  it("[T2] gives each change the next seq, none to what changes nothing, and a node its latest", () => {
    const space = new MemorySpace("root", new Map());
    const [first] = space.commit([
      {
        operations: [folder("a", "root", "a"), move("a", "b"), move("a", "b"), folder("c", "root", "B")],
        authorId: "u",
        scope: null,
      },
    ]);
    const seqs = first?.results.map((result) => (result.ok ? result.node.seq : result.code));
    expect(seqs).toEqual([1, 2, 2, "name_conflict"]);
    expect(first?.seq).toBe(2);
    const [second, third] = space.commit([
      { operations: [folder("d", "a", "d")], authorId: "u", scope: null },
      { operations: [{ type: "trash", node: "a" }], authorId: "u", scope: null },
    ]);
    expect([second?.seq, third?.seq, space.seq]).toEqual([3, 4, 4]);
  });

  it("[I7] names the nodes that must let go of their names first", () => {
    const space = new MemorySpace("root", new Map());
    space.commit([{ operations: [folder("a", "root", "a"), folder("b", "root", "b")], authorId: "u", scope: null }]);
    const state = rootOnly();
    for (const node of space.nodes.values()) state.nodes.set(node.id, node);
    for (const [key, id] of [
      ["a", "a"],
      ["b", "b"],
      ["tmp", null],
    ] as const)
      state.names.set(`root/${key}`, id);
    const swapped = plan({ ...state, seq: 2 }, move("a", "tmp"), move("b", "a"), move("a", "b"));
    if ("needs" in swapped) throw new Error("everything was loaded");
    expect(new Set(swapped.changes.vacated)).toEqual(new Set(["a", "b"]));
    expect(swapped.changes).toMatchObject({ baseSeq: 2, seq: 5 });
  });

  it("[T1] a reused folder's client id stands for it, in its own commit only", () => {
    const space = new MemorySpace("root", new Map());
    space.commit([{ operations: [folder("a", "root", "a")], authorId: "u", scope: null }]);
    const [made, other] = space.commit([
      { operations: [folder("x", "root", "A", "reuse"), folder("y", "x", "below")], authorId: "u", scope: null },
      { operations: [folder("z", "x", "below")], authorId: "u", scope: null },
    ]);
    const nodes = made?.results.map((result): Partial<Node> => (result.ok ? result.node : {}));
    expect(nodes).toMatchObject([
      { id: "a", name: "a" },
      { id: "y", parent: "a" },
    ]);
    expect(other?.results).toMatchObject([{ ok: false, code: "parent_not_found" }]);
  });

  it("the root is never moved, trashed or copied below itself", () => {
    const space = new MemorySpace("root", new Map());
    const operations: Operation[] = [
      move("root", "x"),
      { type: "trash", node: "root" },
      { type: "copy", node: "root", parent: "root", onConflict: "rename" },
      { type: "purge", node: "root" },
      { type: "restore", node: "root", onConflict: "fail" },
    ];
    const [planned] = space.commit([{ operations, authorId: "u", scope: null }]);
    const codes = planned?.results.map((result) => (result.ok ? null : result.code));
    expect(codes).toEqual(["root_immutable", "root_immutable", "would_cycle", "not_trashed", "not_trashed"]);
  });
});
