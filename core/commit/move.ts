import type { Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure, type Failure } from "./failure.ts";
import { mountProblem } from "./mount.ts";
import { depthProblem, find, findTarget, freeName, standing } from "./place.ts";

type Move = Extract<Operation, { type: "move" }>;

/** A move between two spaces of one owner (M11), decided by where both ends are at that moment. No client's. */
export interface MoveBetween extends Move {
  /** The shared folders that the node and its new parent are to be in; null: anywhere. */
  readonly between: { readonly from: string | null; readonly to: string | null };
}

/** Moves and renames: one row, whatever is below (T5). */
export function move(draft: TreeDraft, operation: Move | MoveBetween): OperationResult {
  const problem = "between" in operation ? outOfReach(draft, operation) : null;
  if (problem) return problem;
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (node.id === draft.rootId || node.parent === null)
    return fail("root_immutable", "the root folder is neither moved nor renamed");
  if (standing(draft, node) === "trashed") return fail("already_trashed", "restore the node first", { node });
  const parent = findTarget(draft, operation.parent ?? node.parent);
  if (isFailure(parent)) return parent;
  if (parent.id === node.id || draft.ancestors(parent).some((above) => above.id === node.id)) {
    return fail("would_cycle", "the target is below the folder that is to be moved");
  }
  const mounts = mountProblem(draft, node, parent);
  if (mounts) return mounts;
  const tooDeep = depthProblem(draft, node, parent);
  if (tooDeep) return tooDeep;
  const free = freeName(draft, parent.id, operation.name ?? node.name, node, operation.onConflict);
  if (isFailure(free)) return free;
  if (parent.id === node.parent && free.name === node.name) return done(node);
  return done(draft.put({ ...node, parent: parent.id, name: free.name }));
}

/** Why the node is not in the one shared folder, or its new parent not in the other; both are shared and live. */
function outOfReach(draft: TreeDraft, { node, parent, between: { from, to } }: MoveBetween): Failure | null {
  if (from !== null && (node === from || !isInShared(draft, node, from))) {
    return node === from
      ? fail("root_immutable", "a shared folder is not moved by its members")
      : fail("not_found", `there is no node ${node}`);
  }
  if (to !== null && parent !== undefined && !isInShared(draft, parent, to))
    return fail("parent_not_found", `there is no folder ${parent} outside of the trash`);
  return null;
}

function isInShared(draft: TreeDraft, id: string, folder: string): boolean {
  const [node, root] = [draft.node(id), draft.node(folder)];
  if (node === null || root === null) return false;
  if (!draft.state.shared.has(folder) || standing(draft, root) !== "live") return false;
  return node.id === folder || draft.ancestors(node).some((above) => above.id === folder);
}
