import type { Node } from "../protocol/tree.ts";
import { Unloaded, type TreeDraft } from "./commit/draft.ts";

/** What one node's change is to those who follow a shared folder that it is in, or was (M7). */
export interface FolderChange {
  readonly folder: string;
  readonly node: string;
  readonly seq: number;
  /**
   * `arrived`: a folder that came in, or out of the trash, with what is below it, which has no changes of its own; `left`: it
   * is no longer in the folder, nor is what is below it.
   */
  readonly kind: "changed" | "arrived" | "left";
}

/** What a plan does to the space's shared folders. */
export interface SharedChanges {
  readonly journal: readonly FolderChange[];
  /** Folders whose members have something to look at: of the journal, and those that came into reach or went out of it. */
  readonly touched: readonly string[];
}

/** One state of a space's nodes. */
export type NodeAt = (id: string) => Node | null;

/**
 * Compares where the draft's changed nodes are with where they were before the plan.
 *
 * @throws Unloaded where a chain of folders is not loaded.
 */
export function sharedChanges(draft: TreeDraft): SharedChanges {
  const { shared } = draft.state;
  if (shared.size === 0) return { journal: [], touched: [] };
  const before: NodeAt = (id) => (draft.isNew(id) ? null : draft.stored(id));
  const journal = journalOf(shared, draft.changed.values(), before, (id) => draft.node(id));
  return { journal, touched: [...new Set([...touchedBy(journal), ...turned(draft)])] };
}

/** What the change of `nodes` is to each shared folder that they are in, or were. Both states know all that was above them. */
export function journalOf(
  shared: ReadonlySet<string>,
  nodes: Iterable<Node>,
  before: NodeAt,
  after: NodeAt,
): FolderChange[] {
  const [were, are] = [new Places(shared, before), new Places(shared, after)];
  return [...nodes].flatMap(({ id, seq, type }) => {
    const [was, is] = [were.of(id), are.of(id)];
    const mayArrive = type === "folder" && before(id) !== null;
    const told = [...is].map(([folder, isLive]): FolderChange => {
      const isBack = mayArrive && isLive && was.get(folder) !== true;
      return { folder, node: id, seq, kind: isBack ? "arrived" : "changed" };
    });
    const left = [...was.keys()].filter((folder) => !is.has(folder));
    return [...told, ...left.map((folder): FolderChange => ({ folder, node: id, seq, kind: "left" }))];
  });
}

/** The folders of a journal, each once. */
export function touchedBy(journal: readonly FolderChange[]): string[] {
  return [...new Set(journal.map(({ folder }) => folder))];
}

/** Shared folders above which something went into the trash or came out of it: no change in them, but of who may see them. */
function turned(draft: TreeDraft): string[] {
  const ids = new Set<string>();
  for (const { id, type, state } of draft.changed.values()) {
    if (type === "folder" && !draft.isNew(id) && draft.stored(id)?.state !== state) ids.add(id);
  }
  if (ids.size === 0) return [];
  const folders = [...draft.state.shared].map((id) => draft.wanted(id));
  if (folders.includes(undefined)) throw new Unloaded();
  return folders.flatMap((folder) =>
    folder && draft.ancestors(folder).some(({ id }) => ids.has(id)) ? [folder.id] : [],
  );
}

const NOWHERE: ReadonlyMap<string, boolean> = new Map();

/** In which shared folders nodes are, each folder looked at once. */
class Places {
  readonly #shared: ReadonlySet<string>;
  readonly #look: NodeAt;
  readonly #known = new Map<string, ReadonlyMap<string, boolean>>();

  constructor(shared: ReadonlySet<string>, look: NodeAt) {
    this.#shared = shared;
    this.#look = look;
  }

  /** The shared folders that a node is in, or is; true where it and all between are live. */
  of(id: string): ReadonlyMap<string, boolean> {
    const known = this.#known.get(id);
    if (known) return known;
    const node = this.#look(id);
    const above = node === null || node.parent === null ? NOWHERE : this.of(node.parent);
    const places = new Map([...above].map(([folder, isLive]) => [folder, isLive && node?.state === "live"]));
    if (node && this.#shared.has(id)) places.set(id, true);
    this.#known.set(id, places);
    return places;
  }
}
