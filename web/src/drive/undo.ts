import type { OperationInput } from "../../../protocol/tree.ts";
import type { Edit, UndoPlan } from "./drive.ts";
import type { Done, Failed } from "./outcome.ts";

/**
 * The edit that takes operations back, the last one first, and those of them that are left alone because their nodes were
 * changed since (B7). What goes to the trash again is judged by the server, down to everything below it (T18).
 *
 * @param isAsLeft - Whether the node is as the operation left it.
 */
export function planUndo(
  plan: UndoPlan,
  done: readonly Done[],
  isAsLeft: (done: Done) => boolean,
): { readonly edit: Edit; readonly refused: readonly Failed[] } {
  const operations: OperationInput[] = [];
  const refused: Failed[] = [];
  for (const each of done.toReversed()) {
    const operation = plan.inverse(each);
    const isJudged = operation.type === "trash" && operation.baseSeq !== undefined;
    if (isJudged || isAsLeft(each)) operations.push(operation);
    else refused.push({ node: each.node.id, code: "stale_base", detail: plan.changedSince(each.node.name) });
  }
  return { edit: { label: plan.label, operations, isOfItsTime: true }, refused };
}
