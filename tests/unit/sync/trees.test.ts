import { expect, test } from "vitest";
import { contextOf, file, folder, same, treesOf } from "./support/three-trees.ts";
import { plan } from "../../../client/sync/plan.ts";
import type { Trees } from "../../../client/sync/trees.ts";

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
