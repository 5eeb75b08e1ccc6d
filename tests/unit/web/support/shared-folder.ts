import { LedgeError } from "../../../../protocol/errors.ts";
import type { SharedSpace } from "../../../../protocol/members.ts";
import { newId } from "../../../../protocol/new-id.ts";
import type { Changes, CommitResponse, Node, OperationInput, OperationResult } from "../../../../protocol/tree.ts";
import type { SimServer } from "../../../sim/sim-server.ts";

/** A folder of another account's space, as its members are answered (SPEC M1, M3, M7). */
export class SharedFolder {
  readonly id: string;
  readonly owner: SimServer;
  role: SharedSpace["role"] = "editor";
  /** The owner's account. */
  ownedBy = "owner";
  mount: string | null = null;
  isShared = true;
  /** Told of every commit of the owner's space. */
  readonly listeners = new Set<() => void>();
  /** What was in the folder after each of its space's commits, by seq. */
  readonly #held = new Map<number, ReadonlySet<string>>();

  constructor(owner: SimServer, id: string) {
    this.id = id;
    this.owner = owner;
    this.#note();
    owner.listeners.add(() => {
      this.#note();
      for (const tell of this.listeners) tell();
    });
  }

  get listed(): SharedSpace {
    const owner = { id: this.ownedBy, name: "Olga", email: "olga@example.com" };
    const { id, role, mount } = this;
    return { id, name: this.#node(id).name, owner, role, mount, people: 2, joinedAt: 1, offer: null };
  }

  /** Rejects with `not_found` unless it is shared and has the node. */
  node(id: string): Node {
    this.#open();
    if (!this.#now().has(id)) throw new LedgeError("not_found");
    return this.#present(this.#node(id));
  }

  children(folder: string): Node[] {
    this.node(folder);
    const nodes = [...this.owner.space.nodes.values()];
    return nodes
      .filter(({ parent, state }) => parent === folder && state === "live")
      .map((node) => this.#present(node));
  }

  /** The folders above a node, the shared one first. */
  above(node: Node): Node[] {
    return node.parent === null ? [] : [...this.above(this.node(node.parent)), this.node(node.parent)];
  }

  cursor(): string {
    return `${this.id} ${this.owner.space.seq}`;
  }

  changes(since: string | undefined): Changes {
    this.#open();
    const { seq, epoch } = this.owner.space;
    const known = { cursor: this.cursor(), upToDate: true, space: this.id, epoch };
    if (since === undefined) return { ...known, changes: [] };
    const [space, text] = since.split(" ");
    if (space !== this.id) throw new LedgeError("invalid_cursor");
    const then = this.#heldAt(Math.min(Number(text), seq));
    const now = this.#now();
    const isNew = ({ seq: changed, id }: Node): boolean => changed > Number(text) || !then.has(id);
    const all = [...now].map((id) => this.#node(id)).filter((node) => isNew(node));
    // What is below something that came in is not told of, unless it changed.
    const changes = all.filter((node) => then.has(node.id) || !all.some(({ id }) => id === node.parent));
    const arrived = changes.filter(({ id, type }) => type === "folder" && !then.has(id)).map(({ id }) => id);
    const left = [...then].filter((id) => !now.has(id));
    return { ...known, changes: changes.map((node) => this.#present(node)), arrived, left };
  }

  commit(operations: readonly OperationInput[], operationId = newId(), epoch?: string): CommitResponse {
    this.#open();
    if (this.role === "viewer") throw new LedgeError("forbidden");
    for (const operation of operations) {
      if ("node" in operation) this.node(operation.node);
      if ("parent" in operation && operation.parent !== undefined) this.node(operation.parent);
    }
    const answer = this.owner.commit(operations, operationId, epoch);
    const results = answer.results.map((result): OperationResult => {
      if (result.ok) return { ...result, node: this.#present(result.node) };
      return result.node ? { ...result, node: this.#present(result.node) } : result;
    });
    return { ...answer, space: this.id, cursor: this.cursor(), results };
  }

  #open(): void {
    if (!this.isShared) throw new LedgeError("not_found");
  }

  #node(id: string): Node {
    const node = this.owner.space.nodes.get(id);
    if (!node) throw new LedgeError("not_found");
    return node;
  }

  #present(node: Node): Node {
    return { ...node, space: this.id, parent: node.id === this.id ? null : node.parent };
  }

  #now(): ReadonlySet<string> {
    const held = new Set<string>([this.id]);
    for (const id of held)
      for (const node of this.owner.space.nodes.values()) if (node.parent === id) held.add(node.id);
    for (const id of held) if (this.#node(id).state === "purged") held.delete(id);
    return held;
  }

  #heldAt(seq: number): ReadonlySet<string> {
    for (let at = seq; at >= 0; at--) {
      const held = this.#held.get(at);
      if (held) return held;
    }
    return new Set();
  }

  #note(): void {
    this.#held.set(this.owner.space.seq, this.#now());
  }
}
