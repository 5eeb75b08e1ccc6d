import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { STAGE } from "../../../client/sync/entry.ts";
import { localPath } from "../../../client/sync/local-path.ts";
import type { ReadableReplica } from "../../../client/sync/observe/knowledge.ts";
import { RootLost } from "../../../client/sync/observe/observer.ts";
import { ObservedFolder } from "./support/observed-folder.ts";

const folders: ObservedFolder[] = [];

async function make(wrap?: (files: ReadableReplica) => ReadableReplica): Promise<ObservedFolder> {
  const folder = await ObservedFolder.make(wrap);
  folders.push(folder);
  return folder;
}

/** A folder that holds these files, all of them taken in, each with its path for a content. */
async function makeWith(...paths: string[]): Promise<ObservedFolder> {
  const folder = await make();
  for (const path of paths) folder.write(path);
  await folder.settle();
  for (const path of paths) folder.setContent(path, path);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

describe("identity", () => {
  test("[Y8] a file that another replaces under its path is an edit of it", async () => {
    const folder = await makeWith("a/b");
    const id = folder.id("a/b");
    folder.write("a/.b.tmp", "new");
    renameSync(folder.path("a/.b.tmp"), folder.path("a/b"));
    await folder.settle("a/b", "a/.b.tmp");
    expect(folder.id("a/b")).toBe(id);
    expect(folder.content("a/b")).toBeNull();
    expect(folder.tree()).toEqual(["a/", "a/b"]);
  });

  test("[Y8] a save by way of a backup keeps the file's id, when it is looked at in the midst of it", async () => {
    const folder = await makeWith("f");
    const id = folder.id("f");
    renameSync(folder.path("f"), folder.path("f~"));
    await folder.observe("f", "f~");
    folder.write("f", "new");
    await folder.observe("f");
    rmSync(folder.path("f~"));
    await folder.settle("f", "f~");
    expect(folder.tree()).toEqual(["f"]);
    expect(folder.id("f")).toBe(id);
  });

  test("[Y8] a moved file keeps its id and its content, whichever end is looked at", async () => {
    for (const looked of [["a/x"], ["b/y"], ["a/x", "b/y"], []]) {
      const folder = await makeWith("a/x", "b/z");
      const id = folder.id("a/x");
      renameSync(folder.path("a/x"), folder.path("b/y"));
      await folder.observe(...looked);
      if (looked.length === 1) await folder.observe("a/x", "b/y");
      await folder.settle("a");
      expect(folder.tree()).toEqual(["a/", "b/", "b/y", "b/z"]);
      expect(folder.id("b/y")).toBe(id);
      expect(folder.content("b/y")).toBe("a/x");
    }
  });

  test("[Y8] a folder that moves takes along what is in it, and what changed there meanwhile is seen", async () => {
    const folder = await makeWith("a/b/c", "a/d");
    const ids = ["a", "a/b", "a/b/c", "a/d"].map((path) => folder.id(path));
    folder.write("a/b/c", "changed");
    mkdirSync(folder.path("z"));
    renameSync(folder.path("a"), folder.path("z/y"));
    await folder.settle("a/b/c", "a", "z", "z/y");
    expect(["z/y", "z/y/b", "z/y/b/c", "z/y/d"].map((path) => folder.id(path))).toEqual(ids);
    expect(folder.content("z/y/b/c")).toBeNull();
    expect(folder.content("z/y/d")).toBe("a/d");
  });

  test("[Y12] folders that exchange their names exchange their places", async () => {
    for (const looked of [["a", "b"], ["a"], ["b"], []]) {
      const folder = await makeWith("a/x", "b/y");
      const [a, b, x] = [folder.id("a"), folder.id("b"), folder.id("a/x")];
      renameSync(folder.path("a"), folder.path("t"));
      renameSync(folder.path("b"), folder.path("a"));
      renameSync(folder.path("t"), folder.path("b"));
      await folder.settle(...looked);
      expect([folder.id("b"), folder.id("a"), folder.id("b/x")]).toEqual([a, b, x]);
      expect(folder.content("b/x")).toBe("a/x");
    }
  });

  test("[Y12] an event from within a folder is not taken for one of the folder that had its name", async () => {
    const folder = await makeWith("a/f", "b/f");
    const [a, b] = [folder.id("a/f"), folder.id("b/f")];
    renameSync(folder.path("a"), folder.path("t"));
    renameSync(folder.path("b"), folder.path("a"));
    renameSync(folder.path("t"), folder.path("b"));
    await folder.settle("a/f");
    expect([folder.id("b/f"), folder.id("a/f")]).toEqual([a, b]);
    expect(folder.content("b/f")).toBe("a/f");
  });

  test("[Y8] a folder whose name a new one took is the one that moved, wherever it went", async () => {
    const folder = await makeWith("a/x", "m/n");
    const [a, x, m] = [folder.id("a"), folder.id("a/x"), folder.id("m")];
    renameSync(folder.path("m"), folder.path("k"));
    renameSync(folder.path("a"), folder.path("k/b"));
    folder.write("a/x", "other");
    await folder.settle();
    expect([folder.id("k/b"), folder.id("k/b/x"), folder.id("k")]).toEqual([a, x, m]);
    expect(folder.id("a")).not.toBe(a);
  });

  test("[Y8] a folder that was made anew under its name is the same to its user", async () => {
    const folder = await makeWith("a/x", "a/y");
    const [a, x] = [folder.id("a"), folder.id("a/x")];
    rmSync(folder.path("a"), { recursive: true });
    folder.write("a/x", "new");
    await folder.settle("a");
    expect([folder.id("a"), folder.id("a/x")]).toEqual([a, x]);
    expect(folder.tree()).toEqual(["a/", "a/x"]);
  });

  test("[Y8] a folder goes into one that was in it", async () => {
    const folder = await makeWith("a/b/c");
    const [a, b] = [folder.id("a"), folder.id("a/b")];
    renameSync(folder.path("a/b"), folder.path("x"));
    renameSync(folder.path("a"), folder.path("x/a"));
    await folder.settle("a", "x", "x/a", "a/b");
    expect([folder.id("x/a"), folder.id("x")]).toEqual([a, b]);
    expect(folder.tree()).toEqual(["x/", "x/a/", "x/c"]);
  });

  test("[Y8] a folder is put into a new one of its name", async () => {
    const folder = await makeWith("a/b/c");
    const [a, b] = [folder.id("a"), folder.id("a/b")];
    renameSync(folder.path("a"), folder.path("t"));
    mkdirSync(folder.path("a"));
    renameSync(folder.path("t"), folder.path("a/a"));
    await folder.settle("a", "t", "a/a");
    expect([folder.id("a/a"), folder.id("a/a/b")]).toEqual([a, b]);
    expect(folder.tree()).toEqual(["a/", "a/a/", "a/a/b/", "a/a/b/c"]);
  });

  test("[Y8] a folder that was away for a moment is looked into, for what was told of it bears other names", async () => {
    const folder = await makeWith("a/b/c");
    renameSync(folder.path("a"), folder.path("t"));
    folder.write("t/b/new");
    renameSync(folder.path("t"), folder.path("a"));
    await folder.settle("a", "t", "t/b/new");
    expect(folder.tree()).toEqual(["a/", "a/b/", "a/b/c", "a/b/new"]);
  });

  test("[Y8] a hard link is a file of its own, and the first name keeps the id", async () => {
    const folder = await makeWith("a/f");
    const id = folder.id("a/f");
    linkSync(folder.path("a/f"), folder.path("a/0"));
    linkSync(folder.path("a/f"), folder.path("g"));
    await folder.settle("a/0", "g");
    expect(folder.id("a/f")).toBe(id);
    expect(folder.tree()).toEqual(["a/", "a/0", "a/f", "g"]);
    rmSync(folder.path("a/f"));
    await folder.settle("a/f");
    expect(folder.tree()).toEqual(["a/", "a/0", "g"]);
  });

  test("[Y8] a folder in place of a file is something new", async () => {
    const folder = await makeWith("a");
    const id = folder.id("a");
    rmSync(folder.path("a"));
    folder.write("a/b");
    await folder.settle("a");
    expect(folder.tree()).toEqual(["a/", "a/b"]);
    expect(folder.id("a")).not.toBe(id);
  });

  test("[Y11] a rename of case or normal form alone keeps id and content", async () => {
    const folder = await makeWith("Readme", "caf\u00e9");
    const ids = [folder.id("Readme"), folder.id("caf\u00e9")];
    renameSync(folder.path("Readme"), folder.path("README"));
    renameSync(folder.path("caf\u00e9"), folder.path("cafe\u0301"));
    await folder.settle("Readme", "README", "caf\u00e9", "cafe\u0301");
    expect([folder.id("README"), folder.id("cafe\u0301")]).toEqual(ids);
    expect([folder.content("README"), folder.content("cafe\u0301")]).toEqual(["Readme", "caf\u00e9"]);
  });

  test("[N2] two names of one key are two entries", async () => {
    const folder = await makeWith("A.txt", "a.txt", "caf\u00e9", "cafe\u0301");
    expect(folder.tree()).toEqual(["A.txt", "a.txt", "cafe\u0301", "caf\u00e9"].sort());
    folder.write("a.txt", "changed");
    await folder.settle("a.txt");
    expect([folder.content("A.txt"), folder.content("a.txt")]).toEqual(["A.txt", null]);
  });

  test("[Y12] what is staged is found there, with what is in it", async () => {
    const folder = await makeWith("a/b");
    const [a, b] = [folder.id("a"), folder.id("a/b")];
    renameSync(folder.path("a"), folder.path(`.ledge/stage/${a}`));
    writeFileSync(folder.path(".ledge/stage/stray"), "x");
    await folder.settle();
    expect(folder.trees.get(a)?.local).toMatchObject({ parent: STAGE, name: a });
    expect(localPath(folder.trees, b)).toBe(`.ledge/stage/${a}/b`);
    expect([...folder.observer.problems.keys()]).toEqual([".ledge/stage/stray"]);
    renameSync(folder.path(`.ledge/stage/${a}`), folder.path("c"));
    await folder.settle("c");
    expect([folder.id("c"), folder.id("c/b")]).toEqual([a, b]);
    expect(folder.content("c/b")).toBe("a/b");
  });
});

describe("deletion", () => {
  test("[Y7] a deletion is believed after a second, with all below it", async () => {
    const folder = await makeWith("a/b/c", "a/d", "e");
    const [a, c] = [folder.id("a"), folder.id("a/b/c")];
    rmSync(folder.path("a"), { recursive: true });
    await folder.observe("a");
    expect(folder.tree()).toEqual(["a/", "a/b/", "a/b/c", "a/d", "e"]);
    expect([folder.observer.isUnreadable(a), folder.observer.isUnreadable(c)]).toEqual([true, true]);
    const due = (folder.observer.nextLook ?? 0) - folder.clock.now();
    expect(due).toBeGreaterThan(900);
    expect(due).toBeLessThanOrEqual(1_000);
    folder.clock.offset += 900;
    await folder.lookAgain();
    await folder.observe();
    expect(folder.tree()).toContain("a/b/c");
    folder.clock.offset += 100;
    await folder.lookAgain();
    expect(folder.tree()).toEqual(["e"]);
    expect(folder.observer.nextLook).toBeNull();
  });

  test("[Y7] what comes back within the second was never gone", async () => {
    const folder = await makeWith("a/b");
    const id = folder.id("a/b");
    renameSync(folder.path("a"), folder.path(".ledge/elsewhere"));
    await folder.observe("a");
    renameSync(folder.path(".ledge/elsewhere"), folder.path("a"));
    await folder.settle("e");
    expect(folder.id("a/b")).toBe(id);
    expect(folder.content("a/b")).toBe("a/b");
    expect(folder.observer.isUnreadable(id)).toBe(false);
  });

  test.each(["unmounted", "another"])("[Y14] nothing is read out of a root that is %s", async (how) => {
    const folder = await makeWith("a/b");
    rmSync(folder.path("a"), { recursive: true });
    await folder.observe();
    folder.clock.offset += 2_000;
    renameSync(folder.root, `${folder.root}-moved`);
    if (how === "another") mkdirSync(folder.path(".ledge"), { recursive: true });
    await expect(folder.lookAgain()).rejects.toBeInstanceOf(RootLost);
    await expect(folder.observe()).rejects.toBeInstanceOf(RootLost);
    expect(folder.tree()).toEqual(["a/", "a/b"]);
    rmSync(folder.root, { recursive: true, force: true });
    renameSync(`${folder.root}-moved`, folder.root);
    await folder.settle();
    expect(folder.tree()).toEqual([]);
  });

  test("[Y14] a root that goes away in the midst of a look takes nothing with it", async () => {
    let lists = Infinity;
    const folder = await make((files) => ({
      ...files,
      list: (path) => {
        if (--lists === 0) renameSync(folder.root, `${folder.root}-moved`);
        return files.list(path);
      },
    }));
    for (const path of ["a/b", "c/d", "e/f"]) folder.write(path);
    await folder.settle();
    lists = 3;
    await folder.observe().catch(() => undefined);
    folder.clock.offset += 5_000;
    await expect(folder.lookAgain()).rejects.toBeInstanceOf(RootLost);
    expect(folder.tree()).toEqual(["a/", "a/b", "c/", "c/d", "e/", "e/f"]);
    renameSync(`${folder.root}-moved`, folder.root);
  });
});

describe("what cannot be looked at", () => {
  test("[Y15] a symlink hides what it took the place of, which is held and not deleted", async () => {
    const folder = await makeWith("docs/a", "file", "other");
    const ids = ["docs", "docs/a", "file"].map((path) => folder.id(path));
    rmSync(folder.path("docs"), { recursive: true });
    rmSync(folder.path("file"));
    symlinkSync("other", folder.path("docs"));
    symlinkSync("nowhere", folder.path("file"));
    await folder.settle();
    expect(folder.tree()).toEqual(["docs/", "docs/a", "file", "other"]);
    expect(ids.map((id) => folder.observer.isUnreadable(id))).toEqual([true, true, true]);
    expect([...folder.observer.problems.keys()]).toEqual(["docs", "file"]);
    rmSync(folder.path("file"));
    folder.write("file");
    await folder.settle("file");
    expect(folder.observer.isUnreadable(folder.id("file"))).toBe(false);
    expect([...folder.observer.problems.keys()]).toEqual(["docs"]);
  });

  test("[Y15] a folder that moved and left a symlink behind is where it is now", async () => {
    const folder = await makeWith("docs/a", "big/b");
    const id = folder.id("docs");
    renameSync(folder.path("docs"), folder.path("big/docs"));
    symlinkSync("big/docs", folder.path("docs"));
    await folder.settle("docs", "big/docs");
    expect(folder.id("big/docs")).toBe(id);
    expect(folder.tree()).toEqual(["big/", "big/b", "big/docs/", "big/docs/a"]);
  });

  test("[Y7] nothing is deleted out of a folder that cannot be listed, and it is looked at again by itself", async () => {
    let denied: string | null = null;
    const folder = await make((files) => ({
      ...files,
      list: (path) =>
        path === denied ? Promise.reject(Object.assign(new Error("denied"), { code: "EACCES" })) : files.list(path),
    }));
    for (const path of ["a/b", "a/c/d", "e"]) folder.write(path);
    await folder.settle();
    denied = "a";
    rmSync(folder.path("a/b"));
    await folder.observe();
    folder.clock.offset += 900;
    await folder.lookAgain();
    expect(folder.tree()).toContain("a/b");
    expect(folder.observer.isUnreadable(folder.id("a/c/d"))).toBe(true);
    expect(folder.observer.isUnreadable(folder.id("e"))).toBe(false);
    expect(folder.observer.problems.get("a")).toContain("EACCES");
    denied = null;
    await folder.settle("e");
    expect(folder.tree()).toEqual(["a/", "a/c/", "a/c/d", "e"]);
    expect(folder.observer.isUnreadable(folder.id("a/c/d"))).toBe(false);
    expect(folder.observer.problems.size).toBe(0);
  });

  test("[Y22] a failure that is not the file system's comes through", async () => {
    let fails = false;
    const folder = await make((files) => ({
      ...files,
      stat: (path) => (fails && path !== "" ? Promise.reject(new Error("killed")) : files.stat(path)),
    }));
    folder.write("a");
    await folder.settle();
    fails = true;
    await expect(folder.observe("a")).rejects.toThrow("killed");
  });

  test("[N1] names that cannot travel are left alone and reported", async () => {
    const folder = await make();
    writeFileSync(folder.path("bad\u0007name"), "x");
    writeFileSync(Buffer.concat([Buffer.from(`${folder.root}/`), Buffer.from([0xff, 0xfe])]), "x");
    folder.write("good");
    await folder.settle();
    expect(folder.tree()).toEqual(["good"]);
    expect([...folder.observer.problems.keys()].sort()).toEqual(["bad\u0007name", "\uFFFD"]);
  });
});

describe("quiet", () => {
  test("[Y17] a small edit is taken in 20 ms after it was seen", async () => {
    const folder = await makeWith("a");
    folder.write("a", "changed");
    await folder.observe("a");
    expect(folder.content("a")).toBe("a");
    expect(folder.observer.isUnreadable(folder.id("a"))).toBe(true);
    const seen = folder.clock.now();
    expect((folder.observer.nextLook ?? 0) - seen).toBeLessThanOrEqual(20);
    folder.clock.offset += 20;
    await folder.lookAgain();
    expect(folder.content("a")).toBeNull();
    expect(folder.observer.isUnreadable(folder.id("a"))).toBe(false);
    expect(folder.observer.nextLook).toBeNull();
  });

  test("[Y17] the more often a file changes the longer it is waited for, up to two seconds", async () => {
    const folder = await makeWith("log");
    const waits: number[] = [];
    for (let size = 1; size <= 10; size++) {
      folder.write("log", "x".repeat(10 + size));
      await folder.observe("log");
      const wait = (folder.observer.nextLook ?? 0) - folder.clock.now();
      waits.push(Math.ceil(wait / 10) * 10);
      folder.clock.offset += wait - 1;
    }
    expect(waits).toEqual([20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000, 2_000]);
    expect(folder.content("log")).toBe("log");
  });

  test("[Y17] in a look at everything a file that was written long ago is taken in at once, by whichever clock", async () => {
    const folder = await make();
    for (const path of ["old", "ahead", "recent"]) folder.write(path);
    const now = Date.now() / 1_000;
    utimesSync(folder.path("old"), now - 60, now - 60);
    utimesSync(folder.path("ahead"), now + 60, now + 60);
    await folder.observe();
    expect(folder.tree()).toEqual(["ahead", "old"]);
  });

  test("[Y17] a file that goes away before it is quiet leaves nothing behind", async () => {
    const folder = await makeWith("a/b");
    folder.write("a/new");
    folder.write("top");
    await folder.observe("a/new", "top");
    rmSync(folder.path("a"), { recursive: true });
    rmSync(folder.path("top"));
    await folder.settle("a");
    expect(folder.tree()).toEqual([]);
    expect(folder.observer.nextLook).toBeNull();
  });

  test("[Y18] a stamp that changed leaves the content to be read again; one that stands keeps it", async () => {
    const folder = await makeWith("a", "b", "c");
    utimesSync(folder.path("a"), 1_000, 1_000);
    chmodSync(folder.path("b"), 0o755);
    await folder.settle();
    expect(["a", "b", "c"].map((path) => folder.content(path))).toEqual([null, null, "c"]);
    expect(folder.trees.get(folder.id("b"))?.local?.stamp.executable).toBe(true);
  });
});

describe("scope", () => {
  test("[Y15] what is ignored is not taken in; when the rules change, all below is looked at anew", async () => {
    const folder = await make();
    for (const path of ["a/x.log", "a/y", "build/z", ".DS_Store"]) folder.write(path);
    folder.write(".ledgeignore", "*.log\nbuild/\n");
    await folder.settle();
    expect(folder.tree()).toEqual([".ledgeignore", "a/", "a/y"]);
    folder.write("a/.ledgeignore", "!x.log\n");
    await folder.settle("a/.ledgeignore");
    expect(folder.tree()).toEqual([".ledgeignore", "a/", "a/.ledgeignore", "a/x.log", "a/y"]);
    rmSync(folder.path(".ledgeignore"));
    await folder.settle(".ledgeignore");
    expect(folder.tree()).toEqual(["a/", "a/.ledgeignore", "a/x.log", "a/y", "build/", "build/z"]);
    expect(folder.observer.problems.size).toBe(0);
  });

  test("[Y15] a rule that comes later leaves what is in sync as it is, whatever becomes of it", async () => {
    const folder = await makeWith("logs/a", "logs/b");
    folder.write(".ledgeignore", "logs/");
    await folder.settle(".ledgeignore");
    rmSync(folder.path("logs/a"));
    folder.write("logs/b", "changed");
    folder.write("logs/c", "new");
    await folder.settle("logs/a", "logs/b", "logs/c");
    rmSync(folder.path("logs"), { recursive: true });
    await folder.settle();
    expect(folder.tree()).toEqual([".ledgeignore", "logs/", "logs/a", "logs/b"]);
    expect(folder.content("logs/b")).toBe("logs/b");
  });

  test("[Y15] rules move with their folder", async () => {
    const folder = await make();
    folder.write("a/.ledgeignore", "/x\n");
    folder.write("a/x");
    await folder.settle();
    renameSync(folder.path("a"), folder.path("b"));
    folder.write("a/x");
    await folder.settle("a", "b", "a/x");
    expect(folder.tree()).toEqual(["a/", "a/x", "b/", "b/.ledgeignore"]);
  });

  test("[Y15] rules that are being written are not gone by before they stand", async () => {
    const folder = await make();
    folder.write(".ledgeignore", "secret\n");
    folder.write("secret");
    await folder.settle();
    folder.write(".ledgeignore", "");
    await folder.observe(".ledgeignore");
    await folder.observe("secret");
    folder.write(".ledgeignore", "secret\nmore\n");
    await folder.settle(".ledgeignore");
    expect(folder.tree()).toEqual([".ledgeignore"]);
  });

  test("[Y15] rules whose file is away for a moment, as editors save, hold on", async () => {
    const folder = await make();
    folder.write(".ledgeignore", "secret\n");
    folder.write("secret");
    await folder.settle();
    renameSync(folder.path(".ledgeignore"), folder.path(".ledgeignore~"));
    await folder.observe(".ledgeignore", ".ledgeignore~");
    await folder.observe();
    folder.clock.offset += 100;
    await folder.lookAgain();
    expect(folder.tree()).not.toContain("secret");
    rmSync(folder.path(".ledgeignore~"));
    folder.write(".ledgeignore", "secret\nmore\n");
    await folder.settle(".ledgeignore", ".ledgeignore~", "secret");
    expect(folder.tree()).toEqual([".ledgeignore"]);
    rmSync(folder.path(".ledgeignore"));
    await folder.settle(".ledgeignore");
    expect(folder.tree()).toEqual(["secret"]);
  });

  test("[Y15] rules whose file is away for a moment at a start hold on, until it is believed to be deleted", async () => {
    const folder = await make();
    folder.write("a/.ledgeignore", "secret\n");
    await folder.settle();
    folder.write("a/secret");
    rmSync(folder.path("a/.ledgeignore"));
    folder.restart();
    await folder.observe();
    folder.clock.offset += 100;
    await folder.lookAgain();
    expect(folder.tree()).not.toContain("a/secret");
    folder.write("a/.ledgeignore", "secret\nmore\n");
    await folder.settle("a/.ledgeignore");
    expect(folder.tree()).toEqual(["a/", "a/.ledgeignore"]);
    rmSync(folder.path("a/.ledgeignore"));
    folder.restart();
    await folder.settle();
    expect(folder.tree()).toEqual(["a/", "a/secret"]);
    expect(folder.trees.metaUnder("ignore/")).toEqual([]);
  });

  test("[Y15] rules hold on where their folder becomes one with the server's, under another id", async () => {
    const folder = await make();
    folder.write("a/.ledgeignore", "secret\n");
    await folder.settle();
    const { trees } = folder;
    const before = folder.id("a");
    const { local } = trees.get(before) ?? {};
    if (!local) throw new Error("a is not here");
    const inside = [...trees.localChildren(before)];
    trees.transaction(() => {
      trees.setLocal(before, null);
      trees.setLocal("other", local);
      for (const child of inside) if (child.local) trees.setLocal(child.id, { ...child.local, parent: "other" });
    });
    folder.write("a/secret");
    await folder.settle("a/secret");
    expect(folder.tree()).toEqual(["a/", "a/.ledgeignore"]);
  });

  test("[Y15] ignore rules hold for what is looked at alone", async () => {
    const folder = await make();
    folder.write(".ledgeignore", "node_modules/\n");
    await folder.settle();
    folder.write("node_modules/a/b");
    await folder.settle("node_modules", "node_modules/a", "node_modules/a/b");
    expect(folder.tree()).toEqual([".ledgeignore"]);
  });
});
