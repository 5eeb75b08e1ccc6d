import type { Node } from "../../../protocol/tree.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Entry } from "./drive.ts";
import { rootHearsay } from "./hearsay.ts";
import { Mounts } from "./mounts.ts";
import { ListedFolder } from "./listed-folder.ts";
import { layOver, type PendingOperations } from "./overlay.ts";
import { HEARSAY, TreeCache } from "./tree-cache.ts";

/** A star that is on its way. */
export interface PendingStar {
  readonly node: string;
  readonly starred: boolean;
}

const NOTHING_OVER: ReadonlyMap<string, Node> = new Map();

/**
 * The tree as it is to look: what the server told, what is pending laid over it, and the stars. Entries and lists of them
 * keep their identity until they change. Nothing here waits or tells anybody.
 */
export class TreeView {
  /** The account's own space. */
  readonly home: string;
  readonly root: string;
  readonly #cache = new TreeCache();
  readonly #mounts: Mounts;
  #over = NOTHING_OVER;
  #pending: readonly PendingOperations[] = [];
  #stars: ReadonlySet<string> = new Set();
  #pendingStars: ReadonlyMap<string, boolean> = new Map();
  readonly #entries = new Map<string, Entry>();
  readonly #folders = new Map<string, ListedFolder>();
  readonly #ancestors = new Map<string, readonly Entry[]>();

  constructor(home: string, root: string) {
    this.home = home;
    this.root = root;
    this.#mounts = new Mounts({ home, root, look: (id) => this.#over.get(id) ?? this.#cache.get(id) });
    this.#cache.take(rootHearsay(home, root));
  }

  /** The space of a node, also of one that was known only before; undefined where that is not known. */
  spaceOf(id: string): string | undefined {
    return this.look(id)?.space ?? this.#mounts.spaceOf(id);
  }

  /** The id of the node that stands for a shared folder in the account's own tree. */
  mountOf(space: string): string | undefined {
    return this.#mounts.of(space);
  }

  /** Takes in which folders are shared, those of the account's own included. */
  setSpaces(spaces: readonly SharedSpace[]): void {
    this.#mounts.setSpaces(spaces);
    // A role is part of every entry.
    this.#entries.clear();
    this.#folders.clear();
  }

  /** As the server told last, without what is pending. */
  known(id: string): Node | undefined {
    return this.#cache.get(id);
  }

  knownChildren(folder: string): ReadonlySet<string> {
    return this.#cache.children(folder);
  }

  /** Whether any of them was news. */
  take(nodes: readonly Node[]): boolean {
    let isNews = false;
    for (const node of nodes) {
      // A shared folder itself is what its mount makes of it.
      if (node.id === node.space && node.space !== this.home) continue;
      // One that was handed over is in the trash here, and the other's by its id.
      if (node.space === this.home && node.state !== "live" && this.#mounts.isOthers(node.id)) continue;
      this.#mounts.note(node);
      const before = this.#cache.get(node.id);
      if (!this.#cache.take(node)) continue;
      isNews = true;
      this.#touch(before);
      this.#touch(node);
    }
    if (isNews) this.#layOver();
    return isNews;
  }

  /** See `TreeCache.forget`. */
  forget(id: string, seq: number): void {
    const known = this.#cache.get(id);
    if (!this.#cache.forget(id, seq)) return;
    this.#touch(known);
    this.#layOver();
  }

  /** Takes nodes for such that are there no more, and forgets what is below them; answers the ids of that. */
  lose(nodes: readonly string[]): string[] {
    for (const id of nodes) {
      this.#touch(this.#cache.get(id));
      this.#cache.bury(id);
      this.#mounts.forget(id);
    }
    const forgotten = this.forgetBelow(nodes);
    for (const id of forgotten) this.#mounts.forget(id);
    return forgotten;
  }

  /** Forgets what is below some nodes; answers the ids of that. */
  forgetBelow(nodes: readonly string[]): string[] {
    const forgotten = this.#cache.forgetBelow(nodes);
    for (const id of forgotten) this.#entries.delete(id);
    for (const id of [...nodes, ...forgotten]) this.#folders.delete(id);
    this.#layOver();
    return forgotten;
  }

  /**
   * Forgets what is below a shared folder that has another owner, and what stood for it; answers the ids of that. The folder
   * itself is known as the account's own or not at all: where it is not that any more, it is forgotten, too.
   */
  handOver(folder: string, isOwn: boolean): string[] {
    this.#mounts.forgetSpace(folder);
    this.#touch(this.#cache.get(folder));
    const forgotten = this.forgetBelow([folder]);
    if (!isOwn) this.#cache.drop(folder);
    return forgotten;
  }

  /** Forgets all that the server told of a space, but that there is a root; what is pending stays. */
  clear(space: string): void {
    this.#cache.forgetSpace(space);
    this.#cache.take(rootHearsay(this.home, this.root));
    this.#entries.clear();
    this.#folders.clear();
    this.#ancestors.clear();
    this.#layOver();
  }

  setPending(pending: readonly PendingOperations[]): void {
    this.#pending = pending;
    this.#layOver();
  }

  setStars(stars: ReadonlySet<string>, pending: readonly PendingStar[]): void {
    const before = this.#stars;
    const beforePending = this.#pendingStars;
    this.#stars = stars;
    this.#pendingStars = new Map(pending.map(({ node, starred }) => [node, starred]));
    for (const id of new Set([...before, ...beforePending.keys(), ...stars, ...this.#pendingStars.keys()])) {
      if ((beforePending.get(id) ?? before.has(id)) !== this.isStarred(id)) this.#touch(this.look(id));
    }
  }

  isStarred(id: string): boolean {
    return this.#pendingStars.get(id) ?? this.#stars.has(id);
  }

  /** A node with what is pending laid over it. */
  look(id: string): Node | undefined {
    return this.#over.get(id) ?? this.#cache.get(id) ?? this.#mounts.root(id);
  }

  /** Undefined also for what is known by name only. */
  entry(id: string): Entry | undefined {
    const node = this.look(id);
    return node && node.seq !== HEARSAY ? this.#entryOf(node) : undefined;
  }

  /** Whether only pages of this browser know of the node: the server is yet to make it. */
  isNew(id: string): boolean {
    return this.#cache.get(id) === undefined && this.#over.has(id);
  }

  /** The live entries of a folder that are known. */
  entries(folder: string): readonly Entry[] {
    let listed = this.#folders.get(folder);
    if (!listed) {
      listed = new ListedFolder();
      for (const id of this.#cache.children(folder)) listed.touch(id);
      for (const [id, { parent }] of this.#over) if (parent === folder) listed.touch(id);
      this.#folders.set(folder, listed);
    }
    return listed.entries((id) => {
      const node = this.look(id);
      return node?.parent === folder && node.state === "live" && node.seq !== HEARSAY ? this.#entryOf(node) : undefined;
    });
  }

  /** Ends the upkeep of a folder's list; it is made again when asked for. */
  dropList(folder: string): void {
    this.#folders.delete(folder);
  }

  /** The folders above a node, the root first; undefined where not all are known. */
  ancestors(id: string): readonly Entry[] | undefined {
    const above: Entry[] = [];
    const seen = new Set([id]);
    for (let at = this.look(id)?.parent; at !== null; at = this.look(at)?.parent) {
      // A cycle is what two moves from two sides look like until the server has refused one of them.
      if (at === undefined || seen.has(at)) return undefined;
      seen.add(at);
      const node = this.look(at);
      if (!node) return undefined;
      above.push(this.#entryOf(node));
    }
    above.reverse();
    const before = this.#ancestors.get(id);
    if (before?.length === above.length && before.every((each, at) => each === above[at])) return before;
    this.#ancestors.set(id, above);
    return above;
  }

  /** Whether the node, or a folder above it, is known not to be live. */
  isGone(id: string): boolean {
    const seen = new Set<string>();
    for (
      let node = this.look(id);
      node && !seen.has(node.id);
      node = node.parent ? this.look(node.parent) : undefined
    ) {
      if (node.state !== "live") return true;
      seen.add(node.id);
    }
    return false;
  }

  #entryOf(node: Node): Entry {
    const made = this.#entries.get(node.id);
    if (made) return made;
    const sharedIn = node.space === this.home ? null : node.space;
    const canEdit = sharedIn === null || this.#mounts.canEdit(sharedIn);
    const entry = { ...node, sharedIn, canEdit, pending: this.#over.has(node.id), starred: this.isStarred(node.id) };
    this.#entries.set(node.id, entry);
    return entry;
  }

  #layOver(): void {
    if (this.#pending.length === 0 && this.#over.size === 0) return;
    const before = this.#over;
    const known = (id: string): Node | undefined => this.#cache.get(id);
    this.#over = layOver(this.#pending, { home: this.home, known });
    for (const [id, node] of before) {
      this.#touch(node);
      if (!this.#over.has(id)) this.#touch(this.#cache.get(id));
    }
    for (const [id, node] of this.#over) {
      this.#touch(node);
      this.#touch(this.#cache.get(id));
    }
  }

  #touch(node: Node | undefined): void {
    if (!node) return;
    this.#entries.delete(node.id);
    if (node.mount !== undefined) this.#entries.delete(node.mount);
    if (node.parent !== null) this.#folders.get(node.parent)?.touch(node.id);
  }
}
