import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TreeStore } from "../../client/ports/tree-store.ts";
import type { Entry } from "../../client/sync/entry.ts";

export interface TreeStoreRig {
  readonly store: TreeStore;
  /** Closes the store and opens it again, as another run would. */
  reopen(): TreeStore;
  dispose(): void;
}

/** An entry with all three states. */
export function storedEntry(id: string, name = `name of ${id}`): Entry {
  const place = { parent: "folder", name };
  const content = id.padEnd(64, "0");
  const common = { ...place, type: "file", content } as const;
  const stamp = {
    type: "file",
    size: 7,
    mtime: -1,
    executable: true,
    identity: "1:2:3",
    modified: "1700000000123456789",
    changed: "1700000000123456790",
  } as const;
  return {
    id,
    remote: { ...common, state: "live", version: 3, size: 7, mtime: 1_700_000_000_123, executable: false, seq: 9 },
    local: { ...common, stamp },
    synced: { ...common, version: 2, executable: false },
  };
}

/** What every `TreeStore` promises. */
export function treeStoreContract(name: string, make: () => TreeStoreRig): void {
  describe(name, () => {
    let rig: TreeStoreRig;
    let store: TreeStore;
    beforeEach(() => {
      rig = make();
      store = rig.store;
    });
    afterEach(() => rig.dispose());

    function loaded(from: TreeStore): { entries: Entry[]; meta: Record<string, string> } {
      const { entries, meta } = from.load();
      return { entries: [...entries].sort((a, b) => (a.id < b.id ? -1 : 1)), meta: Object.fromEntries(meta) };
    }

    test("[Y22] a fresh store is empty", () => {
      expect(loaded(store)).toEqual({ entries: [], meta: {} });
      expect(store.recallChunks("a")).toBeNull();
      expect(store.recallVersion("a", 1)).toBeNull();
    });

    test("[Y22] what was saved is there in the next run, each state as it was", () => {
      const entries = [
        storedEntry("a", 'quotes " \\ \u0001 and \u{1f5c2} nai\u0308ve'),
        { ...storedEntry("b"), remote: null },
        { ...storedEntry("c"), local: null },
        { ...storedEntry("d"), synced: null },
      ];
      store.save(entries, [
        ["cursor", "x"],
        ["root", ""],
      ]);
      expect(loaded(store)).toEqual({ entries, meta: { cursor: "x", root: "" } });
      expect(loaded(rig.reopen())).toEqual({ entries, meta: { cursor: "x", root: "" } });
    });

    test("[Y22] a later save replaces, and removes entries without a state and values of null", () => {
      store.save(
        [storedEntry("a"), storedEntry("b")],
        [
          ["k", "1"],
          ["l", "2"],
        ],
      );
      const none = { remote: null, local: null, synced: null };
      store.save(
        [{ id: "a", ...none }, storedEntry("b", "renamed"), { id: "never", ...none }],
        [
          ["k", null],
          ["l", "3"],
          ["m", null],
        ],
      );
      expect(loaded(rig.reopen())).toEqual({ entries: [storedEntry("b", "renamed")], meta: { l: "3" } });
    });

    test("[Y22] a save of nothing changes nothing", () => {
      store.save([storedEntry("a")], []);
      store.save([], []);
      expect(loaded(store).entries).toEqual([storedEntry("a")]);
    });

    test("[Y22] a save that throws leaves what was", () => {
      store.save([storedEntry("a")], [["k", "1"]]);
      const broken = { ...storedEntry("b"), local: null, synced: null } as Entry;
      Object.defineProperty(broken, "remote", {
        enumerable: true,
        get: () => {
          throw new Error("broken");
        },
      });
      expect(() => store.save([storedEntry("a", "other"), broken], [["k", "2"]])).toThrow("broken");
      expect(loaded(store)).toEqual({ entries: [storedEntry("a")], meta: { k: "1" } });
      store.save([storedEntry("c")], []);
      expect(loaded(rig.reopen())).toEqual({ entries: [storedEntry("a"), storedEntry("c")], meta: { k: "1" } });
    });

    test("[Y22] what was loaded does not change with what is saved later", () => {
      store.save([storedEntry("a")], []);
      const before = store.load();
      store.save([storedEntry("a", "later"), storedEntry("b")], []);
      expect([...before.entries]).toEqual([storedEntry("a")]);
    });

    test("[Y23] chunk lists are remembered by content", () => {
      store.rememberChunks("c1", new Uint8Array([1, 2, 3]));
      store.rememberChunks("c2", new Uint8Array(0));
      store.rememberChunks("c1", new Uint8Array([4]));
      store = rig.reopen();
      expect([...(store.recallChunks("c1") ?? [])]).toEqual([4]);
      expect([...(store.recallChunks("c2") ?? [9])]).toEqual([]);
      expect(store.recallChunks("c3")).toBeNull();
    });

    test("[Y20] a node's contents are remembered by version", () => {
      store.save([storedEntry("a")], []);
      store.rememberVersion("a", 1, "x");
      store.rememberVersion("a", 2, "y");
      store.rememberVersion("b", 1, "z");
      store.rememberVersion("a", 2, "y2");
      store = rig.reopen();
      expect([1, 2, 3].map((version) => store.recallVersion("a", version))).toEqual(["x", "y2", null]);
      expect(store.recallVersion("b", 1)).toBe("z");
    });
  });
}
