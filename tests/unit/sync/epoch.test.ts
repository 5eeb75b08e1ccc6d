import { describe, expect, test } from "vitest";
import type { TreeStore } from "../../../client/ports/tree-store.ts";
import type { Entry, LocalState, SyncedState } from "../../../client/sync/entry.ts";
import { reconcileEpoch } from "../../../client/sync/epoch.ts";
import { Trees } from "../../../client/sync/trees.ts";
import type { Node } from "../../../protocol/tree.ts";
import { forgetfulStore } from "./support/memory-store.ts";

const node: Node = {
  id: "n",
  space: "s",
  parent: "root",
  name: "a",
  type: "file",
  state: "live",
  version: 2,
  content: "two",
  size: 3,
  mtime: 0,
  executable: false,
  seq: 9,
  createdAt: 0,
  trashedAt: null,
};

const local: LocalState = {
  parent: "root",
  name: "a",
  type: "file",
  content: "two",
  stamp: { type: "file", size: 3, mtime: 0, executable: false, identity: "1", modified: "1", changed: "1" },
};

const synced: SyncedState = {
  parent: "root",
  name: "a",
  type: "file",
  version: 2,
  content: "two",
  executable: false,
};

/** The entry after the server came back with `now`, with the versions that are remembered of it. */
function after(
  before: { local: LocalState | null; synced: SyncedState | null },
  now: Partial<Node> | null,
  remembered: Record<number, string> = {},
): Entry | undefined {
  const store: TreeStore = { ...forgetfulStore(), recallVersion: (_id, version) => remembered[version] ?? null };
  const trees = new Trees(store);
  trees.setLocal("n", before.local);
  trees.setSynced("n", before.synced);
  const nodes = new Map(now ? [["n", { ...node, ...now }]] : []);
  trees.transaction(() => reconcileEpoch(trees, store, nodes));
  return trees.get("n");
}

describe("after the epoch changed", () => {
  test("[Y20] what the server has as before is in sync as before", () => {
    expect(after({ local, synced }, { version: 1 })?.synced).toEqual({ ...synced, version: 1 });
  });

  test("[Y20] what the server lost is without a base and goes up again under its id", () => {
    expect(after({ local, synced }, null)).toEqual({ id: "n", remote: null, local, synced: null });
  });

  test("[Y20] an older version of what was here becomes the base of the newer bytes", () => {
    const entry = after({ local, synced }, { version: 1, content: "one" }, { 1: "one" });
    expect(entry?.synced).toMatchObject({ version: 1, content: "one" });
    expect(entry?.local?.content).toBe("two");
  });

  test("[Y20] other bytes than this device had at that version are nobody's base", () => {
    expect(after({ local, synced }, { version: 1, content: "else" }, { 1: "one" })?.synced).toBeNull();
  });

  test("[Y20] newer bytes than this device had are nobody's base", () => {
    expect(after({ local, synced }, { version: 3, content: "one" }, { 3: "one" })?.synced).toBeNull();
  });

  test("[Y4] [Y20] what was to come over bytes that are kept beside it still does", () => {
    const beside = { ...synced, content: "mine" };
    const here = { ...local, content: "mine" };
    for (const version of [2, 1]) {
      const entry = after({ local: here, synced: beside }, { version, content: "two" }, { 1: "one", 2: "two" });
      expect(entry?.synced).toEqual({ ...beside, version });
    }
    expect(
      after({ local: here, synced: beside }, { version: 1, content: "one" }, { 1: "one", 2: "two" })?.synced,
    ).toEqual({
      ...synced,
      version: 1,
      content: "one",
    });
  });

  test("[Y20] what a version really holds is remembered, not the bytes that it is to come over", () => {
    const noted: [number, string][] = [];
    const store: TreeStore = {
      ...forgetfulStore(),
      recallVersion: () => "two",
      rememberVersion: (_id, version, content) => noted.push([version, content]),
    };
    const trees = new Trees(store);
    trees.setLocal("n", { ...local, content: "mine" });
    trees.setSynced("n", { ...synced, content: "mine" });
    trees.transaction(() => reconcileEpoch(trees, store, new Map([["n", node]])));
    expect(noted).toEqual([[2, "two"]]);
  });

  test("[Y20] a deletion that was still to go up is forgotten: the node comes back", () => {
    expect(after({ local: null, synced }, {})).toMatchObject({ local: null, synced: null, remote: { state: "live" } });
  });

  test("[Y20] a place that the server has otherwise is the base, so that the place here goes up", () => {
    const entry = after({ local: { ...local, name: "b" }, synced: { ...synced, name: "b" } }, { name: "a" });
    expect(entry?.synced?.name).toBe("a");
    expect(entry?.local?.name).toBe("b");
  });

  test("[Y20] what is in the trash there has no base: nothing reads as a deletion", () => {
    expect(after({ local, synced }, { state: "trashed" })?.synced).toBeNull();
    expect(after({ local, synced }, { state: "purged" })).toMatchObject({ synced: null, remote: { state: "purged" } });
    expect(after({ local: null, synced: null }, { state: "purged" })).toBeUndefined();
  });

  test("[Y20] another kind under the same id has no base", () => {
    const folder = { type: "folder", version: 0, content: null } as const;
    expect(after({ local, synced }, folder)?.synced).toBeNull();
  });
});
