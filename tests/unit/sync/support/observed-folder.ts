import { lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../../client/ports/clock.ts";
import { NodeReplicaFiles } from "../../../../client/ports/node-replica-files.ts";
import { openReplica } from "../../../../client/ports/replica-link.ts";
import type { ReplicaFiles } from "../../../../client/ports/replica-files.ts";
import type { TreeStore } from "../../../../client/ports/tree-store.ts";
import { DiskGate } from "../../../../client/sync/disk-gate.ts";
import { localPath } from "../../../../client/sync/local-path.ts";
import { Observer } from "../../../../client/sync/observe/observer.ts";
import type { QuietTimes } from "../../../../client/sync/observe/quiet-times.ts";
import { Scope } from "../../../../client/sync/scope.ts";
import { Trees } from "../../../../client/sync/trees.ts";
import { newId } from "../../../../protocol/ids.ts";

/** Keeps nothing. */
export const FORGETFUL_STORE: TreeStore = {
  load: () => ({ entries: [], meta: [] }),
  save: () => undefined,
  rememberChunks: () => undefined,
  recallChunks: () => null,
  rememberVersion: () => undefined,
  recallVersion: () => null,
  close: () => undefined,
};

/** A clock that stands `offset` after the system's, so that the times of real files mean something to it. */
export class OffsetClock implements Clock {
  offset = 0;

  now(): number {
    return Date.now() + this.offset;
  }

  sleep(): Promise<void> {
    throw new Error("nothing that looks sleeps");
  }
}

/** A real folder with an observer on it. */
export class ObservedFolder {
  readonly root: string;
  readonly clock = new OffsetClock();
  readonly trees = new Trees(FORGETFUL_STORE);
  readonly scope: Scope;
  readonly gate = new DiskGate();
  readonly observer: Observer;
  readonly #signal = new AbortController().signal;

  constructor(root: string, files: ReplicaFiles, quiet: Partial<QuietTimes> = {}) {
    this.root = root;
    this.trees.setMeta("root", newId());
    this.scope = new Scope(this.trees);
    const { trees, clock, scope, gate } = this;
    this.observer = new Observer({ trees, files, clock, scope, gate, newId: () => newId(), quiet });
  }

  static async make(quiet?: Partial<QuietTimes>, wrap = (files: ReplicaFiles): ReplicaFiles => files) {
    const { root, id } = await openReplica(await mkdtemp(join(tmpdir(), "ledge-observed-")));
    return new ObservedFolder(root, wrap(new NodeReplicaFiles(root, id)), quiet);
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Writes a file, making the folders that it is in. */
  write(path: string, text = path): void {
    mkdirSync(join(this.path(path), ".."), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  observe(...paths: string[]): Promise<void> {
    return this.observer.observe(paths.length > 0 ? paths : "all", this.#signal);
  }

  lookAgain(): Promise<void> {
    return this.observer.lookAgain(this.#signal);
  }

  /** Looks, and lets time pass and looks again for as long as something is due. */
  async settle(...paths: string[]): Promise<void> {
    await this.observe(...paths);
    for (let looks = 0; this.observer.nextLook !== null; looks++) {
      if (looks > 200) throw new Error("the observer never comes to rest");
      this.clock.offset += Math.max(0, this.observer.nextLook - this.clock.now());
      await this.lookAgain();
    }
  }

  /** The local tree as lines: path, `/` after a folder's, and the identity. */
  tree(): string[] {
    const lines: string[] = [];
    for (const { id, local } of this.trees.all()) {
      if (!local || id === this.trees.rootId) continue;
      const path = localPath(this.trees, id) ?? `(nowhere) ${local.name}`;
      lines.push(`${path}${local.type === "folder" ? "/" : ""}`);
    }
    return lines.sort();
  }

  /** The same of the disk. */
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

  /** The id of the entry at that path. */
  id(path: string): string {
    const ids = this.idsAt(path);
    if (ids.length !== 1) throw new Error(`${ids.length} entries at ${path}`);
    return ids[0] ?? "";
  }

  idsAt(path: string): string[] {
    return [...this.trees.all()].filter(({ id }) => localPath(this.trees, id) === path).map(({ id }) => id);
  }

  setContent(path: string, content: string): void {
    const id = this.id(path);
    const local = this.trees.get(id)?.local;
    if (local) this.trees.setLocal(id, { ...local, content });
  }

  content(path: string): string | null | undefined {
    return this.trees.get(this.id(path))?.local?.content;
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
