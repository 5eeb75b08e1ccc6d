import fc from "fast-check";
import type { ChunkRef } from "../../../protocol/content.ts";
import type { Operation } from "../../../protocol/tree.ts";

interface ModelVersion {
  readonly content: string;
  readonly mtime: number;
  readonly executable: boolean;
}

interface ModelNode {
  readonly id: string;
  parent: ModelNode | null;
  name: string;
  readonly type: "file" | "folder";
  state: "live" | "trashed" | "purged";
  readonly versions: ModelVersion[];
}

/** What one node of a tree comes to, without ids: the path holds the names and states from the root. */
export interface ModelEntry {
  readonly path: string;
  readonly type: string;
  readonly versions: number;
  readonly content: string | null;
}

/**
 * The tree's rules in their plainest form: no index, no key, every question answered by looking at all nodes. Names are
 * ASCII. Contents are told apart by their chunk ids.
 */
export class TreeModel {
  readonly nodes = new Map<string, ModelNode>();
  readonly held: ReadonlyMap<string, number>;
  readonly root: ModelNode;
  #copies = 0;
  #commits = 0;
  /** Every change ever made, the first at seq 1, and by which commit. */
  readonly #changes: { readonly node: ModelNode; readonly commit: number }[] = [];

  constructor(rootId: string, held: ReadonlyMap<string, number>) {
    this.held = held;
    this.root = { id: rootId, parent: null, name: "", type: "folder", state: "live", versions: [] };
    this.nodes.set(rootId, this.root);
  }

  /** What is below one of its folders, by itself, with that folder as its root; seqs go on. */
  inside(folderId: string): TreeModel {
    const inside = new TreeModel(folderId, this.held);
    const copies = new Map<ModelNode, ModelNode>();
    const copyOf = (node: ModelNode): ModelNode | null => {
      if (node.id === folderId) return inside.root;
      const known = copies.get(node);
      if (known) return known;
      const parent = node.parent && copyOf(node.parent);
      if (!parent) return null;
      const copy = { ...node, parent, versions: [...node.versions] };
      copies.set(node, copy);
      return copy;
    };
    for (const node of this.nodes.values()) {
      const copy = copyOf(node);
      if (copy) inside.nodes.set(node.id, copy);
    }
    inside.#commits = this.#commits;
    inside.#copies = this.#copies;
    for (const { node, commit } of this.#changes) inside.#changes.push({ node: copyOf(node) ?? node, commit });
    return inside;
  }

  /** Carries out one commit; each operation's error code, or null. */
  commit(operations: readonly Operation[]): (string | null)[] {
    const aliases = new Map<string, string>();
    this.#commits++;
    return operations.map((operation) => this.#apply(operation, aliases));
  }

  /** How many changes there were (T2). */
  get seq(): number {
    return this.#changes.length;
  }

  /** All that is not purged, sorted. */
  entries(): ModelEntry[] {
    const entries: ModelEntry[] = [];
    for (const node of this.nodes.values()) {
      if (this.#isGone(node)) continue;
      const path = [node, ...above(node)]
        .reverse()
        .map((each) => `${each.name}:${each.state}`)
        .join("/");
      entries.push({
        path,
        type: node.type,
        versions: node.versions.length,
        content: node.versions.at(-1)?.content ?? null,
      });
    }
    return sortEntries(entries);
  }

  #apply(operation: Operation, aliases: Map<string, string>): string | null {
    const get = (id: string) => this.nodes.get(aliases.get(id) ?? id);
    const target = (id: string): ModelNode | string => {
      const folder = get(id);
      if (!folder || this.#isGone(folder) || this.#isTrashed(folder)) return "parent_not_found";
      return folder.type === "folder" ? folder : "not_a_folder";
    };
    if (operation.type === "createFolder" || operation.type === "createFile") {
      const parent = target(operation.parent);
      if (typeof parent === "string") return parent;
      const version = "chunks" in operation ? this.#version(operation) : null;
      if (typeof version === "string") return version;
      const type = version ? "file" : "folder";
      const holder = this.#child(parent, operation.name);
      const isReused = operation.onConflict === "reuse" || operation.onConflict === "replace";
      const other = operation.id === undefined ? undefined : get(operation.id);
      if (isReused && holder?.type === type) {
        if (other && other !== holder) return "id_conflict";
        if (operation.id !== undefined && !other) aliases.set(operation.id, holder.id);
        if (version) this.#addVersion(holder, version);
        return null;
      }
      if (other) return "id_conflict";
      const name = this.#freeName(parent, operation.name, type, null, operation.onConflict === "rename");
      if (name === null) return "name_conflict";
      const id = operation.id ?? `made-${this.nodes.size}`;
      this.#add({ id, parent, name, type, state: "live", versions: version ? [version] : [] });
      return null;
    }

    const node = get(operation.node);
    if (!node || this.#isGone(node)) return "not_found";
    const isTrashed = this.#isTrashed(node);
    switch (operation.type) {
      case "updateFile":
      case "restoreVersion": {
        if (node.type !== "file") return "not_a_file";
        if (operation.baseVersion !== undefined && operation.baseVersion !== node.versions.length) return "stale_base";
        const version =
          operation.type === "updateFile"
            ? this.#version(operation)
            : (node.versions[operation.version - 1] ?? "not_found");
        if (typeof version === "string") return version;
        if (isTrashed) this.#moveTo(node, this.#wayBack(node), node.name, true);
        this.#addVersion(node, version);
        return null;
      }
      case "move": {
        if (!node.parent) return "root_immutable";
        if (isTrashed) return "already_trashed";
        const parent = operation.parent === undefined ? node.parent : target(operation.parent);
        if (typeof parent === "string") return parent;
        if (parent === node || above(parent).includes(node)) return "would_cycle";
        return this.#moveTo(node, parent, operation.name ?? node.name, operation.onConflict === "rename");
      }
      case "copy": {
        if (isTrashed) return "already_trashed";
        const parent = target(operation.parent);
        if (typeof parent === "string") return parent;
        if (parent === node || above(parent).includes(node)) return "would_cycle";
        if (operation.id !== undefined && get(operation.id)) return "id_conflict";
        const name = this.#freeName(
          parent,
          operation.name ?? node.name,
          node.type,
          null,
          operation.onConflict === "rename",
        );
        if (name === null) return "name_conflict";
        this.#copy(node, parent, name, operation.id);
        return null;
      }
      case "trash":
        if (!node.parent) return "root_immutable";
        if (isTrashed) return "already_trashed";
        if (operation.baseSeq !== undefined && this.#hasChanged(node, operation.baseSeq)) return "stale_base";
        node.state = "trashed";
        this.#note(node);
        return null;
      case "restore": {
        if (!isTrashed) return "not_trashed";
        const parent = operation.parent === undefined ? this.#wayBack(node) : target(operation.parent);
        if (typeof parent === "string") return parent;
        return this.#moveTo(node, parent, operation.name ?? node.name, operation.onConflict === "rename");
      }
      case "purge":
        if (!isTrashed) return "not_trashed";
        node.state = "purged";
        this.#note(node);
        return null;
    }
  }

  #moveTo(node: ModelNode, parent: ModelNode, wanted: string, mayRename: boolean): string | null {
    const name = this.#freeName(parent, wanted, node.type, node, mayRename);
    if (name === null) return "name_conflict";
    if (parent === node.parent && name === node.name && node.state === "live") return null;
    Object.assign(node, { parent, name, state: "live" });
    this.#note(node);
    return null;
  }

  #add(node: ModelNode): void {
    this.nodes.set(node.id, node);
    this.#note(node);
  }

  #addVersion(node: ModelNode, version: ModelVersion): void {
    if (JSON.stringify(node.versions.at(-1)) === JSON.stringify(version)) return;
    node.versions.push(version);
    this.#note(node);
  }

  #note(node: ModelNode): void {
    this.#changes.push({ node, commit: this.#commits });
  }

  #hasChanged(top: ModelNode, baseSeq: number): boolean {
    const begunAt = this.#changes.filter(({ commit }) => commit !== this.#commits).length;
    if (baseSeq > begunAt) return true;
    return this.#changes.slice(baseSeq).some(({ node, commit }) => {
      const way = [node, ...above(node)];
      const isInside = way.includes(top) && way.every((each) => each.state === "live");
      return commit !== this.#commits && isInside;
    });
  }

  #copy(source: ModelNode, parent: ModelNode, name: string, id = `copy-${this.#copies++}`): void {
    const children = [...this.nodes.values()].filter((node) => node.parent === source && node.state === "live");
    const copied: ModelNode = {
      id,
      parent,
      name,
      type: source.type,
      state: "live",
      versions: source.versions.slice(-1),
    };
    this.#add(copied);
    for (const child of children) this.#copy(child, copied, child.name);
  }

  #version(file: { chunks: readonly ChunkRef[]; mtime: number; executable: boolean }): ModelVersion | string {
    if (file.chunks.some((chunk) => !this.held.has(chunk.id))) return "chunks_missing";
    return { content: file.chunks.map((chunk) => chunk.id).join(), mtime: file.mtime, executable: file.executable };
  }

  #child(parent: ModelNode, name: string): ModelNode | undefined {
    const isSame = (node: ModelNode) =>
      node.parent === parent && node.state === "live" && node.name.toLowerCase() === name.toLowerCase();
    return [...this.nodes.values()].find(isSame);
  }

  #freeName(
    parent: ModelNode,
    name: string,
    type: "file" | "folder",
    self: ModelNode | null,
    mayRename: boolean,
  ): string | null {
    const isFree = (candidate: string) => [undefined, self].includes(this.#child(parent, candidate));
    if (isFree(name)) return name;
    if (!mayRename) return null;
    const dot = type === "file" ? name.lastIndexOf(".") : -1;
    const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
    let n = 2;
    while (!isFree(`${stem} (${n})${extension}`)) n++;
    return `${stem} (${n})${extension}`;
  }

  #wayBack(node: ModelNode): ModelNode {
    const { parent } = node;
    return parent && !this.#isGone(parent) && !this.#isTrashed(parent) ? parent : this.root;
  }

  #isGone(node: ModelNode): boolean {
    return [node, ...above(node)].some((each) => each.state === "purged");
  }

  #isTrashed(node: ModelNode): boolean {
    return [node, ...above(node)].some((each) => each.state === "trashed");
  }
}

function above(node: ModelNode): ModelNode[] {
  return node.parent ? [node.parent, ...above(node.parent)] : [];
}

export function sortEntries(entries: ModelEntry[]): ModelEntry[] {
  return entries.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Histories: commits of operations over a few ids, names and chunks, so that they meet often. */
export function histories(
  ids: readonly string[],
  rootId: string,
  chunks: readonly ChunkRef[],
  size: { commits: number; operations: number },
) {
  const id = fc.constantFrom(...ids);
  const parent = fc.oneof({ weight: 6, arbitrary: fc.constant(rootId) }, { weight: 3, arbitrary: id });
  const name = fc.constantFrom("a", "A", "b", "c.txt", "C.TXT", "a (2)");
  const optional = <T>(key: string, arbitrary: fc.Arbitrary<T>) =>
    fc.option(arbitrary).map((value) => (value === null ? {} : { [key]: value }));
  const state = fc.record({
    chunks: fc.array(fc.constantFrom(...chunks, ...chunks.slice(0, 1), ...chunks.slice(0, 2), ...chunks.slice(0, 2)), {
      maxLength: 2,
    }),
    mtime: fc.constantFrom(1, 2),
    executable: fc.boolean(),
  });
  const onConflict = fc.constantFrom("fail", "rename");
  const version = fc.integer({ min: 1, max: 3 });
  const join = (...parts: fc.Arbitrary<object>[]) =>
    fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Operation);
  const operation = fc.oneof(
    {
      weight: 4,
      arbitrary: join(
        fc.record({
          type: fc.constant("createFolder"),
          parent,
          name,
          id,
          onConflict: fc.constantFrom("fail", "rename", "reuse"),
        }),
      ),
    },
    {
      weight: 4,
      arbitrary: join(
        fc.record({
          type: fc.constant("createFile"),
          parent,
          name,
          id,
          onConflict: fc.constantFrom("fail", "rename", "replace"),
        }),
        state,
      ),
    },
    {
      weight: 2,
      arbitrary: join(fc.record({ type: fc.constant("updateFile"), node: id, baseVersion: version }), state),
    },
    {
      weight: 4,
      arbitrary: join(
        fc.record({ type: fc.constant("move"), node: id, onConflict }),
        optional("parent", parent),
        optional("name", name),
      ),
    },
    {
      weight: 2,
      arbitrary: join(
        fc.record({ type: fc.constant("copy"), node: id, parent, id, onConflict }),
        optional("name", name),
      ),
    },
    {
      weight: 2,
      arbitrary: join(
        fc.record({ type: fc.constant("trash"), node: id }),
        optional("baseSeq", fc.integer({ min: 0, max: 30 })),
      ),
    },
    {
      weight: 2,
      arbitrary: join(
        fc.record({ type: fc.constant("restore"), node: id, onConflict }),
        optional("parent", parent),
        optional("name", name),
      ),
    },
    { weight: 1, arbitrary: join(fc.record({ type: fc.constant("purge"), node: id })) },
    {
      weight: 1,
      arbitrary: join(
        fc.record({ type: fc.constant("restoreVersion"), node: id, version }),
        optional("baseVersion", version),
      ),
    },
  );
  return fc.array(fc.array(operation, { minLength: 1, maxLength: size.operations, size: "max" }), {
    minLength: 1,
    maxLength: size.commits,
    size: "max",
  });
}
