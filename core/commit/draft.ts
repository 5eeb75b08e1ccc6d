import type { ChunkRef } from "../../protocol/content.ts";
import type { Node } from "../../protocol/tree.ts";
import { nameKey } from "../names.ts";
import { noNeeds, slotOf, type Needs, type Slot, type TreeState, type VersionState } from "../tree-state.ts";
import { changesBelow } from "./changes-below.ts";

/** Thrown where a plan meets what is not loaded; `TreeDraft.needs` says what. Never leaves `planCommits`. */
export class Unloaded extends Error {}

export interface NewVersion extends VersionState {
  readonly node: string;
  readonly version: number;
  readonly authorId: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

export interface NewContent {
  readonly id: string;
  readonly size: number;
  readonly chunks: readonly ChunkRef[];
}

/** Folders whose subtrees one pass may ask for: bounds what a pass reads. */
const SUBTREES_PER_PASS = 50;

/** A tree state with the changes of a plan on top. What it was made from stays as it is. */
export class TreeDraft {
  readonly needs: Needs = noNeeds();
  readonly state: TreeState;
  readonly now: number;
  readonly newId: () => string;
  readonly changed = new Map<string, Node>();
  readonly versions: NewVersion[] = [];
  readonly contents = new Map<string, NewContent>();
  readonly purged: string[] = [];
  seq: number;
  /** Whose commit is being planned. */
  authorId = "";
  /** The shared folder that it is confined to, outside of which nothing is there for it (M3, M6); or null. */
  scope: string | null = null;
  /** Ids of this commit that stand for nodes which were there already. */
  aliases = new Map<string, string>();
  /** Nodes that this commit's copies may still take. */
  copyBudget = 0;
  /** Chunk ids that this commit's failures may still name. */
  missingBudget = 0;
  /** Chunks that are missing to this commit's author, whatever the owner holds (M6). */
  unsent: ReadonlySet<string> = new Set();
  readonly #slots = new Map<Slot, string | null>();
  /** Changed nodes by the folders that they are in, or were since the plan began. */
  readonly #below = new Map<string, Set<string>>();
  /** The seq at which the present commit began. */
  #begunAt: number;
  /** Of nodes that the present commit changed: the seqs that they had before it. */
  #seqsBefore = new Map<string, number>();
  /** Null: to be found anew. */
  #changesBelow: ReadonlyMap<string, number> | null = null;

  constructor(state: TreeState, now: number, newId: () => string) {
    this.state = state;
    this.seq = state.seq;
    this.#begunAt = state.seq;
    this.now = now;
    this.newId = newId;
  }

  /** From here on changes are those of the next commit. */
  begin(authorId: string, scope: string | null): void {
    this.authorId = authorId;
    this.scope = scope;
    this.aliases = new Map();
    this.#begunAt = this.seq;
    this.#seqsBefore = new Map();
    this.#changesBelow = null;
  }

  /** The space's seq as this commit finds it. */
  get begunAt(): number {
    return this.#begunAt;
  }

  /** The folder that is the root of all that this commit may change. */
  get rootId(): string {
    return this.scope ?? this.state.rootId;
  }

  /** The node, where this commit may know of it at this moment (M3). */
  visible(id: string): Node | null {
    const node = this.node(id);
    if (node === null || this.scope === null || node.id === this.scope) return node;
    return this.ancestors(node).some((above) => above.id === this.scope) ? node : null;
  }

  /** The node as the draft has it, wherever it is, whatever its state; `id` may be an alias. */
  node(id: string): Node | null {
    const real = this.aliases.get(id) ?? id;
    const changed = this.changed.get(real);
    if (changed) return changed;
    const loaded = this.state.nodes.get(real);
    if (loaded !== undefined) return loaded;
    this.needs.nodes.add(real);
    throw new Unloaded();
  }

  /** The node as it was before the plan. */
  stored(id: string): Node | null {
    const loaded = this.wanted(id);
    if (loaded === undefined) throw new Unloaded();
    return loaded;
  }

  /** As `stored`, but undefined where it is not loaded, so that more can be asked for at once. */
  wanted(id: string): Node | null | undefined {
    const loaded = this.state.nodes.get(id);
    if (loaded === undefined) this.needs.nodes.add(id);
    return loaded;
  }

  /** The shared folders that a folder is in, or is. */
  sharedAbove(folder: Node): string[] {
    const { shared } = this.state;
    if (shared.size === 0) return [];
    return [folder, ...this.ancestors(folder)].map(({ id }) => id).filter((id) => shared.has(id));
  }

  /** The space's mounts, in the trash or not. */
  mounts(): Node[] {
    const { mounts } = this.state;
    if (mounts === null) {
      this.needs.mounts.add(this.rootId);
      throw new Unloaded();
    }
    const made = [...this.changed.values()].filter((node) => node.mount !== undefined).map(({ id }) => id);
    return [...new Set([...mounts, ...made])]
      .map((id) => this.node(id))
      .filter((node): node is Node => node !== null && node.state !== "purged");
  }

  /** The live node of that name's key in a folder. */
  holder(parent: string, key: string): Node | null {
    const slot = slotOf(parent, key);
    const drafted = this.#slots.get(slot);
    if (drafted !== undefined) return drafted === null ? null : this.node(drafted);
    const loaded = this.state.names.get(slot);
    if (loaded === null || (loaded === undefined && this.isNew(parent))) return null;
    if (loaded !== undefined) return this.node(loaded);
    this.needs.names.set(slot, [parent, key]);
    throw new Unloaded();
  }

  /** The folders above `node`, nearest first. */
  ancestors(node: Node): Node[] {
    const above: Node[] = [];
    for (let id = node.parent; id !== null;) {
      const folder = this.node(id);
      if (folder === null) throw new Error(`node ${node.id} has a parent that is not there`);
      above.push(folder);
      id = folder.parent;
    }
    return above;
  }

  /** The live children of a folder, or null where there are too many nodes below it for one copy. */
  children(folder: string): Node[] | null {
    if (this.state.tooLarge.has(folder)) return null;
    const loaded = this.isNew(folder) ? [] : this.state.children.get(folder);
    if (loaded === undefined) {
      if (this.needs.subtrees.size < SUBTREES_PER_PASS) this.needs.subtrees.add(folder);
      throw new Unloaded();
    }
    const ids = new Set([...loaded, ...(this.#below.get(folder) ?? [])]);
    return [...ids]
      .map((id) => this.node(id))
      .filter((node): node is Node => node?.parent === folder && node.state === "live");
  }

  /**
   * Levels of live folders below a folder. What the draft took out of it may still count, what it put in always does.
   */
  height(folder: Node): number {
    let height = this.#loadedHeight(folder.id);
    const levels = new Map([[folder.id, 0]]);
    for (const node of this.changed.values()) {
      if (node.type !== "folder" || node.state !== "live" || node.id === folder.id) continue;
      const level = this.#levelBelow(levels, node.id);
      if (level > 0) height = Math.max(height, level + this.#loadedHeight(node.id));
    }
    return height;
  }

  /** How far `id` is below the folder that is at 0 in `levels`, or -1. Each node on the way is noted there, and met once. */
  #levelBelow(levels: Map<string, number>, id: string): number {
    const way: string[] = [];
    let at: string | null = id;
    while (at !== null && !levels.has(at)) {
      way.push(at);
      at = this.node(at)?.parent ?? null;
    }
    let level = at === null ? -1 : (levels.get(at) ?? -1);
    for (const each of way.reverse()) {
      if (level >= 0) level++;
      levels.set(each, level);
    }
    return level;
  }

  #loadedHeight(folder: string): number {
    if (this.isNew(folder)) return 0;
    const height = this.state.heights.get(folder);
    if (height !== undefined) return height;
    this.needs.heights.add(folder);
    throw new Unloaded();
  }

  version(node: string, version: number): VersionState | null {
    const made = this.versions.find((each) => each.node === node && each.version === version);
    if (made) return made;
    if (this.isNew(node)) return null;
    const key = `${node}/${version}`;
    const loaded = this.state.versions.get(key);
    if (loaded !== undefined) return loaded;
    this.needs.versions.set(key, [node, version]);
    throw new Unloaded();
  }

  /** The size of a chunk that the owner holds, or null. */
  chunkSize(id: string): number | null {
    const size = this.state.chunks.get(id);
    if (size !== undefined) return size;
    this.needs.chunks.add(id);
    return null;
  }

  /** Takes over a node's new state under the next seq (T2). Its slot must be free or its own. */
  put(node: Node): Node {
    const before = this.changed.get(node.id) ?? this.state.nodes.get(node.id);
    if (before?.state === "live" && before.parent !== null)
      this.#slots.set(slotOf(before.parent, nameKey(before.name)), null);
    if (before && before.seq <= this.#begunAt) this.#seqsBefore.set(node.id, before.seq);
    this.#forgetChangesBelow(node.id);
    const after = { ...node, seq: ++this.seq };
    this.changed.set(after.id, after);
    if (after.parent !== null) this.#noteBelow(after.parent, after.id);
    if (after.state === "live" && after.parent !== null)
      this.#slots.set(slotOf(after.parent, nameKey(after.name)), after.id);
    return after;
  }

  #noteBelow(folder: string, id: string): void {
    const below = this.#below.get(folder);
    if (below) below.add(id);
    else this.#below.set(folder, new Set([id]));
  }

  /** The seq of the node's last change by another commit, one of the same plan included; 0 where there is none. */
  seqBefore(node: Node): number {
    return node.seq <= this.#begunAt ? node.seq : (this.#seqsBefore.get(node.id) ?? 0);
  }

  /** Whether another commit changed anything live below a folder after `seq`; null where that is too much to look through. */
  hasChangedBelow(folder: string, seq: number): boolean | null {
    const { recent } = this.state;
    if (!recent || recent.asked > seq) {
      this.needs.changedSince.add(seq);
      throw new Unloaded();
    }
    if (recent.since > seq) return null;
    this.#changesBelow ??= changesBelow(this, [...recent.ids, ...this.changed.keys()], recent.since);
    return (this.#changesBelow.get(folder) ?? 0) > seq;
  }

  /** To be called when a node is put: one that neither changed nor has changes below it stands for nothing there. */
  #forgetChangesBelow(id: string): void {
    const seq = this.#seqsBefore.get(id) ?? 0;
    if (this.#changesBelow?.has(id) || seq > (this.state.recent?.since ?? 0)) this.#changesBelow = null;
  }

  /** Adds the version that makes `node` what it is; `node.version` is its number. */
  putVersion(node: Node): Node {
    return this.put(this.noteVersion(node, { authorId: this.authorId, createdAt: this.now }));
  }

  /** As `putVersion`, for a version that somebody made at some time; without putting the node, which is answered. */
  noteVersion(node: Node, by: Pick<NewVersion, "authorId" | "createdAt">): Node {
    const { id, version, content, size, mtime, executable } = node;
    if (content === null) throw new Error("a version has content");
    this.versions.push({ node: id, version, content, size, mtime, executable, ...by });
    return node;
  }

  /** True for a node that only the draft has. */
  isNew(id: string): boolean {
    return this.changed.has(id) && !this.state.nodes.get(id);
  }
}
