import type { Node } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";

/**
 * Whether a node is the top of what is imported (M11) and has not appeared yet. It stands like a tombstone, so that all below it
 * is as much out of reach as what is below a purged folder (T8); unlike any tombstone it is in no folder, and it has what it was
 * imported with.
 */
export function isStagedTop({ state, parent }: Pick<Node, "state" | "parent">): boolean {
  return state === "purged" && parent === null;
}

/** Whether a node is a staged top or below one, each between them live or in the trash. */
export function isStaged(draft: TreeDraft, node: Node): boolean {
  const chain = [node, ...draft.ancestors(node)];
  const top = chain.pop();
  return top !== undefined && isStagedTop(top) && chain.every(({ state }) => state !== "purged");
}
