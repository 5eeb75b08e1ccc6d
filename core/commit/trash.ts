import type { Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { find, standing } from "./place.ts";

/** Puts a node into the trash: one row; what is below goes with it (T7). */
export function trash(draft: TreeDraft, operation: Extract<Operation, { type: "trash" }>): OperationResult {
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (node.parent === null) return fail("root_immutable", "the root folder cannot go to the trash");
  if (standing(draft, node) === "trashed") return fail("already_trashed", "the node is in the trash already", { node });
  return done(draft.put({ ...node, state: "trashed", trashedAt: draft.now }));
}
