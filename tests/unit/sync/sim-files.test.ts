import { replicaFilesContract, type ReplicaRig } from "../../contract/replica-files.ts";
import { joinPath, parentPath, SimDisk, type DiskKind } from "../../sim/disk.ts";
import { Prng } from "../../sim/prng.ts";
import { SimProcess } from "../../sim/process.ts";
import { Scheduler } from "../../sim/scheduler.ts";
import { linkDisk, SimFiles } from "../../sim/sim-files.ts";
import { bytesOf, textOf } from "../../sim/tokens.ts";

const TRASH = ".ledge/trash";

/** Carries events out as they come, the time going on with each. */
class SelfRunning extends Scheduler {
  override after(delay: number, run: () => void): void {
    this.now += delay + 0.01;
    setImmediate(run);
  }
}

function rig(kind: DiskKind): ReplicaRig {
  const scheduler = new SelfRunning();
  const disk = new SimDisk({ kind, granularity: 0.000_1, renameChanges: true }, () => (scheduler.now += 0.01));
  linkDisk(disk);
  const process = new SimProcess(
    scheduler,
    new Prng(1),
    "test",
    () => 0,
    () => undefined,
  );
  const makeFolder = async (path: string): Promise<void> => {
    if (path === "" || disk.find(path)) return;
    await makeFolder(parentPath(path));
    disk.makeFolder(path);
  };
  const write = async (path: string, text: string): Promise<void> => {
    await makeFolder(parentPath(path));
    disk.write(path, bytesOf(text));
  };
  return {
    files: new SimFiles(disk, process, { ioErrors: 0 }),
    isCaseSensitive: kind === "posix",
    hasExecutableBit: kind !== "ntfs",
    write,
    makeFolder,
    replace: async (path, text) => {
      await write(`${path}~`, text);
      disk.rename(`${path}~`, path);
    },
    read: async (path) => {
      const inode = disk.find(path);
      return inode?.type === "file" ? textOf(inode.bytes) : null;
    },
    remove: async (path) => disk.removeAll(path),
    symlink: async (_, path) => {
      disk.symlink(path);
    },
    trashed: async () => {
      const files: Record<string, string> = {};
      const walk = (path: string): void => {
        for (const { name, inode } of disk.list(path === "" ? TRASH : joinPath(TRASH, path))) {
          const below = joinPath(path, name);
          if (inode.type === "file") files[below] = textOf(inode.bytes);
          else walk(below);
        }
      };
      walk("");
      return files;
    },
    dispose: async () => undefined,
  };
}

for (const kind of ["posix", "ntfs", "apfs"] as const)
  replicaFilesContract(`a simulated ${kind} disk`, async () => rig(kind));
