import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameBytes } from "../../../client/ports/replica-files.ts";
import { localPath } from "../../../client/sync/local-path.ts";
import type { ReadableReplica } from "../../../client/sync/observe/knowledge.ts";
import { joinPath, SimDisk, type DiskKind } from "../../sim/disk.ts";
import { EPOCH } from "../../sim/scheduler.ts";
import { linkDisk, stampOf } from "../../sim/sim-files.ts";
import { Observed, OffsetClock } from "./support/observed.ts";

/** A disk that does not tell all spellings of a name apart, with an observer on it. */
class ObservedDisk extends Observed {
  readonly disk: SimDisk;

  constructor(kind: DiskKind) {
    const clock = new OffsetClock(() => EPOCH);
    const disk = new SimDisk({ kind, granularity: 1, renameChanges: true }, () => clock.now() - EPOCH);
    linkDisk(disk);
    const links = (path: string) => disk.list(path).filter(({ name }) => path !== "" || name !== ".ledge");
    const files: ReadableReplica = {
      isLinked: () => Promise.resolve(true),
      list: async (path) => links(path).map(({ name, inode }) => ({ name, stamp: stampOf(inode) })),
      stat: async (path) => {
        const inode = disk.find(path);
        return inode && stampOf(inode);
      },
      openRead: () => Promise.reject(new Error("there are no ignore files")),
    };
    super(files, clock);
    this.disk = disk;
  }

  write(path: string): void {
    this.clock.offset += 10;
    this.disk.write(path, new TextEncoder().encode(path));
  }

  rename(from: string, to: string): void {
    this.clock.offset += 10;
    this.disk.rename(from, to);
  }
}

describe.each(["ntfs", "apfs", "hfs"] as const)("on %s", (kind) => {
  test.each([["Readme"], ["README"], ["Readme", "README"], []])(
    "[Y11] a rename of case alone keeps the id and the content, told of as %s %s",
    async (...paths) => {
      const observed = new ObservedDisk(kind);
      observed.write("Readme");
      observed.disk.makeFolder("Folder");
      observed.write("Folder/x");
      await observed.settle();
      observed.setContent("Readme", "content");
      const [file, folder] = [observed.id("Readme"), observed.id("Folder")];
      observed.rename("Readme", "README");
      await observed.settle(...paths);
      // Told of by the old name alone, a path that still answers tells nothing.
      if (paths.length !== 1 || paths[0] !== "Readme") {
        expect(observed.id("README")).toBe(file);
        expect(observed.content("README")).toBe("content");
      }
      observed.rename("Folder", "FOLDER");
      await observed.settle();
      expect(observed.id("FOLDER")).toBe(folder);
      expect(observed.tree()).toEqual(["FOLDER/", "FOLDER/x", "README"]);
    },
  );

  test("[Y11] a file that was deleted and made anew in another spelling leaves one entry", async () => {
    const observed = new ObservedDisk(kind);
    observed.write("Readme");
    await observed.settle();
    observed.disk.remove("Readme");
    observed.write("README");
    await observed.settle("Readme", "README");
    expect(observed.tree()).toEqual(["README"]);
  });

  test("[Y11] whatever is renamed, the local tree follows", async () => {
    const name = fc.constantFrom("a", "A", "b", "\u00e9", "e\u0301", "\u00c9");
    const deed = fc.record({
      kind: fc.constantFrom("write" as const, "folder" as const, "move" as const, "move" as const, "remove" as const),
      from: fc.nat(100),
      to: fc.nat(100),
      name,
    });
    const rounds = fc.array(fc.record({ deeds: fc.array(deed, { minLength: 1, maxLength: 6 }), isAll: fc.boolean() }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        const observed = new ObservedDisk(kind);
        const { disk } = observed;
        for (const { deeds, isAll } of all) {
          const told = new Set<string>();
          disk.onChange = (path) => told.add(path);
          for (const each of deeds) {
            const paths = disk.paths();
            const folders = ["", ...paths.filter((path) => disk.get(path).type === "folder")];
            const target = joinPath(folders[each.to % folders.length] ?? "", each.name);
            const source = paths[each.from % Math.max(1, paths.length)];
            try {
              if (each.kind === "write") observed.write(target);
              else if (each.kind === "folder") disk.makeFolder(target);
              else if (source !== undefined && each.kind === "remove") disk.removeAll(source);
              else if (source !== undefined) observed.rename(source, target);
            } catch {
              // Over a folder, into itself, a name that is taken: nothing was done.
            }
          }
          await observed.settle(...(isAll ? [] : told));
          // Events that name only a spelling that still answers tell nothing; the next look at everything does.
          if (!isAll) await observed.settle();
          const onDisk = disk.paths().map((path) => (disk.get(path).type === "folder" ? `${path}/` : path));
          expect(observed.tree()).toEqual(onDisk.sort());
          for (const { id, local } of observed.trees.all()) {
            const inode = disk.get(localPath(observed.trees, id) ?? "nowhere");
            if (local?.type === "file") expect(sameBytes(stampOf(inode), local.stamp)).toBe(true);
            else if (id !== observed.trees.rootId) expect(local?.stamp.identity).toBe(String(inode.id));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
