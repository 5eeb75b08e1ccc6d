import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Stamp } from "../../client/ports/replica-files.ts";
import { ReplicaChanged, sameBytes, sameFile, type ReplicaFiles } from "../../client/ports/replica-files.ts";

/** A replica to try, and a way to its disk past the port: what a user does. Paths are as in the port, `.ledge` included. */
export interface ReplicaRig {
  readonly files: ReplicaFiles;
  /** Whether names that differ in case are different names. */
  readonly isCaseSensitive: boolean;
  /** Whether files have an executable bit. */
  readonly hasExecutableBit: boolean;
  /** Writes over the file's bytes, or makes it; the folders above it are made. */
  write(path: string, text: string): Promise<void>;
  /** Puts another file under the name, as editors save. */
  replace(path: string, text: string): Promise<void>;
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** Null where there is no file. */
  read(path: string): Promise<string | null>;
  /** Removes a file or folder with all in it. */
  remove(path: string): Promise<void>;
  /** Null where the rig cannot make symlinks. */
  readonly symlink: ((target: string, path: string) => Promise<void>) | null;
  /** What the local trash holds: files by their path in the day's folder. */
  trashed(): Promise<Record<string, string>>;
  dispose(): Promise<void>;
}

const MTIME = 1_700_000_000_123;
const encoder = new TextEncoder();

/** What every `ReplicaFiles` promises. */
export function replicaFilesContract(name: string, make: () => Promise<ReplicaRig>): void {
  describe(name, () => {
    let rig: ReplicaRig;
    let files: ReplicaFiles;

    beforeEach(async () => {
      rig = await make();
      files = rig.files;
    });
    afterEach(() => rig.dispose());

    async function stampOf(path: string): Promise<Stamp> {
      const stamp = await files.stat(path);
      if (!stamp) throw new Error(`nothing at ${path}`);
      return stamp;
    }

    async function partial(partialName: string, text: string, executable = false): Promise<void> {
      const handle = await files.openPartial(partialName);
      await handle.truncate(0);
      await handle.write(encoder.encode(text), 0);
      await handle.finish({ mtime: MTIME, executable });
      await handle.sync();
      await handle.close();
    }

    const names = async (path: string): Promise<(string | null)[]> =>
      (await files.list(path)).map((entry) => entry.name);

    /** The ways in which what is at a path can be something else than it was. */
    const changes: [string, (path: string) => Promise<void>][] = [
      ["other bytes", (path) => rig.write(path, "changed bytes")],
      ["other bytes of the same length", (path) => rig.write(path, "BEFORE")],
      ["another file", (path) => rig.replace(path, "before")],
      ["nothing", (path) => rig.remove(path)],
      [
        "a folder",
        async (path) => {
          await rig.remove(path);
          await rig.makeFolder(path);
        },
      ],
    ];

    describe("looking", () => {
      test("[Y14] a linked root is known as such, and one without its .ledge is not", async () => {
        expect(await files.isLinked()).toBe(true);
        await rig.remove(".ledge");
        expect(await files.isLinked()).toBe(false);
      });

      test("[Y1] a folder's entries come sorted by code units, with their stamps, the root's without .ledge", async () => {
        await rig.write("b", "12345");
        await rig.write("B2", "");
        await rig.write("é", "x");
        await rig.makeFolder("a");
        await rig.write("a/inner", "x");
        expect(await names("")).toEqual(["B2", "a", "b", "é"]);
        expect(await names("a")).toEqual(["inner"]);
        const listed = (await files.list("")).find((entry) => entry.name === "b");
        expect(listed?.stamp).toEqual(await files.stat("b"));
        expect(listed?.stamp).toMatchObject({ type: "file", size: 5, executable: rig.hasExecutableBit ? false : null });
        expect((await files.stat("a"))?.type).toBe("folder");
        expect((await files.stat(""))?.type).toBe("folder");
      });

      test("[Y1] listing what is no folder fails, and a stamp of nothing is null", async () => {
        await rig.write("file", "x");
        await expect(files.list("missing")).rejects.toMatchObject({ code: "ENOENT" });
        await expect(files.list("file")).rejects.toMatchObject({ code: "ENOTDIR" });
        expect(await files.stat("missing")).toBeNull();
        expect(await files.stat("missing/below")).toBeNull();
        expect(await files.stat("file/below")).toBeNull();
      });

      test("[Y11] names keep the normal form that they were given", async () => {
        await rig.write("caf\u00e9", "composed");
        await rig.write("nai\u0308ve", "decomposed");
        expect(await names("")).toEqual(["caf\u00e9", "nai\u0308ve"]);
      });

      test("[Y3] a stamp tells whether the bytes may have changed, and keeps the identity", async () => {
        await rig.write("a", "before");
        const before = await stampOf("a");
        expect(sameBytes(before, await stampOf("a"))).toBe(true);
        await rig.write("a", "BEFORE");
        const after = await stampOf("a");
        expect(sameBytes(before, after)).toBe(false);
        expect(sameFile(before, after)).toBe(false);
        expect(after.identity).toBe(before.identity);
        await rig.replace("a", "before");
        expect((await stampOf("a")).identity).not.toBe(before.identity);
      });

      test("[Y8] files and folders that are there at the same time have identities of their own", async () => {
        for (const path of ["a", "b", "c/d", "c/e/f"]) await rig.write(path, "same");
        const stamps = await Promise.all(["", "a", "b", "c", "c/d", "c/e", "c/e/f"].map(stampOf));
        expect(new Set(stamps.map((stamp) => stamp.identity)).size).toBe(stamps.length);
      });

      test("[Y3] a file is read where it is asked for, and ends where it ends", async () => {
        await rig.write("a", "0123456789");
        const handle = await files.openRead("a");
        const buffer = new Uint8Array(4);
        expect(await handle.read(buffer, 3)).toBe(4);
        expect(new TextDecoder().decode(buffer)).toBe("3456");
        expect(await handle.read(buffer, 10)).toBe(0);
        expect((await handle.stat()).size).toBe(10);
        await handle.close();
        await expect(files.openRead("missing")).rejects.toMatchObject({ code: "ENOENT" });
        await rig.makeFolder("folder");
        await expect(files.openRead("folder")).rejects.toMatchObject({ code: "EISDIR" });
      });

      test("[Y15] a symlink is something else, and nothing is reached through it", async (context) => {
        if (!rig.symlink) return context.skip();
        await rig.write("folder/file", "x");
        await rig.symlink("folder", "link");
        await rig.symlink("folder/file", "file-link");
        expect((await files.stat("link"))?.type).toBe("other");
        expect((await files.list("")).map((entry) => [entry.name, entry.stamp?.type])).toEqual([
          ["file-link", "other"],
          ["folder", "folder"],
          ["link", "other"],
        ]);
        expect(await files.stat("link/file")).toBeNull();
        await expect(files.list("link")).rejects.toMatchObject({ code: "ENOTDIR" });
        await expect(files.openRead("link/file")).rejects.toMatchObject({ code: "ENOTDIR" });
        await expect(files.openRead("file-link")).rejects.toThrow();
        await expect(files.makeFolder("link/new")).rejects.toMatchObject({ code: "ENOTDIR" });
        await partial("p", "new");
        await expect(files.place("p", "link/new", null)).rejects.toMatchObject({ code: "ENOTDIR" });
        const file = await stampOf("folder/file");
        await expect(files.move("folder/file", "link/moved", file)).rejects.toMatchObject({ code: "ENOTDIR" });
        await expect(files.copy("folder/file", "link/copied", file)).rejects.toMatchObject({ code: "ENOTDIR" });
        expect(await names("folder")).toEqual(["file"]);
      });

      test("[Y13] a path that leaves the root, or names what is not the user's, is refused", async () => {
        await partial("p", "x");
        await rig.write("a", "before");
        const stamp = await stampOf("a");
        for (const path of ["../out", "a/../../out", "./a", "x//y", "/abs", ".ledge/out", ".LEDGE/out", ".ledge"]) {
          await expect(files.place("p", path, null), path).rejects.toMatchObject({ code: "EINVAL" });
          await expect(files.makeFolder(path), path).rejects.toMatchObject({ code: "EINVAL" });
          await expect(files.move("a", path, stamp), path).rejects.toMatchObject({ code: "EINVAL" });
        }
        for (const partialName of ["", ".", "..", "../p", "a/b"]) {
          await expect(files.openPartial(partialName), partialName).rejects.toMatchObject({ code: "EINVAL" });
          await expect(files.removePartial(partialName), partialName).rejects.toMatchObject({ code: "EINVAL" });
        }
        await expect(files.removeFolder("")).rejects.toMatchObject({ code: "EINVAL" });
      });

      test("[Y11] what this system cannot hold is told by name", () => {
        expect(files.nameProblem("plain name.txt")).toBeNull();
        for (const bad of ["", ".", "..", "a/b", "a\0b", "x".repeat(256), ".ledge", ".Ledge"])
          expect(files.nameProblem(bad), bad).toEqual(expect.any(String));
      });

      test("[Y21] the room that is left is a number of bytes", async () => {
        expect(await files.freeBytes()).toBeGreaterThan(0);
      });
    });

    describe("making", () => {
      test("[Y2] a folder is made once, below one that is there", async () => {
        const made = await files.makeFolder("a");
        expect(made).toMatchObject({ type: "folder", identity: (await stampOf("a")).identity });
        await files.makeFolder("a/b");
        await expect(files.makeFolder("a")).rejects.toMatchObject({ code: "EEXIST" });
        await rig.write("file", "x");
        await expect(files.makeFolder("file")).rejects.toMatchObject({ code: "EEXIST" });
        await expect(files.makeFolder("missing/b")).rejects.toMatchObject({ code: "ENOENT" });
        await expect(files.makeFolder("file/b")).rejects.toMatchObject({ code: "ENOTDIR" });
      });

      test("[Y13] a partial file is made when it is opened first, and goes on when opened again", async () => {
        expect(await files.listPartials()).toEqual([]);
        const first = await files.openPartial("p1");
        await first.write(encoder.encode("hello"), 0);
        await first.close();
        const second = await files.openPartial("p1");
        expect((await second.stat()).size).toBe(5);
        await second.write(encoder.encode("HE"), 0);
        await second.write(encoder.encode("!"), 6);
        const buffer = new Uint8Array(16);
        expect(await second.read(buffer, 0)).toBe(7);
        expect(new TextDecoder().decode(buffer.subarray(0, 7))).toBe("HEllo\0!");
        await second.truncate(2);
        expect((await second.stat()).size).toBe(2);
        await second.close();
        await (await files.openPartial("p0")).close();
        expect((await files.listPartials()).sort()).toEqual(["p0", "p1"]);
        await files.removePartial("p1");
        await files.removePartial("p1");
        expect(await files.listPartials()).toEqual(["p0"]);
        expect(await names("")).toEqual([]);
      });

      test("[Y13] a finished partial file is put where nothing is, with its mtime and executable bit", async () => {
        await partial("p", "content", true);
        const placed = await files.place("p", "a", null);
        expect(placed).toEqual(await files.stat("a"));
        expect(placed).toMatchObject({ type: "file", size: 7, mtime: MTIME });
        expect(placed.executable).toBe(rig.hasExecutableBit ? true : null);
        expect(await rig.read("a")).toBe("content");
        expect(await files.listPartials()).toEqual([]);
      });

      test("[Y13] nothing is placed over what appeared, not even over an empty folder", async () => {
        await partial("p", "content");
        await rig.write("a", "mine");
        await rig.makeFolder("b");
        for (const path of ["a", "b"])
          await expect(files.place("p", path, null)).rejects.toBeInstanceOf(ReplicaChanged);
        expect(await rig.read("a")).toBe("mine");
        expect((await files.stat("b"))?.type).toBe("folder");
        expect(await files.listPartials()).toEqual(["p"]);
      });

      test("[Y13] placing where no folder is, or a partial file that is not there, fails", async () => {
        await partial("p", "content");
        await expect(files.place("p", "missing/a", null)).rejects.toMatchObject({ code: "ENOENT" });
        await expect(files.place("other", "a", null)).rejects.toMatchObject({ code: "ENOENT" });
        await rig.write("b", "before");
        await expect(files.place("other", "b", await stampOf("b"))).rejects.toMatchObject({ code: "ENOENT" });
        expect(await rig.read("b")).toBe("before");
      });

      test("[Y3] what is expected is replaced, and leaves nothing behind", async () => {
        await rig.write("a", "before");
        await partial("p", "after");
        const placed = await files.place("p", "a", await stampOf("a"));
        expect(placed).toEqual(await files.stat("a"));
        expect(await rig.read("a")).toBe("after");
        expect(await names("")).toEqual(["a"]);
        expect(await files.listPartials()).toEqual([]);
        await partial("p", "once more");
        await files.place("p", "a", placed);
        expect(await rig.read("a")).toBe("once more");
      });

      test.each(changes)("[Y3] a file is not replaced where there is now %s", async (what, change) => {
        await rig.write("a", "before");
        const expected = await stampOf("a");
        await partial("p", "remote");
        await change("a");
        const now = await rig.read("a");
        await expect(files.place("p", "a", expected)).rejects.toBeInstanceOf(ReplicaChanged);
        expect(await rig.read("a")).toBe(now);
        expect((await files.stat("a"))?.type ?? "nothing").toBe(
          what === "nothing" ? "nothing" : what === "a folder" ? "folder" : "file",
        );
        expect(await files.listPartials()).toEqual(["p"]);
      });

      test("[Y13] a partial name is free again once its file was placed", async () => {
        await partial("p", "first");
        await files.place("p", "a", null);
        await partial("p", "second, longer");
        expect(await rig.read("a")).toBe("first");
        await files.place("p", "b", null);
        expect([await rig.read("a"), await rig.read("b")]).toEqual(["first", "second, longer"]);
      });

      test("[Y10] a copy has the bytes, the mtime and the executable bit, and is a file of its own", async () => {
        await partial("p", "content", true);
        const from = await files.place("p", "a", null);
        const copied = await files.copy("a", "b", from);
        expect(copied).toEqual(await files.stat("b"));
        expect(copied).toMatchObject({ size: 7, mtime: MTIME, executable: from.executable });
        expect(copied.identity).not.toBe(from.identity);
        await rig.write("b", "other");
        expect(await rig.read("a")).toBe("content");
        expect(await files.listPartials()).toEqual([]);
      });

      test("[Y10] a copy is made over nothing, and of nothing but what is expected", async () => {
        await rig.write("a", "before");
        await rig.write("taken", "mine");
        const stamp = await stampOf("a");
        await expect(files.copy("a", "taken", stamp)).rejects.toMatchObject({ code: "EEXIST" });
        expect(await rig.read("taken")).toBe("mine");
        await rig.write("a", "changed since");
        await expect(files.copy("a", "b", stamp)).rejects.toBeInstanceOf(ReplicaChanged);
        await rig.remove("a");
        await expect(files.copy("a", "b", stamp)).rejects.toBeInstanceOf(ReplicaChanged);
        expect(await names("")).toEqual(["taken"]);
        expect(await files.listPartials()).toEqual([]);
      });
    });

    describe("moving", () => {
      test("[Y8] a file and a folder with all in it move as they are", async () => {
        await rig.write("a", "file");
        await rig.write("folder/deep/inner", "inner");
        await rig.makeFolder("to");
        const file = await stampOf("a");
        const moved = await files.move("a", "to/b", file);
        expect(sameFile(moved, file)).toBe(true);
        expect(moved).toEqual(await files.stat("to/b"));
        const folder = await stampOf("folder");
        expect((await files.move("folder", "to/folder", folder)).identity).toBe(folder.identity);
        expect(await rig.read("to/folder/deep/inner")).toBe("inner");
        expect(await names("")).toEqual(["to"]);
      });

      test("[Y8] nothing is moved over anything", async () => {
        await rig.write("a", "file");
        await rig.write("b", "other");
        await rig.makeFolder("empty");
        await rig.write("folder/inner", "inner");
        for (const from of ["a", "folder"])
          for (const to of ["b", "empty"])
            await expect(files.move(from, to, await stampOf(from))).rejects.toMatchObject({ code: "EEXIST" });
        expect(await names("")).toEqual(["a", "b", "empty", "folder"]);
        expect([await rig.read("a"), await rig.read("b")]).toEqual(["file", "other"]);
        await expect(files.move("a", "missing/a", await stampOf("a"))).rejects.toMatchObject({ code: "ENOENT" });
      });

      test.each(changes)("[Y8] a file is not moved where there is now %s", async (_, change) => {
        await rig.write("a", "before");
        const expected = await stampOf("a");
        await change("a");
        await expect(files.move("a", "b", expected)).rejects.toBeInstanceOf(ReplicaChanged);
        expect(await files.stat("b")).toBeNull();
      });

      test("[Y8] a folder is known by its identity, whatever happened in it", async () => {
        await rig.makeFolder("a");
        const expected = await stampOf("a");
        await rig.write("a/new", "x");
        await files.move("a", "b", expected);
        expect(await rig.read("b/new")).toBe("x");
        await rig.makeFolder("a");
        await expect(files.move("a", "c", expected)).rejects.toBeInstanceOf(ReplicaChanged);
      });

      test("[Y11] a rename of case or normal form alone is a rename", async () => {
        await rig.write("readme", "x");
        await rig.makeFolder("caf\u00e9");
        await files.move("readme", "README", await stampOf("readme"));
        await files.move("caf\u00e9", "cafe\u0301", await stampOf("caf\u00e9"));
        expect(await names("")).toEqual(["README", "cafe\u0301"]);
        await files.move("README", "README", await stampOf("README"));
        expect(await rig.read("README")).toBe("x");
      });

      test("[Y11] another file whose name differs in case is in the way where names do so", async () => {
        await rig.write("a", "lower");
        if (rig.isCaseSensitive) {
          await rig.write("A", "upper");
          await expect(files.move("a", "A", await stampOf("a"))).rejects.toMatchObject({ code: "EEXIST" });
          expect([await rig.read("a"), await rig.read("A")]).toEqual(["lower", "upper"]);
        } else {
          await partial("p", "upper");
          expect((await files.stat("A"))?.identity).toBe((await stampOf("a")).identity);
          await expect(files.place("p", "A", null)).rejects.toBeInstanceOf(ReplicaChanged);
          await expect(files.makeFolder("A")).rejects.toMatchObject({ code: "EEXIST" });
        }
      });

      test("[Y12] what is staged is out of sight, can be looked at, and comes back", async () => {
        await rig.write("a", "one");
        await rig.write("folder/inner", "inner");
        const staged = await files.move("a", ".ledge/stage/id1", await stampOf("a"));
        await files.move("folder", ".ledge/stage/id2", await stampOf("folder"));
        expect(await names("")).toEqual([]);
        expect(await files.stat(".ledge/stage/id1")).toEqual(staged);
        expect(await names(".ledge/stage")).toEqual(["id1", "id2"]);
        expect(await names(".ledge/stage/id2")).toEqual(["inner"]);
        await expect(files.move(".ledge/stage/id1", ".ledge/stage/id2", staged)).rejects.toMatchObject({
          code: "EEXIST",
        });
        await files.move(".ledge/stage/id1", "b", staged);
        await files.move(".ledge/stage/id2", "c", await stampOf(".ledge/stage/id2"));
        expect([await rig.read("b"), await rig.read("c/inner")]).toEqual(["one", "inner"]);
        expect(await names(".ledge/stage")).toEqual([]);
      });
    });

    describe("removing", () => {
      test("[Y6] what is trashed keeps its path there, numbered where it is taken", async () => {
        for (const text of ["first", "second", "third"]) {
          await rig.write("folder/a.txt", text);
          await files.trash("folder/a.txt", await stampOf("folder/a.txt"));
        }
        expect(await names("folder")).toEqual([]);
        expect(await rig.trashed()).toEqual({
          "folder/a.txt": "first",
          "folder/a (2).txt": "second",
          "folder/a (3).txt": "third",
        });
      });

      test("[Y6] a folder goes to the trash with all in it, also where it is a file there", async () => {
        await rig.write("a", "a file");
        await files.trash("a", await stampOf("a"));
        await rig.write("a/b", "below");
        await files.trash("a/b", await stampOf("a/b"));
        await rig.write("a/c/d", "deep");
        await files.trash("a", await stampOf("a"));
        const trashed = await rig.trashed();
        expect(Object.values(trashed).sort()).toEqual(["a file", "below", "deep"]);
        expect(trashed["a"]).toBe("a file");
        expect(await names("")).toEqual([]);
      });

      test.each(changes)("[Y6] a file is not trashed where there is now %s", async (_, change) => {
        await rig.write("a", "before");
        const expected = await stampOf("a");
        await change("a");
        const now = await rig.read("a");
        await expect(files.trash("a", expected)).rejects.toBeInstanceOf(ReplicaChanged);
        expect(await rig.read("a")).toBe(now);
        expect(await rig.trashed()).toEqual({});
      });

      test("[Y6] what was staged can be trashed", async () => {
        await rig.write("a", "x");
        const staged = await files.move("a", ".ledge/stage/id1", await stampOf("a"));
        await files.trash(".ledge/stage/id1", staged);
        expect(Object.values(await rig.trashed())).toEqual(["x"]);
        expect(await names(".ledge/stage")).toEqual([]);
      });

      test("[Y6] only an empty folder is removed", async () => {
        await rig.write("a/b/file", "x");
        await expect(files.removeFolder("a")).rejects.toMatchObject({ code: "ENOTEMPTY" });
        await expect(files.removeFolder("a/b")).rejects.toMatchObject({ code: "ENOTEMPTY" });
        await expect(files.removeFolder("a/b/file")).rejects.toMatchObject({ code: "ENOTDIR" });
        await expect(files.removeFolder("missing")).rejects.toMatchObject({ code: "ENOENT" });
        await rig.remove("a/b/file");
        await files.removeFolder("a/b");
        await files.removeFolder("a");
        expect(await names("")).toEqual([]);
      });
    });

    describe("the executable bit", () => {
      test("[Y2] is set and cleared without touching bytes or mtime", async () => {
        await rig.write("a", "script");
        const before = await stampOf("a");
        const set = await files.setExecutable("a", true, before);
        expect(set).toEqual(await files.stat("a"));
        expect(sameFile(set, before)).toBe(true);
        expect(set.executable).toBe(rig.hasExecutableBit ? true : null);
        expect((await files.setExecutable("a", false, set)).executable).toBe(rig.hasExecutableBit ? false : null);
        expect(await rig.read("a")).toBe("script");
      });

      test.each(changes)("[Y3] is left alone where there is now %s", async (_, change) => {
        await rig.write("a", "before");
        const expected = await stampOf("a");
        await change("a");
        await expect(files.setExecutable("a", true, expected)).rejects.toBeInstanceOf(ReplicaChanged);
      });
    });
  });
}
