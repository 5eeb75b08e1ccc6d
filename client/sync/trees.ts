import type { Entry, LocalState, RemoteState, SyncedState } from "./entry.ts";
import { slotKey } from "./entry.ts";
import type { TreeStore } from "../ports/tree-store.ts";

/** What a plan may look at. */
export interface TreeView {
  /** The id of the remote folder that the replica's root stands for. */
  readonly rootId: string;
  get(id: string): Entry | undefined;
  /** Entries whose local state lies in the folder. */
  localChildren(parent: string): Iterable<Entry>;
  /** Entries whose local state has that slot (see `slotKey`). */
  localAt(slot: string): readonly Entry[];
  /** Live entries whose remote state lies in the folder. */
  remoteChildren(parent: string): Iterable<Entry>;
  /** Live entries whose remote state has that slot. More than one only while changes are still to be pulled. */
  remoteAt(slot: string): readonly Entry[];
  syncedChildren(parent: string): Iterable<Entry>;
  /** Entries of which something changed since a plan found nothing left to do for them. */
  dirty(): Iterable<string>;
}

/**
 * The three trees, one row a node, in memory and in the store: every change is written through when the transaction
 * that it is part of ends. About 1 KB of memory a node.
 */
export class Trees implements TreeView {
  readonly #store: TreeStore;
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<string>();
  readonly #localByParent = new Index();
  readonly #localBySlot = new Index();
  readonly #remoteByParent = new Index();
  readonly #remoteBySlot = new Index();
  readonly #syncedByParent = new Index();
  readonly #localByIdentity = new Index();
  readonly #syncedByContent = new Index();
  readonly #meta: Map<string, string>;
  readonly #changed = new Set<string>();
  readonly #changedMeta = new Set<string>();
  #depth = 0;
  #revision = 0;
  #rootId: string;

  constructor(store: TreeStore) {
    this.#store = store;
    const { entries, meta } = store.load();
    this.#meta = new Map(meta);
    this.#rootId = this.#meta.get("root") ?? "";
    for (const entry of entries) {
      this.#insert(entry);
      this.#dirty.add(entry.id);
    }
  }

  get rootId(): string {
    return this.#rootId;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Grows with every change of an entry: tells whether a plan would see anything new. */
  get revision(): number {
    return this.#revision;
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  localChildren(parent: string): Iterable<Entry> {
    return this.#resolve(this.#localByParent.get(parent));
  }

  localAt(slot: string): readonly Entry[] {
    return this.#resolve(this.#localBySlot.get(slot));
  }

  remoteChildren(parent: string): Iterable<Entry> {
    return this.#resolve(this.#remoteByParent.get(parent));
  }

  remoteAt(slot: string): readonly Entry[] {
    return this.#resolve(this.#remoteBySlot.get(slot));
  }

  syncedChildren(parent: string): Iterable<Entry> {
    return this.#resolve(this.#syncedByParent.get(parent));
  }

  /** Entries whose local state has that identity: one, but for hard links. */
  localByIdentity(identity: string): readonly Entry[] {
    return this.#resolve(this.#localByIdentity.get(identity));
  }

  /** Files whose synced content that is. */
  bySyncedContent(content: string): readonly Entry[] {
    return this.#resolve(this.#syncedByContent.get(content));
  }

  dirty(): Iterable<string> {
    return this.#dirty;
  }

  /** How many those are. */
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  markDirty(id: string): void {
    if (this.#entries.has(id)) this.#dirty.add(id);
  }

  markAllDirty(): void {
    for (const id of this.#entries.keys()) this.#dirty.add(id);
  }

  /** For what a plan found settled. */
  markClean(id: string): void {
    this.#dirty.delete(id);
  }

  setRemote(id: string, remote: RemoteState | null): void {
    this.#update(id, { remote });
  }

  setLocal(id: string, local: LocalState | null): void {
    this.#update(id, { local });
  }

  setSynced(id: string, synced: SyncedState | null): void {
    this.#update(id, { synced });
  }

  getMeta(key: string): string | undefined {
    return this.#meta.get(key);
  }

  /** Those whose key begins like this. */
  metaUnder(prefix: string): [key: string, value: string][] {
    return [...this.#meta].filter(([key]) => key.startsWith(prefix));
  }

  /** `null` removes it. The key `root` is the root's id. */
  setMeta(key: string, value: string | null): void {
    if (value === null) this.#meta.delete(key);
    else this.#meta.set(key, value);
    if (key === "root") this.#rootId = value ?? "";
    this.#changedMeta.add(key);
    this.#flush();
  }

  /** Makes all changes in `work` durable together, when it returns. Without it each change is durable by itself. */
  transaction<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
      this.#flush();
    }
  }

  #update(id: string, change: Partial<Entry>): void {
    const before = this.#entries.get(id) ?? { id, remote: null, local: null, synced: null };
    const after = { ...before, ...change };
    this.#remove(before);
    this.#insert(after);
    this.#changed.add(id);
    this.#revision++;
    this.#touch(before, after);
    this.#flush();
  }

  /** What a change may concern beside the node itself: what is below it, and what wants its slot. */
  #touch(before: Entry, after: Entry): void {
    this.#dirty.add(after.id);
    if (!this.#entries.has(after.id)) this.#dirty.delete(after.id);
    const isFolder = [before, after].some((each) => (each.remote ?? each.local ?? each.synced)?.type === "folder");
    if (isFolder) {
      // Whether the server has what is below, and whether it is to be here, hangs on the folders above.
      if (isElsewhere(before.remote, after.remote)) this.#markBelow(after.id);
      else for (const child of this.#childrenOf(after.id)) this.#dirty.add(child);
    }
    for (const place of [before.local, after.local, before.remote, after.remote]) {
      if (!place) continue;
      const slot = slotKey(place);
      for (const id of this.#localBySlot.get(slot)) this.#dirty.add(id);
      for (const id of this.#remoteBySlot.get(slot)) this.#dirty.add(id);
    }
  }

  #markBelow(id: string): void {
    const folders = [id];
    const seen = new Set(folders);
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const child of this.#childrenOf(folder)) {
        if (seen.has(child)) continue;
        seen.add(child);
        folders.push(child);
        this.#dirty.add(child);
      }
    }
  }

  *#childrenOf(id: string): Iterable<string> {
    for (const index of [this.#localByParent, this.#remoteByParent, this.#syncedByParent]) yield* index.get(id);
  }

  #insert(entry: Entry): void {
    const { id, remote, local, synced } = entry;
    if (!remote && !local && !synced) return;
    this.#entries.set(id, entry);
    this.#index(entry, "add");
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry.id)) return;
    this.#index(entry, "delete");
  }

  #index({ id, remote, local, synced }: Entry, change: "add" | "delete"): void {
    if (local) {
      this.#localByParent[change](local.parent, id);
      this.#localBySlot[change](slotKey(local), id);
      this.#localByIdentity[change](local.stamp.identity, id);
    }
    if (remote?.state === "live") {
      this.#remoteByParent[change](remote.parent, id);
      this.#remoteBySlot[change](slotKey(remote), id);
    }
    if (synced) {
      this.#syncedByParent[change](synced.parent, id);
      if (synced.content !== null) this.#syncedByContent[change](synced.content, id);
    }
  }

  #resolve(ids: ReadonlySet<string>): Entry[] {
    const entries: Entry[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry) entries.push(entry);
    }
    return entries;
  }

  #flush(): void {
    if (this.#depth > 0 || (this.#changed.size === 0 && this.#changedMeta.size === 0)) return;
    const entries = [...this.#changed].map(
      (id) => this.#entries.get(id) ?? { id, remote: null, local: null, synced: null },
    );
    const meta = [...this.#changedMeta].map((key) => [key, this.#meta.get(key) ?? null] as const);
    // What cannot be saved goes along with the next save: a cursor must never be kept without what came before it.
    this.#store.save(entries, meta);
    this.#changed.clear();
    this.#changedMeta.clear();
  }
}

function isElsewhere(a: RemoteState | null, b: RemoteState | null): boolean {
  return a?.state !== b?.state || a?.parent !== b?.parent || a?.name !== b?.name;
}

const NONE: ReadonlySet<string> = new Set();

/** Ids by a key. */
class Index {
  readonly #ids = new Map<string, Set<string>>();

  get(key: string): ReadonlySet<string> {
    return this.#ids.get(key) ?? NONE;
  }

  add(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids) ids.add(id);
    else this.#ids.set(key, new Set([id]));
  }

  delete(key: string, id: string): void {
    const ids = this.#ids.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(key);
  }
}
