import type { Node } from "../../protocol/tree.ts";
import type { SharedSpaceRemote } from "../ports/shared-spaces.ts";
import { FOLDERS_A_REQUEST } from "../list-folders.ts";

/** Nodes of a page, about: one begun request is read to its end. */
const PAGE_NODES = 1_000;

/** Lists folders with all that is below them, page by page, parents before what is in them. */
export class SubtreeListing {
  readonly #space: Pick<SharedSpaceRemote, "list">;
  readonly #roots: readonly string[];
  #folders: string[];
  #pages = 0;

  constructor(space: Pick<SharedSpaceRemote, "list">, roots: readonly string[]) {
    this.#space = space;
    this.#roots = roots;
    this.#folders = [...roots];
  }

  /** Pages that were given out. */
  get pages(): number {
    return this.#pages;
  }

  isOf(roots: readonly string[]): boolean {
    return roots.length === this.#roots.length && roots.every((id, i) => id === this.#roots[i]);
  }

  /** Null after the last one. What rejects may be asked for again. */
  async next(signal: AbortSignal): Promise<readonly Node[] | null> {
    if (this.#folders.length === 0) return null;
    const nodes: Node[] = [];
    while (this.#folders.length > 0 && nodes.length < PAGE_NODES) {
      const listed = this.#folders.slice(0, FOLDERS_A_REQUEST);
      const found: Node[] = [];
      for await (const node of this.#space.list(listed, signal)) found.push(node);
      nodes.push(...found);
      const below = found.filter(({ type }) => type === "folder").map(({ id }) => id);
      this.#folders = [...this.#folders.slice(listed.length), ...below];
    }
    this.#pages++;
    return nodes;
  }
}
