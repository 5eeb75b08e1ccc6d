import type { TreeStore } from "../../client/ports/tree-store.ts";
import type { Entry } from "../../client/sync/entry.ts";
import type { SimProcess } from "./process.ts";

/** Saves that a power failure may undo. */
const UNDONE = 5;

/** What outlives a process: its last save, or after a power failure one shortly before. */
export class SimDatabase {
  readonly entries = new Map<string, Entry>();
  readonly meta = new Map<string, string>();
  readonly chunks = new Map<string, Uint8Array>();
  readonly versions = new Map<string, string>();
  readonly #undo: (() => void)[] = [];

  save(entries: readonly Entry[], meta: readonly (readonly [string, string | null])[]): void {
    const before = entries.map(({ id }) => [id, this.entries.get(id)] as const);
    const metaBefore = meta.map(([key]) => [key, this.meta.get(key)] as const);
    this.#undo.push(() => {
      for (const [id, entry] of before) putOrDelete(this.entries, id, entry);
      for (const [key, value] of metaBefore) putOrDelete(this.meta, key, value);
    });
    if (this.#undo.length > UNDONE) this.#undo.shift();
    for (const entry of entries)
      putOrDelete(this.entries, entry.id, entry.remote || entry.local || entry.synced ? entry : undefined);
    for (const [key, value] of meta) putOrDelete(this.meta, key, value ?? undefined);
  }

  /** The power failed: the last saves had not reached the disk. */
  loseSaves(count: number): void {
    for (let i = 0; i < count; i++) this.#undo.pop()?.();
  }

  /** The store of one process. */
  open(process: SimProcess): TreeStore {
    return {
      load: () => process.callNow("load", () => ({ entries: [...this.entries.values()], meta: [...this.meta] })),
      save: (entries, meta) => process.callNow("save", () => this.save(entries, meta)),
      rememberChunks: (content, manifest) =>
        process.callNow("rememberChunks", () => void this.chunks.set(content, manifest)),
      recallChunks: (content) => this.chunks.get(content) ?? null,
      rememberVersion: (id, version, content) =>
        process.callNow("rememberVersion", () => void this.versions.set(`${id}/${version}`, content)),
      recallVersion: (id, version) => this.versions.get(`${id}/${version}`) ?? null,
      close: () => undefined,
    };
  }
}

function putOrDelete<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
