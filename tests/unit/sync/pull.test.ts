import { describe, expect, test } from "vitest";
import type { SyncRemote } from "../../../client/ports/sync-remote.ts";
import { Pull } from "../../../client/sync/pull.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { Watchdog } from "../../../client/sync/watchdog.ts";
import { encodeCursor } from "../../../protocol/cursor.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Changes, CommitResponse, Node } from "../../../protocol/tree.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { forgetfulStore } from "./support/memory-store.ts";

const id = (name: string): string => `01${name.padEnd(24, "0")}`;
const SPACE = id("space");
const EPOCH = id("ep0ch");
const ROOT = id("r00t");
const signal = new AbortController().signal;

function node(name: string, seq: number, change: Partial<Node> = {}): Node {
  const file = { type: "file", version: 1, content: "c".repeat(64), size: 1, mtime: 0, executable: false } as const;
  const rest = { space: SPACE, parent: ROOT, state: "live", createdAt: 0, trashedAt: null } as const;
  return { id: id(name), name, seq, ...file, ...rest, ...change };
}

const root = node("r00t", 1, { id: ROOT, parent: null, name: "", type: "folder", version: 0, content: null });

const cursorAt = (seq: number): string => encodeCursor({ space: SPACE, epoch: EPOCH, seq });

function page(seq: number, changes: Node[], upToDate = true): Changes {
  return { changes, cursor: cursorAt(seq), upToDate, space: SPACE, epoch: EPOCH };
}

function answer(seq: number, ...nodes: Node[]): CommitResponse {
  const results = nodes.map((each) => ({ ok: true as const, node: each }));
  return { space: SPACE, seq, cursor: cursorAt(seq), replayed: false, results };
}

/** A pull whose remote answers these pages, one after another, waiting for each where it is a promise. */
function pulling(...pages: (Changes | Promise<Changes>)[]): {
  pull: Pull;
  trees: Trees;
  cursors: string[];
  asked: (string | undefined)[];
} {
  const store = forgetfulStore();
  const trees = new Trees(store);
  trees.setMeta("root", ROOT);
  const cursors: string[] = [];
  const asked: (string | undefined)[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const remote: SyncRemote = {
    changes: async (cursor) => {
      asked.push(cursor);
      const next = pages.shift();
      if (!next) throw new Error("no more pages");
      return next;
    },
    commit: unused,
    send: unused,
    hash: unused,
    fetch: unused,
    read: unused,
  };
  const watchdog = new Watchdog(new ManualClock(), 1_000);
  const pull = new Pull({ trees, store, remote, watchdog, onCursor: (cursor) => cursors.push(cursor) });
  return { pull, trees, cursors, asked };
}

describe("pages", () => {
  test("[S3] are read to the end, each from where the last one ended, and acknowledged once whole", async () => {
    const { pull, trees, cursors, asked } = pulling(page(2, [root, node("a", 2)], false), page(3, [node("b", 3)]));
    await pull.run(signal);
    expect(asked).toEqual([undefined, cursorAt(2)]);
    expect(cursors).toEqual([cursorAt(3)]);
    expect(pull).toMatchObject({ seq: 3, isWhole: true, isWanted: false });
    expect(trees.get(id("b"))?.remote?.seq).toBe(3);
  });

  test("[Y2] between two pages the tree is nothing to plan by", async () => {
    let tell = (_page: Changes): void => undefined;
    const second = new Promise<Changes>((resolve) => (tell = resolve));
    const { pull } = pulling(page(2, [root, node("a", 2)], false), second);
    const running = pull.run(signal);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pull.isWhole).toBe(false);
    tell(page(2, []));
    await running;
    expect(pull.isWhole).toBe(true);
  });

  test("[Y20] tombstones of what was never here leave nothing behind", async () => {
    const { pull, trees } = pulling(page(3, [root, node("a", 3, { state: "purged" })]));
    await pull.run(signal);
    expect(trees.get(id("a"))).toBeUndefined();
  });

  test("[Y14] a root that is gone ends the sync", async () => {
    const { pull } = pulling(page(2, [{ ...root, seq: 2, state: "trashed" }]));
    await expect(pull.run(signal)).rejects.toMatchObject({ name: "SyncEnded", reason: "remote-root-gone" });
  });
});

describe("a tree that is read anew", () => {
  test.each([
    ["is not in it", []],
    ["is in the trash", [{ ...root, state: "trashed" as const }]],
    ["lies in a folder that is gone", [{ ...root, parent: id("above") }]],
  ])("[Y20] changes nothing where the root %s: what both sides agreed on is kept", async (_, nodes) => {
    const { pull, trees } = pulling(Promise.reject(new LedgeError("cursor_expired")), page(2, nodes));
    const synced = { parent: ROOT, name: "a", type: "file", version: 1, content: "c", executable: false } as const;
    trees.setMeta("cursor", cursorAt(9));
    trees.setSynced(id("a"), synced);
    await expect(pull.run(signal)).rejects.toMatchObject({ name: "SyncEnded", reason: "remote-root-gone" });
    expect(trees.get(id("a"))?.synced).toEqual(synced);
    expect(trees.getMeta("cursor")).toBe(cursorAt(9));
  });
});

describe("pushed changes", () => {
  test("[W3] that follow on what is known are taken", async () => {
    const { pull, trees, cursors } = pulling(page(2, [root, node("a", 2)]));
    await pull.run(signal);
    pull.push(page(3, [node("a", 3, { name: "b" })]), cursorAt(2));
    expect(trees.get(id("a"))?.remote?.name).toBe("b");
    expect(pull.seq).toBe(3);
    expect(cursors.at(-1)).toBe(cursorAt(3));
  });

  test("[W6] after a gap are not taken, but pulled", async () => {
    const { pull } = pulling(page(2, [root, node("a", 2)]));
    await pull.run(signal);
    pull.push(page(5, [node("c", 5)]), cursorAt(4));
    expect(pull).toMatchObject({ seq: 2, isWanted: true });
  });

  test("[W6] that come late put nothing back", async () => {
    const { pull, trees } = pulling(page(4, [root, node("a", 4, { name: "new" })]));
    await pull.run(signal);
    pull.push(page(3, [node("a", 3, { name: "old" })]), cursorAt(2));
    expect(trees.get(id("a"))?.remote?.name).toBe("new");
    expect(pull).toMatchObject({ seq: 4, isWhole: true });
  });

  test("[S2] of another epoch are not taken", async () => {
    const { pull } = pulling(page(2, [root]));
    await pull.run(signal);
    pull.push({ ...page(3, [node("a", 3)]), epoch: id("0ther") }, cursorAt(2));
    expect(pull).toMatchObject({ seq: 2, isWanted: true });
  });
});

describe("own commits", () => {
  test("[Y2] that nobody came between move the cursor without a pull", async () => {
    const { pull } = pulling(page(2, [root]));
    await pull.run(signal);
    pull.committed(answer(4, node("a", 3), node("b", 4)));
    expect(pull).toMatchObject({ seq: 4, isWhole: true, isWanted: false });
  });

  test("[Y2] that somebody came between leave the tree to be pulled before it is planned by", async () => {
    const { pull, trees, asked } = pulling(page(2, [root]), page(4, [node("x", 3), node("a", 4)]));
    await pull.run(signal);
    pull.committed(answer(4, node("a", 4)));
    expect(trees.get(id("a"))?.remote?.seq).toBe(4);
    expect(pull).toMatchObject({ seq: 2, isWhole: false, isWanted: true });
    await pull.run(signal);
    expect(asked.at(-1)).toBe(cursorAt(2));
    expect(pull).toMatchObject({ seq: 4, isWhole: true, isWanted: false });
  });

  test("[Y2] that a page overtook change nothing", async () => {
    const { pull } = pulling(page(4, [root, node("a", 4)]));
    await pull.run(signal);
    pull.committed(answer(4, node("a", 4)));
    expect(pull).toMatchObject({ seq: 4, isWhole: true, isWanted: false });
  });

  test("[Y2] that end while a page is on its way are not undone by it", async () => {
    let tell = (_page: Changes): void => undefined;
    const late = new Promise<Changes>((resolve) => (tell = resolve));
    const { pull, trees } = pulling(page(2, [root, node("a", 2)]), late);
    await pull.run(signal);
    const running = pull.run(signal);
    pull.committed(answer(3, node("a", 3, { name: "mine" })));
    tell(page(2, []));
    await running;
    expect(trees.get(id("a"))?.remote?.name).toBe("mine");
    expect(pull).toMatchObject({ seq: 3, isWhole: true });
  });

  test("[Y3] a node that a refusal shows is taken, and the rest pulled", async () => {
    const { pull, trees } = pulling(page(2, [root, node("a", 2)]));
    await pull.run(signal);
    pull.note(node("a", 7, { version: 3 }));
    expect(trees.get(id("a"))?.remote?.version).toBe(3);
    expect(pull.isWhole).toBe(false);
  });
});
