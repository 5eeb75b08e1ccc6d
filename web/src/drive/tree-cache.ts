import type { Node } from "../../../protocol/tree.ts";

/** The `seq` of what is known of a folder by name only, from the path of something below it: anything else is newer. */
export const HEARSAY = -1;

const NONE: ReadonlySet<string> = new Set();

/**
 * Nodes as the server told of them, in whatever order and however often: of two states of a node that of the higher seq
 * holds (B5). What is in the trash and tombstones are kept as well, so that an older state does not bring them back.
 */
export class TreeCache {
  readonly #nodes = new Map<string, Node>();
  /** Live children; hearsay is none. */
  readonly #children = new Map<string, Set<string>>();

  get(id: string): Node | undefined {
    return this.#nodes.get(id);
  }

  /** Ids of the live children that are known. */
  children(folder: string): ReadonlySet<string> {
    return this.#children.get(folder) ?? NONE;
  }

  /** Whether the node was news. */
  take(node: Node): boolean {
    const known = this.#nodes.get(node.id);
    if (known && known.seq >= node.seq && (node.seq !== HEARSAY || isSame(known, node))) return false;
    if (known && node.seq === HEARSAY && known.seq !== HEARSAY) return false;
    this.#unlink(known);
    this.#nodes.set(node.id, node);
    if (!isListed(node)) return true;
    const siblings = this.#children.get(node.parent);
    if (siblings) siblings.add(node.id);
    else this.#children.set(node.parent, new Set([node.id]));
    return true;
  }

  /** Makes a node unknown again, where what is known of it is still of that seq. */
  forget(id: string, seq: number): boolean {
    const known = this.#nodes.get(id);
    if (known?.seq !== seq) return false;
    this.drop(id);
    return true;
  }

  /** Makes the node, as what is known of it, one that is there no more. Newer states bring it back. */
  bury(id: string): void {
    const known = this.#nodes.get(id);
    if (!known) return;
    this.#unlink(known);
    this.#nodes.set(id, { ...known, state: "purged" });
  }

  /** Makes unknown all that is known to be below some nodes, whatever its state; answers the ids. */
  forgetBelow(nodes: readonly string[]): string[] {
    const below = new Map<string | null, string[]>();
    for (const { id, parent } of this.#nodes.values()) {
      const siblings = below.get(parent);
      if (siblings) siblings.push(id);
      else below.set(parent, [id]);
    }
    const forgotten = new Set(nodes.flatMap((id) => below.get(id) ?? []));
    // What is added meanwhile is gone through as well.
    for (const id of forgotten) for (const child of below.get(id) ?? []) forgotten.add(child);
    for (const id of forgotten) this.drop(id);
    return [...forgotten];
  }

  /** Makes unknown all that is known of a space. */
  forgetSpace(space: string): void {
    for (const node of this.#nodes.values()) if (node.space === space) this.drop(node.id);
  }

  /** Makes a node unknown. */
  drop(id: string): void {
    this.#unlink(this.#nodes.get(id));
    this.#nodes.delete(id);
  }

  #unlink(node: Node | undefined): void {
    if (!node || !isListed(node)) return;
    const siblings = this.#children.get(node.parent);
    siblings?.delete(node.id);
    if (siblings?.size === 0) this.#children.delete(node.parent);
  }
}

/** Whether a folder's listing holds the node. */
function isListed(node: Node): node is Node & { parent: string } {
  return node.state === "live" && node.parent !== null && node.seq !== HEARSAY;
}

function isSame(a: Node, b: Node): boolean {
  return a.parent === b.parent && a.name === b.name && a.state === b.state && a.space === b.space;
}
