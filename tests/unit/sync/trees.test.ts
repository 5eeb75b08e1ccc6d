import { expect, test } from "vitest";
import { contextOf, file, folder, same, treesOf } from "./support/three-trees.ts";
import { plan } from "../../../client/sync/plan.ts";
import { Trees } from "../../../client/sync/trees.ts";

function settled(): Trees {
  const trees = treesOf({
    d: same(folder("root/d")),
    e: same(folder("d/e")),
    f: same(file("e/f", "x")),
    g: same(file("root/g", "y")),
  });
  for (const id of plan(trees, contextOf()).settled) trees.markClean(id);
  expect([...trees.dirty()]).toEqual([]);
  return trees;
}

function changeRemote(
  trees: Trees,
  id: string,
  change: Partial<NonNullable<ReturnType<Trees["get"]>>["remote"]>,
): void {
  const remote = trees.get(id)?.remote;
  if (remote) trees.setRemote(id, { ...remote, ...change });
}

test("[Y1] a change concerns the entry, and nothing that does not hang on it", () => {
  const trees = settled();
  changeRemote(trees, "g", { version: 2 });
  expect([...trees.dirty()]).toEqual(["g"]);
});

test.each([{ state: "trashed" as const }, { parent: "elsewhere" }, { name: "other" }])(
  "[Y6] what is below a folder, however deep, is planned again when the folder's remote state has %o",
  (change) => {
    const trees = settled();
    changeRemote(trees, "d", change);
    expect([...trees.dirty()].sort()).toEqual(["d", "e", "f"]);
  },
);

test("[Y10] who has a slot is planned again when another comes or goes", () => {
  const trees = settled();
  trees.setRemote("n", {
    ...file("", null),
    parent: "root",
    name: "G",
    type: "file",
    state: "live",
    version: 1,
    size: 0,
    mtime: 0,
    executable: false,
    seq: 9,
    content: "",
  });
  expect([...trees.dirty()].sort()).toEqual(["g", "n"]);
  trees.markClean("g");
  trees.setRemote("n", null);
  expect([...trees.dirty()]).toEqual(["g"]);
});

test("[Y22] what could not be saved is saved with the next change", () => {
  const agreed = settled().get("f")?.synced ?? null;
  const kept = new Map<string, unknown>();
  let isFull = true;
  const trees = new Trees({
    load: () => ({ entries: [], meta: [] }),
    save: (entries, meta) => {
      if (isFull) throw new Error("database or disk is full");
      for (const entry of entries) kept.set(entry.id, entry);
      for (const [key, value] of meta) kept.set(key, value);
    },
    rememberChunks: () => undefined,
    recallChunks: () => null,
    rememberVersion: () => undefined,
    recallVersion: () => null,
    close: () => undefined,
  });
  const page = (): void =>
    trees.transaction(() => {
      trees.setSynced("f", agreed);
      trees.setMeta("cursor", "1");
    });
  expect(page).toThrow("full");
  isFull = false;
  trees.setMeta("cursor", "2");
  expect(kept).toEqual(
    new Map<string, unknown>([
      ["f", trees.get("f")],
      ["cursor", "2"],
    ]),
  );
});
