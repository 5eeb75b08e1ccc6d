import type { Node } from "../../../protocol/tree.ts";
import type { MemorySpace } from "./memory-space.ts";

/** A page of a shared folder's changes, as `readFolderChanges` has it. */
export interface FolderPage {
  readonly changes: readonly Node[];
  readonly arrived: readonly string[];
  readonly left: readonly string[];
  readonly upToDate: boolean;
}

/** Whoever has a shared folder and nothing else: it lists, and follows the folder's changes (M7). */
export class FolderFollower {
  readonly nodes = new Map<string, Node>();
  readonly pages: FolderPage[] = [];
  readonly #space: MemorySpace;
  readonly #folder: string;
  #seq: number;
  /** The seq that the first of the pages under way began at. */
  #from: number;
  #toList: string[];

  constructor(space: MemorySpace, folder: string) {
    this.#space = space;
    this.#folder = folder;
    this.#seq = this.#from = space.seq;
    this.#toList = [folder];
  }

  /** Makes one request: lists one folder, or reads a page. False where it has all. */
  step(limit: number): boolean {
    const folder = this.#toList.shift();
    if (folder !== undefined) {
      this.#list(folder);
      return true;
    }
    const page = this.#read(limit);
    this.pages.push(page);
    for (const id of page.left) this.#forget(id);
    for (const node of page.changes) {
      const isUnknown = !this.nodes.has(node.id) && node.id !== this.#folder;
      if ((this.nodes.get(node.id)?.seq ?? 0) <= node.seq) this.nodes.set(node.id, node);
      const isFolder = node.type === "folder" && node.state === "live";
      if (isFolder && (isUnknown || page.arrived.includes(node.id))) this.#toList.push(node.id);
    }
    return this.#toList.length > 0 || !page.upToDate;
  }

  /** What it has that is live, with all between it and the folder: by id. */
  tree(): Map<string, Node> {
    return liveBelow(this.#folder, this.nodes);
  }

  #list(folder: string): void {
    for (const id of this.#childrenOf(folder)) this.#forget(id);
    const live = liveBelow(this.#folder, this.#space.nodes);
    for (const node of live.values()) {
      if (node.parent !== folder) continue;
      this.nodes.set(node.id, node);
      if (node.type === "folder") this.#toList.push(node.id);
    }
  }

  #childrenOf(folder: string): string[] {
    return [...this.nodes.values()].filter(({ parent }) => parent === folder).map(({ id }) => id);
  }

  #forget(id: string): void {
    this.nodes.delete(id);
    for (const child of this.#childrenOf(id)) this.#forget(child);
  }

  #read(limit: number): FolderPage {
    const journal = [...(this.#space.journal.get(this.#folder) ?? [])];
    const rows = journal.filter(([, { seq }]) => seq > this.#seq).sort(([, a], [, b]) => a.seq - b.seq);
    const told = rows.slice(0, limit);
    const upToDate = told.length === rows.length;
    const isHere = ([id, { isLeft }]: (typeof told)[number]) =>
      !isLeft && this.#space.chain(id).some((above) => above.id === this.#folder);
    const here = told.filter(isHere);
    const changes = here.map(([id]) => this.#space.nodes.get(id)).filter((node) => node !== undefined);
    const arrived = here.filter(([, { arrivedSeq }]) => arrivedSeq > this.#from).map(([id]) => id);
    const left = told.filter((row) => !isHere(row)).map(([id]) => id);
    this.#seq = upToDate ? this.#space.seq : (told.at(-1)?.[1].seq ?? this.#seq);
    if (upToDate) this.#from = this.#seq;
    return { changes, arrived, left, upToDate };
  }
}

/** The nodes below a folder that are live, as all between is. */
export function liveBelow(folder: string, nodes: ReadonlyMap<string, Node>): Map<string, Node> {
  const isReached = (node: Node | undefined): boolean =>
    node?.state === "live" && (node.parent === folder || (node.parent !== null && isReached(nodes.get(node.parent))));
  return new Map([...nodes].filter(([, node]) => isReached(node)).sort(([a], [b]) => (a < b ? -1 : 1)));
}
