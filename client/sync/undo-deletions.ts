import type { BookkeepingStep, Plan } from "./steps.ts";
import type { TreeView } from "./trees.ts";

/**
 * Takes all deletions out of a plan, with the steps that make both sides want what they would have deleted: what is gone
 * here is forgotten, so that it comes down again; what is gone on the server becomes new, so that it goes up again.
 */
export function undoDeletions(
  view: TreeView,
  plan: Plan,
  newId: () => string,
): { rest: Plan; steps: readonly BookkeepingStep[] } {
  const steps: BookkeepingStep[] = [];
  for (const step of plan.upward) if (step.type === "trashRemote") forgetBelow(view, step.id, steps);
  for (const { type, id } of plan.local) if (type === "trashLocal") steps.push({ type: "rebirth", id, as: newId() });
  const rest: Plan = {
    ...plan,
    upward: plan.upward.filter(({ type }) => type !== "trashRemote"),
    local: plan.local.filter(({ type }) => type !== "trashLocal"),
  };
  return { rest, steps };
}

/** The node and all below it that is not here either. */
function forgetBelow(view: TreeView, root: string, steps: BookkeepingStep[]): void {
  const seen = new Set<string>();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const entry = view.get(id);
    if (!entry || seen.has(id)) continue;
    seen.add(id);
    if (!entry.local) steps.push({ type: "forget", id, keepRemote: true });
    for (const child of view.syncedChildren(id)) open.push(child.id);
  }
}
