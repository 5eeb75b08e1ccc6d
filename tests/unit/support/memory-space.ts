import { nameKey } from "../../../core/names.ts";
import {
  planCommits,
  needsOf,
  type Changes,
  type CommitToPlan,
  type PlannedCommit,
} from "../../../core/plan-commit.ts";
import type { FolderChange } from "../../../core/shared-folders.ts";
import {
  emptyState,
  recentNodes,
  slotOf,
  type Needs,
  type TreeState,
  type VersionState,
} from "../../../core/tree-state.ts";
import type { Node } from "../../../protocol/tree.ts";
import { sortEntries, type ModelEntry } from "./tree-model.ts";

/** As a row of `folder_changes` has it. */
export interface JournalRow {
  readonly seq: number;
  readonly arrivedSeq: number;
  readonly isLeft: boolean;
}

/** A space in memory that gives a plan what it asks for, and nothing else, and takes over what it writes. */
export class MemorySpace {
  readonly nodes = new Map<string, Node>();
  readonly versions = new Map<string, VersionState>();
  readonly chunks: ReadonlyMap<string, number>;
  readonly rootId: string;
  /** Its shared folders, and what is written down of each: by node. */
  readonly shared = new Set<string>();
  readonly journal = new Map<string, Map<string, JournalRow>>();
  seq = 0;
  #made = 0;

  constructor(rootId: string, chunks: ReadonlyMap<string, number>) {
    this.rootId = rootId;
    this.chunks = chunks;
    const root = {
      id: rootId,
      space: "s",
      parent: null,
      name: "",
      type: "folder",
      state: "live",
      version: 0,
      content: null,
    } as const;
    this.nodes.set(rootId, { ...root, size: 0, mtime: 1, executable: false, seq: 0, createdAt: 1, trashedAt: null });
  }

  commit(commits: readonly CommitToPlan[]): readonly PlannedCommit[] {
    const state = emptyState("s", this.rootId, this.seq, this.shared);
    this.#load(needsOf(commits), state);
    this.#take(state, this.#node(this.rootId));
    const made = this.#made;
    for (let pass = 0; pass < 50; pass++) {
      this.#made = made;
      const plan = planCommits(state, commits, { now: 9, newId: () => `new-${this.#made++}` });
      if ("needs" in plan) this.#load(plan.needs, state);
      else {
        this.#apply(plan.changes);
        return plan.commits;
      }
    }
    throw new Error("a plan never had enough");
  }

  entries(): ModelEntry[] {
    return this.entriesBelow(this.rootId);
  }

  /** All in a folder that is not purged, with paths from it; the folder's own name is not told. */
  entriesBelow(folder: string): ModelEntry[] {
    const entries: ModelEntry[] = [];
    for (const node of this.nodes.values()) {
      const whole = this.#chain(node);
      const depth = whole.findIndex(({ id }) => id === folder);
      if (depth < 0) continue;
      const chain = [...whole.slice(0, depth), { ...this.#node(folder), name: "" }];
      if (chain.some((each) => each.state === "purged")) continue;
      const versions = [...this.versions.keys()].filter((key) => key.startsWith(`${node.id}/`)).length;
      entries.push({
        path: chain
          .reverse()
          .map((each) => `${each.name}:${each.state}`)
          .join("/"),
        type: node.type,
        versions,
        content: node.content,
      });
    }
    return sortEntries(entries);
  }

  #load(needs: Needs, state: TreeState): void {
    for (const id of needs.nodes) {
      state.nodes.set(id, null);
      const node = this.nodes.get(id);
      if (node) for (const each of this.#chain(node)) this.#take(state, each);
    }
    const names = [...needs.names.values()];
    for (const [id, parent, key] of needs.namesByNode) {
      const node = this.nodes.get(id);
      if (node && node.state !== "purged" && (parent ?? node.parent) !== null)
        names.push([parent ?? node.parent ?? "", key ?? nameKey(node.name)]);
    }
    for (const [parent, key] of names) {
      state.names.set(slotOf(parent, key), null);
      for (const node of this.#children(parent)) if (nameKey(node.name) === key) this.#take(state, node);
    }
    for (const folder of needs.subtrees) this.#loadBelow(state, folder);
    for (const id of needs.heights) state.heights.set(id, this.#height(id));
    for (const key of needs.versions.keys()) state.versions.set(key, this.versions.get(key) ?? null);
    if (needs.changedSince.size > 0) {
      state.recent = recentNodes(Math.min(...needs.changedSince), [...this.nodes.values()]);
      for (const id of state.recent.ids) for (const each of this.#chain(this.#node(id))) this.#take(state, each);
    }
    if (needs.mounts.size > 0) {
      const mounts = [...this.nodes.values()].filter((node) => node.mount !== undefined);
      for (const node of mounts) for (const each of this.#chain(node)) this.#take(state, each);
      state.mounts = mounts.map(({ id }) => id);
    }
    for (const id of needs.chunks) state.chunks.set(id, this.chunks.get(id) ?? null);
  }

  #loadBelow(state: TreeState, folder: string): void {
    const children = this.#children(folder);
    state.children.set(
      folder,
      children.map((node) => node.id),
    );
    for (const node of children) {
      this.#take(state, node);
      if (node.type === "folder") this.#loadBelow(state, node.id);
    }
  }

  #take(state: TreeState, node: Node): void {
    state.nodes.set(node.id, node);
    if (node.state === "live" && node.parent !== null)
      state.names.set(slotOf(node.parent, nameKey(node.name)), node.id);
  }

  /** Takes changes over, and throws where the database's unique indexes would. */
  #apply(changes: Changes): void {
    if (changes.baseSeq !== this.seq) throw new Error("fenced");
    const seqs = changes.nodes.map((node) => node.seq);
    if (new Set(seqs).size !== seqs.length || seqs.some((seq) => seq <= this.seq || seq > changes.seq))
      throw new Error("seqs overlap");
    this.seq = changes.seq;
    for (const node of changes.nodes) this.nodes.set(node.id, node);
    for (const { folder, node, seq, kind } of changes.inShared.journal) this.#note(folder, node, seq, kind);
    const slots = [...this.nodes.values()]
      .filter((node) => node.state === "live")
      .map((node) => `${node.parent}/${nameKey(node.name)}`);
    if (new Set(slots).size !== slots.length) throw new Error("two live nodes have one name");
    for (const version of changes.versions) {
      const key = `${version.node}/${version.version}`;
      if (this.versions.has(key)) throw new Error("a version is made twice");
      this.versions.set(key, version);
    }
    for (const id of changes.purged)
      for (const key of this.versions.keys()) if (key.startsWith(`${id}/`)) this.versions.delete(key);
  }

  #note(folder: string, node: string, seq: number, kind: FolderChange["kind"]): void {
    const rows = this.journal.get(folder) ?? new Map<string, JournalRow>();
    this.journal.set(folder, rows);
    const arrivedSeq = kind === "arrived" ? seq : (rows.get(node)?.arrivedSeq ?? 0);
    rows.set(node, { seq, arrivedSeq, isLeft: kind === "left" });
  }

  #children(folder: string): Node[] {
    return [...this.nodes.values()].filter((node) => node.parent === folder && node.state === "live");
  }

  #height(folder: string): number {
    const folders = this.#children(folder).filter((node) => node.type === "folder");
    return Math.max(0, ...folders.map((node) => 1 + this.#height(node.id)));
  }

  #node(id: string): Node {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** The node and all that is above it, nearest first. */
  chain(id: string): Node[] {
    return this.#chain(this.#node(id));
  }

  #chain(node: Node): Node[] {
    return node.parent === null ? [node] : [node, ...this.#chain(this.#node(node.parent))];
  }
}
