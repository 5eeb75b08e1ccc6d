import type { Clock } from "../../../../client/ports/clock.ts";
import { DiskGate } from "../../../../client/sync/disk-gate.ts";
import { localPath } from "../../../../client/sync/local-path.ts";
import type { ReadableReplica } from "../../../../client/sync/observe/knowledge.ts";
import { Observer } from "../../../../client/sync/observe/observer.ts";
import { Scope } from "../../../../client/sync/scope.ts";
import { Trees } from "../../../../client/sync/trees.ts";
import { newId } from "../../../../protocol/new-id.ts";
import { forgetfulStore } from "./memory-store.ts";

/** A clock that stands `offset` after the one that it is set by. */
export class OffsetClock implements Clock {
  offset = 0;
  readonly #base: () => number;

  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    return this.#base() + this.offset;
  }

  sleep(): Promise<void> {
    throw new Error("nothing that looks sleeps");
  }
}

/** A disk with an observer on it. */
export class Observed {
  readonly clock: OffsetClock;
  readonly trees = new Trees(forgetfulStore());
  observer: Observer;
  readonly #files: ReadableReplica;
  readonly #signal = new AbortController().signal;

  constructor(files: ReadableReplica, clock: OffsetClock) {
    this.clock = clock;
    this.#files = files;
    this.trees.setMeta("root", newId());
    this.observer = this.#newObserver();
  }

  /** Begins anew with what the trees have, as another process does. */
  restart(): void {
    this.observer = this.#newObserver();
  }

  #newObserver(): Observer {
    const { trees, clock } = this;
    const scope = new Scope(trees);
    return new Observer({ trees, files: this.#files, clock, scope, gate: new DiskGate(), newId: () => newId() });
  }

  /** Without paths: looks at everything. */
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

  /** The local tree's paths, with `/` after those of folders. */
  tree(): string[] {
    const lines: string[] = [];
    for (const { id, local } of this.trees.all()) {
      if (!local || id === this.trees.rootId) continue;
      const path = localPath(this.trees, id) ?? `(nowhere) ${local.name}`;
      lines.push(`${path}${local.type === "folder" ? "/" : ""}`);
    }
    return lines.sort();
  }

  /** The id of the one entry at that path. */
  id(path: string): string {
    const ids = [...this.trees.all()].filter(({ id }) => localPath(this.trees, id) === path).map(({ id }) => id);
    if (ids.length !== 1) throw new Error(`${ids.length} entries at ${path}`);
    return ids[0] ?? "";
  }

  setContent(path: string, content: string): void {
    const id = this.id(path);
    const local = this.trees.get(id)?.local;
    if (local) this.trees.setLocal(id, { ...local, content });
  }

  content(path: string): string | null | undefined {
    return this.trees.get(this.id(path))?.local?.content;
  }
}
