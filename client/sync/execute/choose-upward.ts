import { realmOf } from "../realms.ts";
import type { Rests } from "../rests.ts";
import type { SyncSettings } from "../settings.ts";
import type { UpwardStep } from "../steps.ts";
import type { TreeView } from "../trees.ts";

/**
 * What of a plan's upward steps goes next: the first ones in order, as many as fit one commit, and the large files among
 * all. What needs a step that does not go is left out, deletions too where a step before them is not current any more:
 * it may have been to save something from them. A node that failed before takes fewer others along, so that what
 * makes a commit fail as a whole soon stands alone. All are of one realm, the first one's; so is each commit.
 */
export function chooseUpward(
  steps: readonly UpwardStep[],
  isCurrent: (step: UpwardStep) => boolean,
  view: TreeView,
  rests: Rests,
  settings: SyncSettings,
): { small: UpwardStep[]; large: UpwardStep[] } {
  const first = steps.find(isCurrent);
  const realm = first && realmOf(view, first.id);
  const small: UpwardStep[] = [];
  const large: UpwardStep[] = [];
  const chosen = new Set<string>();
  const late = new Set<string>();
  let isOutdated = false;
  let bytes = 0;
  let most = settings.batchOperations;
  for (const step of steps) {
    const size = sizeOf(step, view);
    const isElsewhere = realmOf(view, step.id) !== realm;
    isOutdated ||= isElsewhere || !isCurrent(step);
    const needsAll = step.type === "trashRemote" && isOutdated;
    const waits =
      isElsewhere ||
      !isCurrent(step) ||
      needsAll ||
      late.has(step.id) ||
      ("parent" in step && step.parent !== undefined && late.has(step.parent));
    const isLarge = size > settings.largeFile;
    if (waits || isLarge) {
      if (!waits && isParentThere(step, view)) large.push(step);
      late.add(step.id);
      continue;
    }
    most = Math.min(most, Math.max(1, settings.batchOperations >> (3 * rests.failures(step.id))));
    if (!isParentThere(step, view) && !("parent" in step && chosen.has(step.parent ?? ""))) {
      late.add(step.id);
      continue;
    }
    if (small.length >= most || (small.length > 0 && bytes + size > settings.batchBytes)) break;
    small.push(step);
    chosen.add(step.id);
    bytes += size;
  }
  return { small, large };
}

/** Whether the server has the folder that the step creates something in. */
function isParentThere(step: UpwardStep, view: TreeView): boolean {
  const isCreation = step.type === "createFile" || step.type === "createFolder";
  return !isCreation || step.parent === view.rootId || view.get(step.parent)?.remote?.state === "live";
}

function sizeOf({ type, id }: UpwardStep, view: TreeView): number {
  return type === "createFile" || type === "updateFile" ? (view.get(id)?.local?.stamp.size ?? 0) : 0;
}

/** The first steps of which each only adds something. */
export function leadingAdditions(steps: readonly UpwardStep[]): readonly UpwardStep[] {
  const end = steps.findIndex(({ type }) => type === "moveRemote" || type === "trashRemote");
  return end < 0 ? steps : steps.slice(0, end);
}
