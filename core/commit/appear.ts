import type { OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import type { AbandonOperation, AppearOperation } from "./import.ts";
import { depthProblem, findTarget, place } from "./place.ts";
import { isLong, tombstone } from "./purge.ts";
import { isStaged, isStagedTop } from "./staging.ts";

/** Nothing that is imported is a mount, so mounts are no matter here (M5). */
export function appear(draft: TreeDraft, operation: AppearOperation): OperationResult {
  const node = draft.node(operation.node);
  if (node === null || !isStagedTop(node)) return fail("not_found", `${operation.node} does not wait to appear`);
  const parent = findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  const tooDeep = depthProblem(draft, node, parent);
  if (tooDeep) return tooDeep;
  const placed = place(draft, node, parent, operation.name, operation.onConflict);
  return isFailure(placed) ? placed : done(placed);
}

export function abandon(draft: TreeDraft, operation: AbandonOperation): OperationResult {
  const node = draft.node(operation.node);
  if (node === null || !isStaged(draft, node)) return fail("not_found", `${operation.node} is not staged`);
  if (!isLong(node)) draft.purged.push(node.id);
  // A tombstone is in a folder, or it would be taken for a top.
  return done(draft.put({ ...tombstone(node), parent: node.parent ?? draft.state.rootId }));
}
