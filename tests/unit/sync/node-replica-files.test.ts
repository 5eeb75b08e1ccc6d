import { spawn, spawnSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { FolderSync } from "../../../client/ports/folder-sync.ts";
import { NodeReplicaFiles } from "../../../client/ports/node-replica-files.ts";
import { ReplicaChanged, sameBytes, type Stamp } from "../../../client/ports/replica-files.ts";
import { toStamp } from "../../../client/ports/node-stamp.ts";
import { openReplica, relinkReplica } from "../../../client/ports/replica-link.ts";
import { replicaFilesContract, type ReplicaRig } from "../../contract/replica-files.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

/** Edits a file, in place and in one write, whenever it is not its own edit that it finds; tells of each when it is made. */
const USER = `
  const fs = require("node:fs");
  const [path] = process.argv.slice(1);
  for (let n = 1; ; n++) {
    while (fs.readFileSync(path, "utf8").startsWith("user"));
    const edit = "user-" + String(n).padStart(8, "0");
    const file = fs.openSync(path, "r+");
    fs.writeSync(file, edit, 0);
    fs.closeSync(file);
    fs.writeSync(1, edit + "\\n");
  }`;

/** Replaces the file "a" of a replica by version after version. */
const REPLACER = `
  import { NodeReplicaFiles } from ${JSON.stringify(new URL("../../../client/ports/node-replica-files.ts", import.meta.url).href)};
  const [root, round] = process.argv.slice(1);
  const files = new NodeReplicaFiles(root, "");
  console.log("ready");
  for (let n = 0; ; n++) {
    const handle = await files.openPartial("p");
    const bytes = new TextEncoder().encode(("version " + round + n + " ").repeat(1000));
    await handle.truncate(0);
    await handle.write(bytes, 0);
    await handle.close();
    await files.place("p", "a", await files.stat("a"));
  }`;

/** Moves the file "a" to "folder/b", and is killed before it could remove the old name. */
const KILLED_MOVER = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  import { NodeReplicaFiles } from ${JSON.stringify(new URL("../../../client/ports/node-replica-files.ts", import.meta.url).href)};
  const files = new NodeReplicaFiles(process.argv[1], "");
  fs.unlinkSync = () => process.kill(process.pid, "SIGKILL");
  syncBuiltinESMExports();
  await files.move("a", "folder/b", await files.stat("a"));`;

/** Paths of the files below a folder, with what they hold. */
function filesBelow(folder: string, prefix = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) Object.assign(found, filesBelow(path, `${prefix}${entry.name}/`));
    else found[prefix + entry.name] = readFileSync(path, "utf8");
  }
  return found;
}

function trashedIn(root: string): Record<string, string> {
  const trash = join(root, ".ledge/trash");
  return Object.assign({}, ...readdirSync(trash).map((day) => filesBelow(join(trash, day)))) as Record<string, string>;
}

async function nodeRig(): Promise<ReplicaRig> {
  const { root, id } = await openReplica(mkdtempSync(join(tmpdir(), "ledge-replica-")));
  const write = async (path: string, text: string): Promise<void> => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  return {
    files: new NodeReplicaFiles(root, id, () => NOON),
    isCaseSensitive: !existsSync(join(root, ".LEDGE")),
    hasExecutableBit: process.platform !== "win32",
    write,
    replace: async (path, text) => {
      await write(`${path}.passing`, text);
      renameSync(join(root, `${path}.passing`), join(root, path));
    },
    makeFolder: async (path) => void mkdirSync(join(root, path), { recursive: true }),
    read: async (path) => {
      const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
      return stats?.isFile() ? readFileSync(join(root, path), "utf8") : null;
    },
    remove: async (path) => rmSync(join(root, path), { recursive: true }),
    symlink:
      process.platform === "win32" ? null : async (target, path) => symlinkSync(join(root, target), join(root, path)),
    trashed: async () => trashedIn(root),
    dispose: async () => rmSync(root, { recursive: true }),
  };
}

replicaFilesContract("node replica files", nodeRig);

describe("node replica files", () => {
  let root: string;
  let files: NodeReplicaFiles;
  beforeEach(async () => {
    const opened = await openReplica(mkdtempSync(join(tmpdir(), "ledge-replica-")));
    root = opened.root;
    files = new NodeReplicaFiles(root, opened.id, () => NOON);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const at = (path: string): string => join(root, path);

  test("[Y15] another disk's folder is left alone as a symlink is: when it is not mounted, nothing of it reads as deleted", () => {
    const stats = lstatSync(root, { bigint: true });
    expect(toStamp(stats, stats.dev).type).toBe("folder");
    expect(toStamp(stats, stats.dev + 1n).type).toBe("other");
  });

  async function stampOf(path: string): Promise<Stamp> {
    const stamp = await files.stat(path);
    if (!stamp) throw new Error(`nothing at ${path}`);
    return stamp;
  }

  async function partial(name: string, text: string): Promise<void> {
    const handle = await files.openPartial(name);
    await handle.write(new TextEncoder().encode(text), 0);
    await handle.finish({ mtime: NOON, executable: false });
    await handle.close();
  }

  test("[Y1] a name that is no valid Unicode is listed as such", async () => {
    if (process.platform !== "linux") return;
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), "x");
    expect(await files.list("")).toEqual([{ name: null, stamp: expect.objectContaining({ type: "file", size: 1 }) }]);
  });

  test("[Y13] what was killed between a placed file's two names does not write into it", async () => {
    await partial("p", "placed");
    linkSync(at(".ledge/partial/p"), at("a"));
    const again = await files.openPartial("p");
    expect((await again.stat()).size).toBe(0);
    await again.write(new TextEncoder().encode("XXXXXX"), 0);
    await again.close();
    expect(readFileSync(at("a"), "utf8")).toBe("placed");
  });

  test("[Y22] a deletion is on the disk before it is over: undone by a power failure, it would read as a new file", async () => {
    const synced = new Set<string>();
    const isGone: boolean[] = [];
    const sync = vi.spyOn(FolderSync.prototype, "sync").mockImplementation(async (folder) => {
      isGone.push(!existsSync(at("a/b")));
      await sleep(1);
      synced.add(folder);
    });
    try {
      mkdirSync(at("a"));
      writeFileSync(at("a/b"), "b");
      await files.trash("a/b", await stampOf("a/b"));
      expect(synced).toEqual(new Set([at(".ledge/trash/2026-11-22/a"), at("a")]));
      expect(isGone).toEqual([true, true]);
      synced.clear();
      await files.removeFolder("a");
      expect(synced).toEqual(new Set([root]));
    } finally {
      sync.mockRestore();
    }
  });

  test("[Y22] a file that was killed between its two names keeps the one that it was moved to", async () => {
    mkdirSync(at("folder"));
    writeFileSync(at("a"), "mine");
    const killed = spawnSync(process.execPath, ["--input-type=module", "-e", KILLED_MOVER, root]);
    expect(killed.signal).toBe("SIGKILL");
    expect([existsSync(at("a")), existsSync(at("folder/b"))]).toEqual([true, true]);
    await files.recover();
    expect([existsSync(at("a")), readFileSync(at("folder/b"), "utf8")]).toEqual([false, "mine"]);
  });

  test("[Y22] a cut off move takes nothing that is not the moved file's name", async () => {
    const record = at(".ledge/moving.json");
    for (const text of ["", "{", "[]", "null", '{"from":"../a","to":"b"}', '{"from":"a","to":"b"}']) {
      writeFileSync(at("a"), "mine");
      writeFileSync(at("b"), "another");
      writeFileSync(record, text);
      await files.recover();
      expect([readFileSync(at("a"), "utf8"), readFileSync(at("b"), "utf8")]).toEqual(["mine", "another"]);
      expect(existsSync(record)).toBe(false);
    }
    writeFileSync(record, '{"from":"a","to":"a"}');
    await files.recover();
    expect(existsSync(at("a"))).toBe(true);
    await files.move("a", "c", await stampOf("a"));
    expect(existsSync(record)).toBe(false);
  });

  test("[Y13] a partial file is not written through a symlink", async () => {
    writeFileSync(at("victim"), "mine");
    symlinkSync(at("victim"), at(".ledge/partial/p"));
    await expect(files.openPartial("p")).rejects.toThrow();
    expect(readFileSync(at("victim"), "utf8")).toBe("mine");
  });

  test("[Y22] a link that a killed run left of a replaced file goes, if nobody wrote to it", async () => {
    writeFileSync(at("a"), "before");
    const { size, modified } = await stampOf("a");
    const aside = at(`.ledge/stage/replaced-1.0-${size}-${modified}-a`);
    linkSync(at("a"), aside);
    expect(await files.recover()).toEqual([]);
    expect(existsSync(aside)).toBe(false);
    expect(readFileSync(at("a"), "utf8")).toBe("before");
    linkSync(at("a"), aside);
    rmSync(at("a"));
    writeFileSync(at("a"), "after");
    expect(await files.recover()).toEqual([]);
    expect(filesBelow(at(".ledge/stage"))).toEqual({});
  });

  test("[Y22] what somebody wrote to a file while it was replaced by a killed run is found under a conflict name", async () => {
    writeFileSync(at("a.txt"), "before");
    const { size, modified } = await stampOf("a.txt");
    renameSync(at("a.txt"), at(`.ledge/stage/replaced-1.0-${size}-${modified}-a.txt`));
    writeFileSync(at(`.ledge/stage/replaced-1.0-${size}-${modified}-a.txt`), "written at the last moment");
    writeFileSync(at("a (conflict 2026-11-22).txt"), "taken");
    expect((await files.list(".ledge/stage")).length).toBe(0);
    expect(await files.recover()).toEqual(["a (conflict 2026-11-22 2).txt"]);
    expect(readFileSync(at("a (conflict 2026-11-22 2).txt"), "utf8")).toBe("written at the last moment");
    expect(readFileSync(at("a (conflict 2026-11-22).txt"), "utf8")).toBe("taken");
  });

  test("[Y3] what an open file gets in the second after it was replaced is found beside it", async () => {
    await files.makeFolder("folder");
    writeFileSync(at("folder/a.txt"), "before");
    writeFileSync(at("folder/b.txt"), "before");
    const open = openSync(at("folder/a.txt"), "r+");
    for (const name of ["b.txt", "a.txt"]) await partial(name, `remote ${name}`);
    const stamps = { a: await stampOf("folder/a.txt"), b: await stampOf("folder/b.txt") };
    await files.place("b.txt", "folder/b.txt", stamps.b);
    const placing = files.place("a.txt", "folder/a.txt", stamps.a);
    // It is in its place, and yet to be synced: what is written later than two seconds after is nobody's.
    expect(readFileSync(at("folder/a.txt"), "utf8")).toBe("remote a.txt");
    writeSync(open, "edited");
    closeSync(open);
    await placing;
    await expect.poll(() => filesBelow(at(".ledge/stage"))).toEqual({});
    expect(filesBelow(at("folder"))).toEqual({
      "a.txt": "remote a.txt",
      "a (conflict 2026-11-22).txt": "edited",
      "b.txt": "remote b.txt",
    });
  });

  test("[Y3] a user who edits a file while it is replaced again and again loses no edit", async () => {
    writeFileSync(at("a"), "remote-000000");
    const user = spawn(process.execPath, ["-e", USER, at("a")], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void user.kill("SIGKILL"));
    let written = "";
    user.stdout.on("data", (chunk: Buffer) => (written += chunk.toString()));
    await expect.poll(() => written).not.toBe("");
    const editsOf = (): string[] => written.split("\n").filter((line) => line !== "");
    const seen = new Set<string>();
    let refusals = 0;
    // More often where the user's process is slow to begin.
    for (let n = 1; n <= 300 || (editsOf().length <= 3 && n <= 30_000); n++) {
      const expected = await stampOf("a");
      const text = readFileSync(at("a"), "utf8");
      if (!sameBytes(expected, await stampOf("a"))) continue;
      seen.add(text);
      await partial("p", `remote-${String(n).padStart(6, "0")}`);
      await files.place("p", "a", expected).catch((error: unknown) => {
        if (!(error instanceof ReplicaChanged)) throw error;
        refusals++;
      });
    }
    const ended = new Promise((resolve) => user.once("close", resolve));
    user.kill("SIGKILL");
    await ended;
    await files.recover();
    const found = new Set([...seen, ...Object.values(filesBelow(root))]);
    const edits = editsOf();
    expect(edits.length).toBeGreaterThan(3);
    expect(
      edits.filter((edit) => !found.has(edit)),
      `${refusals} refusals`,
    ).toEqual([]);
  });

  test("[Y22] killed at any instant of replacing, a file is whole and nothing stays behind", async () => {
    writeFileSync(at("a"), "version 0 ".repeat(1_000));
    for (let round = 0; round < 4; round++) {
      const args = ["--input-type=module", "-e", REPLACER, root, String(round)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await sleep(20 + round * 17);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
      expect(readFileSync(at("a"), "utf8")).toMatch(/^(version \d+ )\1{999}$/);
      expect(await files.recover()).toEqual([]);
      expect(filesBelow(at(".ledge/stage"))).toEqual({});
      expect(readdirSync(root).sort()).toEqual([".ledge", "a"]);
    }
  });

  test("[Y22] a copy that a killed run left is removed, other partial files stay", async () => {
    await partial("copy-1", "x");
    await partial("p", "x");
    await files.recover();
    expect(await files.listPartials()).toEqual(["p"]);
  });

  test("[Y13] another hard link of the file is in the way of a move", async () => {
    writeFileSync(at("a"), "x");
    linkSync(at("a"), at("b"));
    await expect(files.move("a", "b", await stampOf("a"))).rejects.toMatchObject({ code: "EEXIST" });
    expect(readdirSync(root).sort()).toEqual([".ledge", "a", "b"]);
  });

  test("[Y13] a folder whose place a symlink took is not reached through any more", async () => {
    const outside = mkdtempSync(join(tmpdir(), "ledge-outside-"));
    try {
      await files.makeFolder("a");
      await files.makeFolder("a/b");
      renameSync(at("a"), at("moved"));
      symlinkSync(outside, at("a"));
      mkdirSync(join(outside, "b"));
      writeFileSync(join(outside, "b/file"), "theirs");
      await partial("p", "x");
      await expect(files.place("p", "a/b/new", null)).rejects.toMatchObject({ code: "ENOTDIR" });
      await expect(files.openRead("a/b/file")).rejects.toMatchObject({ code: "ENOTDIR" });
      await expect(files.removeFolder("a/b")).rejects.toMatchObject({ code: "ENOTDIR" });
      await files.trash("a", await stampOf("a"));
      expect(filesBelow(outside)).toEqual({ "b/file": "theirs" });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test("[Y6] what is older than the trash is kept goes for good, by whole days", async () => {
    for (const day of ["2026-10-01", "2026-10-22", "2026-10-23", "notes"]) {
      mkdirSync(at(`.ledge/trash/${day}`));
      writeFileSync(at(`.ledge/trash/${day}/f`), "x");
    }
    await files.pruneTrash(Date.UTC(2026, 9, 23, 12));
    expect(readdirSync(at(".ledge/trash")).sort()).toEqual(["2026-10-23", "notes"]);
  });

  test("[Y6] a path that is too long in the trash goes to its day by name alone", async () => {
    const part = "d".repeat(200);
    const deep = Array.from({ length: 21 }, () => part).join("/");
    const longest = deep.slice(0, 4095 - root.length - 20).replace(/\/$/, "");
    mkdirSync(at(longest), { recursive: true });
    writeFileSync(at(`${longest}/f`), "deep");
    await files.trash(`${longest}/f`, await stampOf(`${longest}/f`));
    expect(Object.entries(trashedIn(root)).filter(([path]) => !path.includes("/"))).toEqual([["f", "deep"]]);
  });

  test("[Y1] a long list lets others have their turn", async () => {
    for (let n = 0; n < 1_100; n++) writeFileSync(at(`f${n}`), "");
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    const listing = files.list("");
    setImmediate(turn);
    const listed = await listing;
    isOver = true;
    expect(listed.length).toBe(1_100);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test("[Y13] placed files of one folder are durable together and none is lost when many come at once", async () => {
    const names = Array.from({ length: 100 }, (_, n) => `f${n}`);
    await Promise.all(names.map((name) => partial(name, name)));
    const stamps = await Promise.all(names.map((name) => files.place(name, name, null)));
    expect(new Set(stamps.map((stamp) => stamp.identity)).size).toBe(100);
    for (const name of names) expect(readFileSync(at(name), "utf8")).toBe(name);
  });

  test("[Y21] a file that may not be written to is said to be so by its code", async () => {
    if (process.getuid?.() === 0) return;
    await files.makeFolder("closed");
    await partial("p", "x");
    chmodSync(at("closed"), 0o500);
    await expect(files.place("p", "closed/a", null)).rejects.toMatchObject({ code: "EACCES" });
  });

  test("[Y18] an mtime before 1970 can be stamped and replaced", async () => {
    writeFileSync(at("a"), "x");
    utimesSync(at("a"), new Date(-5500), new Date(-5500));
    expect((await stampOf("a")).mtime).toBe(-5500);
    await partial("p", "new");
    await files.place("p", "a", await stampOf("a"));
    expect(readFileSync(at("a"), "utf8")).toBe("new");
  });
});

describe("the link of a folder", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "ledge-link-"));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  test("[Y14] a folder is linked once, and known again, also when it was moved", async () => {
    const folder = join(parent, "a");
    mkdirSync(folder);
    const first = await openReplica(folder);
    expect(first).toMatchObject({ root: folder, isNew: true, isCopy: false });
    expect(lstatSync(join(folder, ".ledge")).mode & 0o777).toBe(0o700);
    renameSync(folder, join(parent, "b"));
    const second = await openReplica(join(parent, "b"));
    expect(second).toMatchObject({ id: first.id, isNew: false, isCopy: false });
    expect(await new NodeReplicaFiles(second.root, second.id).isLinked()).toBe(true);
    expect(await new NodeReplicaFiles(folder, first.id).isLinked()).toBe(false);
  });

  test("[Y14] another folder in the root's place is not the one that was linked", async () => {
    const folder = join(parent, "a");
    mkdirSync(folder);
    const { root, id } = await openReplica(folder);
    const files = new NodeReplicaFiles(root, id);
    renameSync(folder, join(parent, "away"));
    mkdirSync(folder);
    expect(await files.isLinked()).toBe(false);
    await openReplica(folder);
    expect(await files.isLinked()).toBe(false);
  });

  test("[Y14] a copy of a linked folder is told from it, and becomes a replica of its own", async () => {
    const folder = join(parent, "a");
    mkdirSync(folder);
    const original = await openReplica(folder);
    const copy = join(parent, "copy");
    mkdirSync(join(copy, ".ledge/stage"), { recursive: true });
    writeFileSync(join(copy, ".ledge/replica.json"), readFileSync(join(folder, ".ledge/replica.json")));
    writeFileSync(join(copy, ".ledge/state.db"), "of the original");
    writeFileSync(join(copy, ".ledge/stage/id1"), "staged");
    const opened = await openReplica(copy);
    expect(opened).toMatchObject({ id: original.id, isCopy: true });
    expect(await new NodeReplicaFiles(copy, opened.id).isLinked()).toBe(false);
    const id = await relinkReplica(copy);
    expect(id).not.toBe(original.id);
    expect(await openReplica(copy)).toMatchObject({ id, isNew: false, isCopy: false });
    expect(existsSync(join(copy, ".ledge/state.db"))).toBe(false);
    expect(readFileSync(join(copy, "recovered id1"), "utf8")).toBe("staged");
    expect(await openReplica(folder)).toMatchObject({ id: original.id, isCopy: false });
  });

  test("[Y14] a record that cannot be read is as good as none", async () => {
    const { id } = await openReplica(parent);
    writeFileSync(join(parent, ".ledge/replica.json"), '{"id": 7}');
    expect(await new NodeReplicaFiles(parent, id).isLinked()).toBe(false);
    expect((await openReplica(parent)).isNew).toBe(true);
    writeFileSync(join(parent, ".ledge/replica.json"), "garbage");
    expect((await openReplica(parent)).isNew).toBe(true);
  });

  test("[Y14] what is no folder is not linked", async () => {
    writeFileSync(join(parent, "file"), "x");
    await expect(openReplica(join(parent, "file"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(openReplica(join(parent, "missing"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
