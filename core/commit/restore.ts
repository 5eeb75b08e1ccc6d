import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { mountProblem } from "./mount.ts";
import { depthBelow, depthProblem, find, findTarget, place, standing } from "./place.ts";

/** Takes a node out of the trash, also one that is there by an ancestor only (T7). */
export function restore(draft: TreeDraft, operation: Extract<Operation, { type: "restore" }>): OperationResult {
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (standing(draft, node) === "live") return fail("not_trashed", "the node is not in the trash", { node });
  const parent = operation.parent === undefined ? returnFolder(draft, node) : findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  const mounts = mountProblem(draft, node, parent);
  if (mounts) return mounts;
  const tooDeep = depthProblem(draft, node, parent);
  if (tooDeep) return tooDeep;
  const placed = place(draft, node, parent, operation.name ?? node.name, operation.onConflict);
  return isFailure(placed) ? placed : done(placed);
}

/** Where a node of the trash goes back to: its old folder, or the root that the commit has where that is in the trash or too deep by now. */
export function returnFolder(draft: TreeDraft, node: Node): Node {
  const parent = node.parent === null ? null : draft.node(node.parent);
  if (parent !== null && standing(draft, parent) === "live" && depthBelow(draft, parent) <= LIMITS.depth) return parent;
  const root = draft.node(draft.rootId);
  if (root === null) throw new Error(`space ${draft.state.space} has no root`);
  return root;
}
