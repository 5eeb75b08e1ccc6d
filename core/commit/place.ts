import { LIMITS } from "../../protocol/limits.ts";
import type { Node } from "../../protocol/tree.ts";
import { nameKey, nameProblem, numberedNames, type KeyedName } from "../names.ts";
import { slotOf } from "../tree-state.ts";
import { Unloaded, type TreeDraft } from "./draft.ts";
import { fail, isFailure, type Failure } from "./failure.ts";

/** Alternatives that `rename` tries before it gives up. */
const MOST_NUMBERED = 10_000;

/** `live`; in the trash, itself or by an ancestor; or gone, itself or by an ancestor (T8). */
export function standing(draft: TreeDraft, node: Node): "live" | "trashed" | "gone" {
  let standing: "live" | "trashed" = "live";
  for (const each of [node, ...draft.ancestors(node)]) {
    if (each.state === "purged") return "gone";
    if (each.state === "trashed") standing = "trashed";
  }
  return standing;
}

/** The node that an operation names, in the trash or not. */
export function find(draft: TreeDraft, id: string): Node | Failure {
  const node = draft.visible(id);
  if (node === null || standing(draft, node) === "gone") return fail("not_found", `there is no node ${id}`);
  return node;
}

/** The folder that an operation puts something into: live, and not too deep for one more (T13). */
export function findTarget(draft: TreeDraft, id: string): Node | Failure {
  const folder = draft.visible(id);
  if (folder === null || standing(draft, folder) !== "live") {
    return fail("parent_not_found", `there is no folder ${id} outside of the trash`);
  }
  if (folder.type !== "folder") return fail("not_a_folder", `${id} is a file`, { node: folder });
  if (folder.mount !== undefined) return fail("mounted_folder", `${id} stands for the folder ${folder.mount}`);
  if (depthBelow(draft, folder) > LIMITS.depth) return fail("too_deep", `a path has at most ${LIMITS.depth} folders`);
  return folder;
}

/**
 * Why what is below `node` would be too deep in `parent` (T13), or null. Looks below a folder only where it goes deeper
 * than it was, so a rename never does.
 */
export function depthProblem(draft: TreeDraft, node: Node, parent: Node): Failure | null {
  if (node.type === "file") return null;
  const depth = depthBelow(draft, parent);
  if (node.state === "live" && depth <= draft.ancestors(node).length) return null;
  if (depth + draft.height(node) <= LIMITS.depth) return null;
  return fail("too_deep", `a path has at most ${LIMITS.depth} folders`);
}

/** Folders above what is put into `folder`. */
export function depthBelow(draft: TreeDraft, folder: Node): number {
  return draft.ancestors(folder).length + 1;
}

/**
 * The name that `node` can have in `parent`: the one asked for, or with `rename` the next free one (N4). The node's own
 * present name does not stand in its way. On a conflict the failure shows the entry there.
 */
export function freeName(
  draft: TreeDraft,
  parent: string,
  name: string,
  node: { readonly id: string; readonly type: "file" | "folder" },
  onConflict: "fail" | "rename",
): { readonly name: string } | Failure {
  const problem = nameProblem(name);
  if (problem !== null) return fail("invalid_name", problem);
  const isFree = (key: string): boolean => {
    const holder = draft.holder(parent, key);
    return holder === null || holder.id === node.id;
  };
  if (isFree(nameKey(name))) return { name };
  if (onConflict === "rename") {
    const numbered = numberedNames(name, node.type);
    for (let n = 2; n <= MOST_NUMBERED; n++) {
      const candidate = numbered(n);
      try {
        if (isFree(candidate.key)) return { name: candidate.name };
      } catch (error) {
        if (error instanceof Unloaded) askForAlternatives(draft, parent, numbered, n);
        throw error;
      }
    }
  }
  const holder = draft.holder(parent, nameKey(name));
  return fail("name_conflict", `there is an entry of this name already`, holder ? { node: holder } : {});
}

/** Asks for more alternatives at once, so that a folder with many of them takes few reads. */
function askForAlternatives(draft: TreeDraft, parent: string, numbered: (n: number) => KeyedName, from: number): void {
  for (let n = from; n < from * 4 + 8; n++) {
    const { key } = numbered(n);
    if (!draft.state.names.has(slotOf(parent, key))) draft.needs.names.set(slotOf(parent, key), [parent, key]);
  }
}

/**
 * The id of a new node: the client's, where it is unused, or a new one. Ids of the space that a confined commit cannot see are
 * in use for it as well, for they are never given twice: that one is, tells nothing to who does not know it already.
 */
export function freeId(draft: TreeDraft, id: string | undefined): string | Failure {
  if (id === undefined) return draft.newId();
  const holder = draft.node(id);
  return holder === null ? id : fail("id_conflict", `the id ${id} is in use`);
}

/** Puts `node` into `parent` under `name`, or fails as `freeName` does. */
export function place(
  draft: TreeDraft,
  node: Node,
  parent: Node,
  name: string,
  onConflict: "fail" | "rename",
): Node | Failure {
  const free = freeName(draft, parent.id, name, node, onConflict);
  if (isFailure(free)) return free;
  return draft.put({ ...node, parent: parent.id, name: free.name, state: "live", trashedAt: null });
}
