import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excludedFolders, Scope } from "../../../client/sync/scope.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { forgetfulStore } from "./support/memory-store.ts";

function make(files: Record<string, string> = {}): Scope {
  const scope = new Scope(new Trees(forgetfulStore()));
  for (const [folder, text] of Object.entries(files)) scope.setIgnoreFile(folder, text);
  return scope;
}

describe("ignore rules", () => {
  test("[Y15] what systems leave lying about is ignored in any folder, until a rule takes it in", () => {
    const scope = make({ kept: "!Thumbs.db\n" });
    for (const name of [".DS_Store", "Thumbs.db", "desktop.ini", "x.part.ledge", "~$report.docx", ".~lock.a.odt#"]) {
      expect(scope.isIgnored(name, "file"), name).toBe(true);
      expect(scope.isIgnored(`a/b/${name}`, "file"), name).toBe(true);
    }
    expect(scope.isIgnored("kept/Thumbs.db", "file")).toBe(false);
    expect(scope.isIgnored(".ledgeignore", "file")).toBe(false);
  });

  test("[Y15] the replica's own folder is never in sync, in any spelling, and what is staged in it is", () => {
    const scope = make({ "": "!.ledge\n" });
    for (const path of [".ledge", ".ledge/x", ".Ledge", ".LEDGE/trash/a"])
      expect(scope.isIgnored(path, "folder"), path).toBe(true);
    expect(scope.isIgnored("a/.ledge", "folder")).toBe(false);
    expect(scope.isIgnored(".ledge/stage/01jd8z4m2qk7v9t3w5x6y7z8a9", "file")).toBe(false);
  });

  test("[Y15] a deeper file's rules beat a shallower one's, and what is in an ignored folder is ignored", () => {
    const scope = make({ "": "*.log\n/build\nb/\n", a: "!keep.log\n!b/\n/top\nx/y\n" });
    const ignored = (path: string): boolean => scope.isIgnored(path, path.endsWith("/") ? "folder" : "file");
    for (const path of ["z.log", "a/z.log", "build", "build/x", "b/", "b/x", "a/top", "a/x/y", "a/x/y/z"])
      expect(scope.isIgnored(path.replace(/\/$/, ""), path.endsWith("/") ? "folder" : "file"), path).toBe(true);
    for (const path of ["a/keep.log", "a/c/keep.log", "a/build", "a/b/x", "a/c/top", "x/y", "a/c/x/y"])
      expect(ignored(path), path).toBe(false);
  });

  test("[Y15] rules mind neither case nor normal form, and hold in folders of any name", () => {
    const scope = make({ "": "Caf\u00e9\n", "we[i]rd *x! #": "secret\n" });
    expect(scope.isIgnored("cafe\u0301", "file")).toBe(true);
    expect(scope.isIgnored("CAF\u00c9", "file")).toBe(true);
    expect(scope.isIgnored("we[i]rd *x! #/a/secret", "file")).toBe(true);
    expect(scope.isIgnored("weird yx! #/secret", "file")).toBe(false);
  });

  test("[Y15] setting rules tells whether they changed", () => {
    const scope = make();
    expect(scope.setIgnoreFile("a", "x")).toBe(true);
    expect(scope.setIgnoreFile("a", "x")).toBe(false);
    expect(scope.setIgnoreFile("a", null)).toBe(true);
    expect(scope.setIgnoreFile("a", null)).toBe(false);
    expect(scope.isIgnored("a/x", "file")).toBe(false);
  });

  test("[Y15] nested rules mean what git takes them to mean", () => {
    const names = ["a", "b", "c.log"];
    const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const pattern = fc
      .tuple(
        fc.constantFrom("", "", "!"),
        fc.constantFrom("", "/", "**/"),
        path,
        fc.constantFrom("", "", "/", "/*", "/**"),
      )
      .map((parts) => parts.join(""));
    const special = fc.constantFrom(
      "*.log",
      "!*.log",
      "*",
      "!*/",
      "a*",
      "?",
      "[ab]",
      "# no",
      "\\a",
      "b/**/c.log",
      "/",
      "",
    );
    const text = fc.array(fc.oneof(pattern, special), { maxLength: 4 }).map((lines) => `${lines.join("\n")}\n`);
    const rules = fc.dictionary(fc.constantFrom("", "a", "a/b", "b"), text, { minKeys: 1 });
    const root = mkdtempSync(join(tmpdir(), "ledge-ignore-"));
    try {
      execFileSync("git", ["init", "-q", root]);
      const folders = names.flatMap((x) => [x, ...names.map((y) => `${x}/${y}`)]);
      // Real folders, for that is what git goes by.
      for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
      const files = folders
        .filter((folder) => folder.includes("/"))
        .flatMap((folder) => names.map((name) => `${folder}/${name}`));
      const paths = [...folders, ...files];
      fc.assert(
        fc.property(rules, (texts) => {
          for (const folder of ["", "a", "a/b", "b"])
            writeFileSync(join(root, folder, ".gitignore"), texts[folder] ?? "");
          const scope = make(texts);
          const args = ["-C", root, "check-ignore", "--stdin", "--no-index", "-v", "-n", "-z"];
          const answer = spawnSync("git", args, { input: paths.join("\0"), encoding: "utf8" }).stdout.split("\0");
          for (const [index, path] of paths.entries()) {
            const rule = answer[index * 4 + 2] ?? "";
            const ours = scope.isIgnored(path, folders.includes(path) ? "folder" : "file");
            expect(ours, `${path} (git: ${rule})`).toBe(rule !== "" && !rule.startsWith("!"));
          }
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe("the choice of folders", () => {
  function makeTrees(): Trees {
    const trees = new Trees(forgetfulStore());
    const remote = {
      type: "folder",
      state: "live",
      version: 0,
      content: null,
      size: 0,
      mtime: 0,
      executable: false,
    } as const;
    trees.setMeta("root", "root");
    trees.setRemote("root", { ...remote, parent: "", name: "", seq: 1 });
    trees.setRemote("photos", { ...remote, parent: "root", name: "photos", seq: 2 });
    trees.setRemote("2024", { ...remote, parent: "photos", name: "2024", seq: 3 });
    trees.setRemote("notes", { ...remote, parent: "root", name: "notes", seq: 4 });
    return trees;
  }

  test("[Y16] a folder that is left out takes all below it along, and the choice is kept", () => {
    const trees = makeTrees();
    const scope = new Scope(trees);
    scope.exclude("photos");
    for (const again of [scope, new Scope(trees)]) {
      expect(again.whyExcluded("photos", "folder", "photos")).toBe("chosen");
      expect(again.whyExcluded("photos/2024", "folder", "2024")).toBe("chosen");
      expect(again.whyExcluded("notes", "folder", "notes")).toBeNull();
    }
    expect(excludedFolders(trees)).toEqual(["photos"]);
    scope.include("photos");
    expect(scope.whyExcluded("photos/2024", "folder", "2024")).toBeNull();
    expect(excludedFolders(trees)).toEqual([]);
  });

  test("[Y16] a new choice has everything planned anew", () => {
    const trees = makeTrees();
    const scope = new Scope(trees);
    for (const id of Array.from(trees.dirty())) trees.markClean(id);
    scope.exclude("photos");
    expect([...trees.dirty()].sort()).toEqual(["2024", "notes", "photos", "root"]);
  });

  test("[Y15] what is ignored and left out is ignored", () => {
    const trees = makeTrees();
    const scope = new Scope(trees, { excluded: ["photos"] });
    scope.setIgnoreFile("", "2024\n");
    expect(scope.whyExcluded("photos/2024", "folder", "2024")).toBe("ignored");
    expect(scope.isExcluded("photos", "folder", "photos")).toBe(true);
  });
});
