import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { find, standing } from "./place.ts";

/** Puts a node into the trash: one row; what is below goes with it (T7). */
export function trash(draft: TreeDraft, operation: Extract<Operation, { type: "trash" }>): OperationResult {
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (node.parent === null) return fail("root_immutable", "the root folder cannot go to the trash");
  if (standing(draft, node) === "trashed") return fail("already_trashed", "the node is in the trash already", { node });
  if (operation.baseSeq !== undefined && hasChanged(draft, node, operation.baseSeq)) {
    return fail("stale_base", `it, or something in it, changed after seq ${operation.baseSeq}`, { node });
  }
  return done(draft.put({ ...node, state: "trashed", trashedAt: draft.now }));
}

/** Whether another commit changed a live node, or anything live below it, after `baseSeq`; true also where that is too much to look through (T18). */
function hasChanged(draft: TreeDraft, top: Node, baseSeq: number): boolean {
  if (draft.seqBefore(top) > baseSeq) return true;
  if (top.type === "file") return false;
  const changed = draft.changedSince(baseSeq);
  if (changed === null) return true;
  // Nodes from which the way up does not lead to `top`: met once, however many of the changed ones are below them.
  const elsewhere = new Set<string>();
  return changed.some((id) => {
    const node = draft.node(id);
    return node !== null && draft.seqBefore(node) > baseSeq && isLiveBelow(draft, node, top.id, elsewhere);
  });
}

function isLiveBelow(draft: TreeDraft, node: Node, top: string, elsewhere: Set<string>): boolean {
  let at: Node | null = node;
  while (at !== null && at.state === "live" && !elsewhere.has(at.id)) {
    if (at.parent === top) return true;
    elsewhere.add(at.id);
    at = at.parent === null ? null : draft.node(at.parent);
  }
  return false;
}
