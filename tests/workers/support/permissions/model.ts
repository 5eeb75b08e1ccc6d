import type { Role } from "../../../../protocol/members.ts";
import type { Base, ModelLink, ModelNode, ModelOperation, Share, User } from "./shapes.ts";

/**
 * Who may read and write what, by walking trees and sets: slow, and without a thought for how the server does it. It shares no
 * code with it.
 */
export class PermissionModel {
  readonly nodes = new Map<string, ModelNode>();
  readonly shares = new Map<string, Share>();
  readonly links: ModelLink[] = [];
  readonly suspended = new Set<User>();
  /** Bodies that a user has sent to an owner, by `user>owner`. */
  readonly sent = new Map<string, Set<string>>();

  node(id: string): ModelNode {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`the model has no node ${id}`);
    return node;
  }

  rootOf(owner: User): string {
    for (const node of this.nodes.values()) if (node.owner === owner && node.parent === null) return node.id;
    throw new Error(`${owner} has no root`);
  }

  /** The node and all above it, the root last. */
  chain(id: string): ModelNode[] {
    const chain: ModelNode[] = [];
    for (let at: string | null = id; at !== null; at = this.node(at).parent) chain.push(this.node(at));
    return chain;
  }

  standing(id: string): "live" | "trashed" | "gone" {
    const states = this.chain(id).map(({ state }) => state);
    if (states.includes("purged")) return "gone";
    return states.includes("trashed") ? "trashed" : "live";
  }

  /** Whether it is the folder or below it, wherever that is. */
  isIn(id: string, folder: string): boolean {
    return this.chain(id).some((each) => each.id === folder);
  }

  sharedAbove(id: string): string[] {
    return this.chain(id)
      .map((each) => each.id)
      .filter((folder) => this.shares.has(folder));
  }

  /** What is live in a folder, itself left out. */
  below(folder: string): ModelNode[] {
    return [...this.nodes.values()].filter(
      ({ id }) => id !== folder && this.standing(id) === "live" && this.isIn(id, folder),
    );
  }

  children(folder: string): ModelNode[] {
    return [...this.nodes.values()].filter(({ parent, state }) => parent === folder && state === "live");
  }

  /** What the user may do in the base at this moment; null: it is not there for them. */
  roleIn(user: User, base: Base): "owner" | Role | null {
    if (this.suspended.has(user)) return null;
    if (base === null) return "owner";
    const share = this.shares.get(base);
    if (!share || this.suspended.has(share.owner) || this.standing(base) !== "live") return null;
    return share.owner === user ? "owner" : (share.members.get(user)?.role ?? null);
  }

  ownerOf(user: User, base: Base): User {
    return base === null ? user : this.node(base).owner;
  }

  reads(user: User, base: Base, id: string): boolean {
    const node = this.nodes.get(id);
    if (!node || this.roleIn(user, base) === null || this.standing(id) === "gone") return false;
    return base === null ? node.owner === user : this.isIn(id, base);
  }

  readable(user: User, base: Base): ModelNode[] {
    return [...this.nodes.values()].filter(({ id }) => this.reads(user, base, id));
  }

  /** Shared folders that the user is a member of, in reach or not. */
  memberships(user: User): string[] {
    return [...this.shares].flatMap(([folder, { members }]) => (members.has(user) ? [folder] : []));
  }

  /** Whether a commit of these may name the body's chunk (M6). */
  mayName(user: User, base: Base, body: string, updated: string | null): boolean {
    const owner = this.ownerOf(user, base);
    if (user === owner) return [...this.sent].some(([key, bodies]) => key.endsWith(`>${owner}`) && bodies.has(body));
    if (this.sent.get(`${user}>${owner}`)?.has(body)) return true;
    return updated !== null && this.node(updated).bodies.includes(body);
  }

  noteSent(user: User, base: Base, bodies: Iterable<string>): void {
    const key = `${user}>${this.ownerOf(user, base)}`;
    this.sent.set(key, new Set([...(this.sent.get(key) ?? []), ...bodies]));
  }

  /** The code that an operation fails with, or null where it is carried out. The base is there for the user, who may write. */
  problem(user: User, base: Base, operation: ModelOperation): string | null {
    const top = base ?? this.rootOf(user);
    if (operation.type === "createFolder" || operation.type === "createFile") {
      const target = this.#targetProblem(user, base, operation.parent);
      if (target || operation.type === "createFolder") return target;
      return this.mayName(user, base, operation.body, null) ? null : "chunks_missing";
    }
    if (!this.reads(user, base, operation.node)) return "not_found";
    const node = this.node(operation.node);
    const isLive = this.standing(node.id) === "live";
    switch (operation.type) {
      case "updateFile":
        if (node.type === "folder") return "not_a_file";
        if (operation.baseVersion !== node.bodies.length) return "stale_base";
        return this.mayName(user, base, operation.body, node.id) ? null : "chunks_missing";
      case "restoreVersion":
        if (node.type === "folder") return "not_a_file";
        return operation.version > node.bodies.length ? "not_found" : null;
      case "move":
        if (node.id === top || node.parent === null) return "root_immutable";
        if (!isLive) return "already_trashed";
        return this.#intoProblem(user, base, node, operation.parent ?? node.parent);
      case "copy": {
        if (node.mount !== undefined) return "mounted_folder";
        if (!isLive) return "already_trashed";
        const problem = this.#targetProblem(user, base, operation.parent);
        if (problem) return problem;
        if (this.isIn(operation.parent, node.id)) return "would_cycle";
        return this.below(node.id).some(({ mount }) => mount !== undefined) ? "mounted_folder" : null;
      }
      case "trash":
        if (node.id === top) return "root_immutable";
        return isLive ? null : "already_trashed";
      case "restore":
        if (isLive) return "not_trashed";
        if (operation.parent === undefined) return this.#mountProblem(node, this.#returnFolder(node, top));
        return this.#targetProblem(user, base, operation.parent) ?? this.#mountProblem(node, operation.parent);
      case "purge":
        return isLive ? "not_trashed" : null;
    }
  }

  /** Carries out what has no problem, on the node that it is about; what it makes is `made`, in order. */
  apply(user: User, base: Base, operation: ModelOperation, made: string): void {
    const top = base ?? this.rootOf(user);
    const owner = this.ownerOf(user, base);
    switch (operation.type) {
      case "createFolder":
      case "createFile": {
        const { type, parent, name } = operation;
        const bodies = operation.type === "createFile" ? [operation.body] : [];
        this.add({ id: made, owner, type: type === "createFile" ? "file" : "folder", parent, name, bodies });
        return;
      }
      case "updateFile":
      case "restoreVersion": {
        const node = this.node(operation.node);
        const body = operation.type === "updateFile" ? operation.body : node.bodies[operation.version - 1];
        if (this.standing(node.id) !== "live") this.#putBack(node, this.#returnFolder(node, top));
        if (body !== undefined && body !== node.bodies.at(-1)) node.bodies.push(body);
        return;
      }
      case "move": {
        const node = this.node(operation.node);
        node.parent = operation.parent ?? node.parent;
        if (operation.name !== undefined) this.rename(node, operation.name);
        return;
      }
      case "copy": {
        const { type, name, bodies } = this.node(operation.node);
        const body = bodies.at(-1);
        this.add({ id: made, owner, type, parent: operation.parent, name, bodies: body === undefined ? [] : [body] });
        return;
      }
      case "trash":
        this.node(operation.node).state = "trashed";
        for (const folder of this.sharedAbove(operation.node))
          if (folder !== operation.node) this.shares.get(folder)?.trashed.add(operation.node);
        return;
      case "restore": {
        const node = this.node(operation.node);
        this.#putBack(node, operation.parent ?? this.#returnFolder(node, top));
        return;
      }
      case "purge":
        this.node(operation.node).state = "purged";
        for (const folder of this.shares.keys()) if (this.standing(folder) === "gone") this.endShare(folder);
    }
  }

  add(node: Omit<ModelNode, "state" | "words">): void {
    this.nodes.set(node.id, { ...node, state: "live", words: new Set(wordsIn(node.name)) });
  }

  rename(node: ModelNode, name: string): void {
    node.name = name;
    for (const word of wordsIn(name)) node.words.add(word);
  }

  endShare(folder: string): void {
    for (const user of this.shares.get(folder)?.members.keys() ?? []) this.endMembership(folder, user);
    this.shares.delete(folder);
  }

  endMembership(folder: string, user: User): void {
    const members = this.shares.get(folder)?.members;
    const mount = members?.get(user)?.mount;
    if (mount) this.node(mount).state = "purged";
    members?.delete(user);
  }

  /** What sharing a folder of one's own, or inviting to it, fails with. */
  inviteProblem(user: User, folder: string): string | null {
    const share = this.shares.get(folder);
    if (share && share.owner !== user && share.members.has(user)) {
      const role = this.roleIn(user, folder);
      if (role === null) return "not_found";
      return role === "manager" ? null : "forbidden";
    }
    if (!this.reads(user, null, folder)) return "not_found";
    const node = this.node(folder);
    if (this.standing(folder) !== "live") return "already_trashed";
    if (node.type === "file") return "not_a_folder";
    if (node.parent === null) return "root_immutable";
    if (node.mount !== undefined) return "mounted_folder";
    return share || !this.hasMounts(folder) ? null : "mount_in_shared";
  }

  /** Whether there is a mount in a folder, in the trash or not. */
  hasMounts(folder: string): boolean {
    return [...this.nodes.values()].some(
      ({ id, mount }) => mount !== undefined && this.isIn(id, folder) && this.standing(id) !== "gone",
    );
  }

  /** What a guest of an open link may see. */
  reached(link: ModelLink): ModelNode[] {
    if (!this.isOpen(link) || link.permission === "upload") return [];
    return [...this.nodes.values()].filter(({ id }) => this.standing(id) === "live" && this.isIn(id, link.node));
  }

  isOpen({ revoked, owner, node }: ModelLink): boolean {
    return !revoked && !this.suspended.has(owner) && this.standing(node) === "live";
  }

  #targetProblem(user: User, base: Base, parent: string): string | null {
    if (!this.reads(user, base, parent) || this.standing(parent) !== "live") return "parent_not_found";
    if (this.node(parent).type === "file") return "not_a_folder";
    return this.node(parent).mount === undefined ? null : "mounted_folder";
  }

  #intoProblem(user: User, base: Base, node: ModelNode, parent: string): string | null {
    const problem = this.#targetProblem(user, base, parent);
    if (problem) return problem;
    return this.isIn(parent, node.id) ? "would_cycle" : this.#mountProblem(node, parent);
  }

  #mountProblem(node: ModelNode, parent: string): string | null {
    if (node.type === "file" || this.sharedAbove(parent).length === 0) return null;
    return this.hasMounts(node.id) ? "mount_in_shared" : null;
  }

  #returnFolder({ parent }: ModelNode, top: string): string {
    return parent !== null && this.standing(parent) === "live" ? parent : top;
  }

  #putBack(node: ModelNode, parent: string): void {
    node.state = "live";
    node.parent = parent;
  }
}

/** Each name has a word that no other one has, but for those of copies. */
function wordsIn(name: string): readonly string[] {
  return name.match(/nm~\d+~u/) ?? [];
}
