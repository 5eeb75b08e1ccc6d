import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NewerState, readTrees, sqliteTreeStore } from "../../../client/ports/sqlite-tree-store.ts";
import { storedEntry, treeStoreContract } from "../../contract/tree-store.ts";

treeStoreContract("sqlite tree store", () => {
  const folder = mkdtempSync(join(tmpdir(), "ledge-store-"));
  let store = sqliteTreeStore(join(folder, "state.db"));
  return {
    store,
    reopen: () => {
      store.close();
      store = sqliteTreeStore(join(folder, "state.db"));
      return store;
    },
    dispose: () => {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe("sqlite tree store", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ledge-store-"));
    path = join(folder, "state.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const damaged = (): string[] => readdirSync(folder).filter((name) => name.startsWith("state.db.damaged-"));

  test("[Y19] a file that is no database is set aside, and a fresh one begun", () => {
    writeFileSync(path, "no database at all, but long enough to look at it ".repeat(10));
    const store = sqliteTreeStore(path);
    expect([...store.load().entries]).toEqual([]);
    store.save([storedEntry("a")], []);
    store.close();
    expect(damaged().length).toBe(1);
    const again = sqliteTreeStore(path);
    expect([...again.load().entries]).toEqual([storedEntry("a")]);
    again.close();
  });

  test("[Y19] a database with a damaged page is set aside with its log", () => {
    const store = sqliteTreeStore(path);
    store.save(
      Array.from({ length: 500 }, (_, n) => storedEntry(`id${n}`)),
      [],
    );
    store.close();
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(100_000);
    for (let page = 4096 * 10; page < 4096 * 20; page += 4096) bytes.fill(0xa5, page, page + 64);
    writeFileSync(path, bytes);
    writeFileSync(`${path}-wal`, "");
    const fresh = sqliteTreeStore(path);
    expect([...fresh.load().entries]).toEqual([]);
    fresh.close();
    expect(damaged().length).toBeGreaterThanOrEqual(1);
  });

  test("[Y19] an entry that is not what was written makes the whole store one that is set aside", () => {
    const store = sqliteTreeStore(path);
    store.save([storedEntry("a"), storedEntry("b")], [["cursor", "x"]]);
    store.close();
    const raw = new DatabaseSync(path);
    raw.exec(`UPDATE entries SET entry = '{"id":' WHERE id = 'b'`);
    raw.close();
    const damagedStore = sqliteTreeStore(path);
    const { entries, meta } = damagedStore.load();
    expect([[...entries], [...meta]]).toEqual([[], []]);
    damagedStore.save([storedEntry("c")], []);
    expect([...damagedStore.load().entries]).toEqual([storedEntry("c")]);
    damagedStore.close();
    expect(damaged().length).toBeGreaterThanOrEqual(1);
  });

  test("[Y22] the state of a newer release is left as it is", () => {
    const raw = new DatabaseSync(path);
    raw.exec("CREATE TABLE other (x); PRAGMA user_version = 99");
    raw.close();
    expect(() => sqliteTreeStore(path)).toThrow(NewerState);
    expect(damaged()).toEqual([]);
  });

  test("[Y21] it can be looked at beside the process that writes to it, and when none does", () => {
    expect(readTrees(path)).toBeNull();
    const store = sqliteTreeStore(path);
    store.save([storedEntry("a")], [["cursor", "x"]]);
    expect([...(readTrees(path)?.entries ?? [])]).toEqual([storedEntry("a")]);
    store.save([storedEntry("b")], []);
    expect([...(readTrees(path)?.entries ?? [])].length).toBe(2);
    store.close();
    expect([...(readTrees(path)?.meta ?? [])]).toEqual([["cursor", "x"]]);
  });

  test("[Y23] the newest 2,000 chunk lists are kept", () => {
    const store = sqliteTreeStore(path);
    for (let n = 0; n < 2_010; n++) store.rememberChunks(`c${n}`, new Uint8Array([n & 0xff]));
    expect(store.recallChunks("c9")).toBeNull();
    expect(store.recallChunks("c10")).not.toBeNull();
    expect([...(store.recallChunks("c2009") ?? [])]).toEqual([2009 & 0xff]);
    store.close();
  });

  test("[Y20] the newest 50 versions of a node are kept, and none of one that is gone", () => {
    const store = sqliteTreeStore(path);
    for (let n = 1; n <= 60; n++) store.rememberVersion("a", n, `c${n}`);
    expect([10, 11, 60].map((version) => store.recallVersion("a", version))).toEqual([null, "c11", "c60"]);
    store.save([{ id: "a", remote: null, local: null, synced: null }], []);
    expect(store.recallVersion("a", 60)).toBeNull();
    store.close();
  });

  test("[Y22] a process that is killed while it saves leaves whole saves", async () => {
    const script = `
      import { sqliteTreeStore } from ${JSON.stringify(new URL("../../../client/ports/sqlite-tree-store.ts", import.meta.url).href)};
      const store = sqliteTreeStore(${JSON.stringify(path)});
      const state = (n) => ({ parent: "p", name: "n" + n, type: "file", version: n, content: null, executable: false });
      for (let n = 1; ; n++) {
        store.save(Array.from({ length: 20 }, (_, i) => ({ id: "id" + i, remote: null, local: null, synced: state(n) })), [["n", String(n)]]);
        if (n === 20) console.log("ready");
      }`;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, 20 + round * 13));
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      const store = sqliteTreeStore(path);
      const { entries, meta } = store.load();
      const n = Number(Object.fromEntries(meta)["n"]);
      expect(n).toBeGreaterThanOrEqual(20);
      expect([...entries].map((entry) => entry.synced?.version)).toEqual(Array(20).fill(n));
      store.close();
      rmSync(path);
    }
    expect(damaged()).toEqual([]);
  });
});
