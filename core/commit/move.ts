import type { Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { mountProblem } from "./mount.ts";
import { depthProblem, find, findTarget, freeName, standing } from "./place.ts";

/** Moves and renames: one row, whatever is below (T5). */
export function move(draft: TreeDraft, operation: Extract<Operation, { type: "move" }>): OperationResult {
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
