import { describe, expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { MemorySpace } from "./support/memory-space.ts";

/** A space with the shared folders `one` and `two`, a file in the first, and folders beside them. */
function sample(): MemorySpace {
  const space = new MemorySpace("root", new Map());
  const folders = [
    ["one", "root"],
    ["two", "root"],
    ["target", "two"],
    ["beside", "root"],
  ] as const;
  run(space, [
    ...folders.map(([id, parent]): AnyOperation => ({
      type: "createFolder",
      id,
      parent,
      name: id,
      onConflict: "fail",
    })),
    {
      type: "createFile",
      id: "file",
      parent: "one",
      name: "file",
      chunks: [],
      mtime: 1,
      executable: false,
      onConflict: "fail",
    },
  ]);
  space.shared.add("one").add("two");
  return space;
}

/** What each operation fails with; "ok" where it does not. */
function run(space: MemorySpace, operations: readonly AnyOperation[]): string[] {
  const [planned] = space.commit([{ operations, authorId: "u", scope: null }]);
  return planned!.results.map((result) => (result.ok ? "ok" : result.code));
}

const move = (node: string, parent: string, from: string | null, to: string | null): AnyOperation => ({
  type: "move",
  node,
  parent,
  onConflict: "fail",
  between: { from, to },
});

describe("a move between spaces of one owner", () => {
  it("[M11] goes from one shared folder into another, and home", () => {
    const space = sample();
    expect(run(space, [move("file", "target", "one", "two")])).toEqual(["ok"]);
    expect(run(space, [move("file", "two", "two", "two")])).toEqual(["ok"]);
    expect(run(space, [move("file", "root", "two", null)])).toEqual(["ok"]);
    expect(run(space, [move("file", "one", null, "one")])).toEqual(["ok"]);
  });

  it("[M11] [M3] is decided by where both ends are when it is carried out, not when it was asked for", () => {
    const space = sample();
    run(space, [move("target", "beside", null, null)]);
    expect(run(space, [move("file", "target", "one", "two")])).toEqual(["parent_not_found"]);
    run(space, [move("file", "beside", null, null)]);
    expect(run(space, [move("file", "two", "one", "two")])).toEqual(["not_found"]);
    // Moved away by an operation of the same commit.
    const other = sample();
    expect(run(other, [move("file", "beside", null, null), move("file", "two", "one", "two")])).toEqual([
      "ok",
      "not_found",
    ]);
  });

  it("[M11] [M10] goes into no folder, and out of none, that is in the trash or not shared any more", () => {
    const space = sample();
    run(space, [{ type: "trash", node: "two" }]);
    expect(run(space, [move("file", "target", "one", "two")])).toEqual(["parent_not_found"]);
    space.shared.delete("one");
    expect(run(space, [move("file", "root", "one", null)])).toEqual(["not_found"]);
  });

  it("[M11] takes no shared folder itself", () => {
    expect(run(sample(), [move("one", "target", "one", "two")])).toEqual(["root_immutable"]);
  });
});

describe("what is imported", () => {
  it("[M11] appears only where all before it in the commit was imported", () => {
    const space = sample();
    const imported = (id: string, parent: string | null, name: string): AnyOperation => ({
      type: "import",
      id,
      parent,
      name,
      of: "folder",
      mtime: 1,
      createdAt: 1,
      trashedAt: null,
      versions: [],
      after: 0,
    });
    const appear: AnyOperation = { type: "appear", node: "top", parent: "root", name: "top", onConflict: "fail" };
    const failing = [imported("top", null, "top"), imported("inner", "top", "a/b"), appear];
    expect(run(space, failing)).toEqual(["ok", "invalid_name", "stale_base"]);
    expect(run(space, [imported("inner", "top", "ab"), appear])).toEqual(["ok", "ok"]);
    expect(space.nodes.get("inner")).toMatchObject({ parent: "top", state: "live" });
  });
});
