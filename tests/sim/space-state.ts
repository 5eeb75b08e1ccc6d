import { isLong, tombstone } from "../../core/commit/purge.ts";
import { nameKey } from "../../core/names.ts";
import { planCommits, type Changes, type PlannedCommit } from "../../core/plan-commit.ts";
import { emptyState, recentNodes, slotOf, type TreeState, type VersionState } from "../../core/tree-state.ts";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { Node } from "../../protocol/tree.ts";

/** Looks a value up where a plan asks for it: to the plan everything is loaded. */
class Loaded<V> extends Map<string, V> {
  readonly #look: (key: string) => V;

  constructor(look: (key: string) => V) {
    super();
    this.#look = look;
  }

  override get(key: string): V {
    return this.#look(key);
  }

  override has(): boolean {
    return true;
  }
}

/** A space as the server has it: its rows, and the server's own rules for changing them. */
export class SpaceState {
  readonly id: string;
  readonly rootId: string;
  epoch: string;
  seq = 0;
  nodes = new Map<string, Node>();
  /** Ids of live nodes by slot. */
  slots = new Map<string, string>();
  /** By `node/version`. */
  versions = new Map<string, VersionState>();
  /** Bytes of chunks that the owner holds. */
  chunks = new Map<string, Uint8Array>();
  /** Chunk lists by content id. */
  contents = new Map<string, readonly string[]>();
  /** First answers by operation id. */
  answers = new Map<
    string,
    { readonly body: string; readonly results: PlannedCommit["results"]; readonly seq: number }
  >();
  used = 0;
  readonly #newId: () => string;

  constructor(id: string, rootId: string, epoch: string, newId: () => string) {
    this.id = id;
    this.rootId = rootId;
    this.epoch = epoch;
    this.#newId = newId;
    this.nodes.set(rootId, {
      id: rootId,
      space: id,
      parent: null,
      name: "",
      type: "folder",
      state: "live",
      version: 0,
      content: null,
      size: 0,
      mtime: 1,
      executable: false,
      seq: 0,
      createdAt: 1,
      trashedAt: null,
    });
  }

  /** What a backup of this moment holds; nothing in it changes later. */
  snapshot(): SpaceState {
    const copy = new SpaceState(this.id, this.rootId, this.epoch, this.#newId);
    copy.restore(this);
    return copy;
  }

  /** Becomes what the backup was. */
  restore(backup: SpaceState): void {
    this.seq = backup.seq;
    this.nodes = new Map(backup.nodes);
    this.slots = new Map(backup.slots);
    this.versions = new Map(backup.versions);
    this.chunks = new Map(backup.chunks);
    this.contents = new Map(backup.contents);
    this.answers = new Map(backup.answers);
    this.used = backup.used;
  }

  /** Plans as the server does, on this state. */
  plan(operations: readonly AnyOperation[], now: number): { results: PlannedCommit["results"]; changes: Changes } {
    const plan = planCommits(this.#treeState(operations), [{ operations, authorId: "owner", scope: null }], {
      now,
      newId: this.#newId,
    });
    if ("needs" in plan) throw new Error("a plan asked for what is loaded");
    return { results: plan.commits[0]?.results ?? [], changes: plan.changes };
  }

  /** Takes a plan's changes over, and throws where the database's unique indexes would. */
  apply(changes: Omit<Changes, "shared" | "inShared">): void {
    if (changes.baseSeq !== this.seq) throw new Error("fenced");
    for (const { id } of changes.nodes) this.#vacate(id);
    for (const node of changes.nodes) {
      if (node.seq <= this.seq || node.seq > changes.seq) throw new Error("seqs overlap");
      this.nodes.set(node.id, node);
      if (node.state !== "live" || node.parent === null) continue;
      const slot = slotOf(node.parent, nameKey(node.name));
      if (this.slots.has(slot)) throw new Error(`two live nodes have the slot ${slot}`);
      this.slots.set(slot, node.id);
    }
    for (const version of changes.versions) {
      const key = `${version.node}/${version.version}`;
      if (this.versions.has(key)) throw new Error(`version ${key} is made twice`);
      this.versions.set(key, version);
    }
    for (const content of changes.contents)
      this.contents.set(
        content.id,
        content.chunks.map((chunk) => chunk.id),
      );
    for (const id of changes.purged) this.#dropVersions(id);
    this.seq = changes.seq;
  }

  /** T8: tombstones for what is below purged folders, and the end of their versions. Answers whether there were any. */
  reap(): boolean {
    const found = [...this.nodes.values()].filter(
      (node) => node.state !== "purged" && node.parent !== null && this.nodes.get(node.parent)?.state === "purged",
    );
    const nodes = found.map((node, i) => ({ ...tombstone(node), seq: this.seq + i + 1 }));
    if (nodes.length === 0) return false;
    const seq = this.seq + nodes.length;
    const purged = found.filter((node) => !isLong(node)).map((node) => node.id);
    this.apply({ baseSeq: this.seq, seq, vacated: [], nodes, contents: [], versions: [], purged });
    for (const { id } of found) this.#dropVersions(id);
    return true;
  }

  /** Forgets chunks that no content of a version names. */
  collect(): void {
    const referenced = new Set<string>();
    const contents = new Set([...this.versions.values()].map((version) => version.content));
    for (const content of contents) for (const chunk of this.contents.get(content) ?? []) referenced.add(chunk);
    for (const [id, bytes] of this.chunks) {
      if (referenced.has(id)) continue;
      this.chunks.delete(id);
      this.used -= bytes.length;
    }
    for (const id of this.contents.keys()) if (!contents.has(id)) this.contents.delete(id);
  }

  hold(id: string, bytes: Uint8Array): void {
    if (this.chunks.has(id)) return;
    this.chunks.set(id, bytes);
    this.used += bytes.length;
  }

  bytesOf(content: string): Uint8Array {
    const parts = (this.contents.get(content) ?? []).map((id) => {
      const bytes = this.chunks.get(id);
      if (!bytes) throw new Error(`chunk ${id} of content ${content} is gone`);
      return bytes;
    });
    return Buffer.concat(parts);
  }

  /** Live nodes whose ancestors are all live, by path, the root left out. */
  tree(): Map<string, Node> {
    const tree = new Map<string, Node>();
    const children = Map.groupBy(
      [...this.nodes.values()].filter((node) => node.state === "live" && node.parent !== null),
      (node) => node.parent,
    );
    const walk = (folder: string, prefix: string): void => {
      for (const node of children.get(folder) ?? []) {
        tree.set(prefix + node.name, node);
        if (node.type === "folder") walk(node.id, `${prefix}${node.name}/`);
      }
    };
    walk(this.rootId, "");
    return tree;
  }

  children(folder: string): Node[] {
    return [...this.nodes.values()].filter((node) => node.parent === folder && node.state === "live");
  }

  #treeState(operations: readonly AnyOperation[]): TreeState {
    const bases = operations.flatMap((each) =>
      each.type === "trash" && each.baseSeq !== undefined ? [each.baseSeq] : [],
    );
    const height = (id: string): number =>
      Math.max(0, ...this.children(id).map((node) => (node.type === "folder" ? 1 + height(node.id) : 0)));
    return {
      ...emptyState(this.id, this.rootId, this.seq),
      nodes: new Loaded((id) => this.nodes.get(id) ?? null),
      names: new Loaded((slot) => this.slots.get(slot) ?? null),
      children: new Loaded((id) => this.children(id).map((node) => node.id)),
      heights: new Loaded(height),
      versions: new Loaded((key) => this.versions.get(key) ?? null),
      chunks: new Loaded((id) => this.chunks.get(id)?.length ?? null),
      recent: bases.length > 0 ? recentNodes(Math.min(...bases), [...this.nodes.values()]) : null,
    };
  }

  #vacate(id: string): void {
    const node = this.nodes.get(id);
    if (node?.state !== "live" || node.parent === null) return;
    const slot = slotOf(node.parent, nameKey(node.name));
    if (this.slots.get(slot) === id) this.slots.delete(slot);
  }

  #dropVersions(id: string): void {
    for (const key of this.versions.keys()) if (key.startsWith(`${id}/`)) this.versions.delete(key);
  }
}
