import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { find, standing } from "./place.ts";

/** Puts a node into the trash: one row; what is below goes with it (T7). */
export function trash(draft: TreeDraft, operation: Extract<Operation, { type: "trash" }>): OperationResult {
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (node.id === draft.rootId) return fail("root_immutable", "the root folder cannot go to the trash");
  if (standing(draft, node) === "trashed") return fail("already_trashed", "the node is in the trash already", { node });
  if (operation.baseSeq !== undefined && operation.baseSeq > draft.begunAt) {
    return fail("stale_base", `the space is at seq ${draft.begunAt}, not yet at ${operation.baseSeq}`, { node });
  }
  if (operation.baseSeq !== undefined && hasChanged(draft, node, operation.baseSeq)) {
    return fail("stale_base", `it, or something in it, changed after seq ${operation.baseSeq}`, { node });
  }
  return done(draft.put({ ...node, state: "trashed", trashedAt: draft.now }));
}

/** Whether another commit changed a live node, or anything live below it, after `baseSeq`; true also where that is too much to look through (T18). */
function hasChanged(draft: TreeDraft, top: Node, baseSeq: number): boolean {
  if (draft.seqBefore(top) > baseSeq) return true;
  return top.type === "folder" && draft.hasChangedBelow(top.id, baseSeq) !== false;
}
