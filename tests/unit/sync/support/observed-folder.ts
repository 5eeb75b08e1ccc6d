import { lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeReplicaFiles } from "../../../../client/ports/node-replica-files.ts";
import { openReplica } from "../../../../client/ports/replica-link.ts";
import type { ReadableReplica } from "../../../../client/sync/observe/knowledge.ts";
import { Observed, OffsetClock } from "./observed.ts";

/** A real folder with an observer on it, whose clock stands still but for what a test adds: a busy machine is slow. */
export class ObservedFolder extends Observed {
  readonly root: string;

  constructor(root: string, files: ReadableReplica) {
    const began = Date.now();
    super(files, new OffsetClock(() => began));
    this.root = root;
  }

  /** `wrap` gets in between the observer and the disk. */
  static async make(wrap = (files: ReadableReplica): ReadableReplica => files): Promise<ObservedFolder> {
    const { root, id } = await openReplica(await mkdtemp(join(tmpdir(), "ledge-observed-")));
    const files = new NodeReplicaFiles(root, id);
    return new ObservedFolder(
      root,
      wrap({
        isLinked: () => files.isLinked(),
        list: (path) => files.list(path),
        stat: (path) => files.stat(path),
        openRead: (path) => files.openRead(path),
      }),
    );
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Writes a file, making the folders that it is in. */
  write(path: string, text = path): void {
    mkdirSync(join(this.path(path), ".."), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** What is on the disk, as `tree` tells of the local tree. */
  disk(folder = ""): string[] {
    const lines: string[] = [];
    for (const name of readdirSync(this.path(folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (path === ".ledge") continue;
      const stat = lstatSync(this.path(path));
      if (stat.isFile()) lines.push(path);
      else if (stat.isDirectory()) lines.push(`${path}/`, ...this.disk(path));
    }
    return lines.sort();
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
