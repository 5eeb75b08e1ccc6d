import { expect, test } from "vitest";
import type { Stamp } from "../../../client/ports/replica-files.ts";
import { STAGE } from "../../../client/sync/entry.ts";
import { joinPath, localPath, remotePath } from "../../../client/sync/local-path.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { forgetfulStore } from "./support/memory-store.ts";

const stamp: Stamp = {
  type: "folder",
  size: 0,
  mtime: 0,
  executable: false,
  identity: "1",
  modified: "1",
  changed: "1",
};

function make(): Trees {
  const trees = new Trees(forgetfulStore());
  trees.setMeta("root", "root");
  return trees;
}

function setLocal(trees: Trees, id: string, parent: string, name: string): void {
  trees.setLocal(id, { parent, name, type: "folder", stamp, content: null });
}

function setRemote(trees: Trees, id: string, parent: string, name: string, state: "live" | "trashed" = "live"): void {
  const rest = { version: 0, content: null, size: 0, mtime: 0, executable: false, seq: 1 };
  trees.setRemote(id, { parent, name, type: "folder", state, ...rest });
}

test("[Y2] a path leads from the root through the folders that hold each other", () => {
  const trees = make();
  setLocal(trees, "root", "", "");
  setLocal(trees, "a", "root", "A");
  setLocal(trees, "b", "a", "B");
  expect(["root", "a", "b"].map((id) => localPath(trees, id))).toEqual(["", "A", "A/B"]);
  expect([joinPath("", "x"), joinPath("a", "x")]).toEqual(["x", "a/x"]);
  setRemote(trees, "a", "root", "other");
  setRemote(trees, "b", "a", "B");
  expect(remotePath(trees, "b")).toBe("other/B");
});

test("[Y12] what is staged is found under its id, with what is in it", () => {
  const trees = make();
  setLocal(trees, "a", STAGE, "a");
  setLocal(trees, "b", "a", "B");
  expect([STAGE, "a", "b"].map((id) => localPath(trees, id))).toEqual([
    ".ledge/stage",
    ".ledge/stage/a",
    ".ledge/stage/a/B",
  ]);
});

test("[Y9] what leads nowhere, or in a circle, has no path", () => {
  const trees = make();
  setLocal(trees, "a", "b", "A");
  setLocal(trees, "b", "a", "B");
  setLocal(trees, "c", "unknown", "C");
  setRemote(trees, "a", "b", "A");
  setRemote(trees, "b", "a", "B");
  setRemote(trees, "t", "root", "T", "trashed");
  setRemote(trees, "u", "t", "U");
  expect(["a", "b", "c", "unknown"].map((id) => localPath(trees, id))).toEqual([null, null, null, null]);
  expect(["a", "b", "t", "u"].map((id) => remotePath(trees, id))).toEqual([null, null, null, null]);
});
