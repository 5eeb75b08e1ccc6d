import type { Stamp } from "../../ports/replica-files.ts";
import { slotKey, type Entry } from "../entry.ts";
import { localPath } from "../local-path.ts";
import type { Knowledge } from "./knowledge.ts";
import { isInPlace } from "./read-folder.ts";
import { systemCode } from "./system-code.ts";
import type { Work } from "./work.ts";

/** Takes those entries out of the local tree that are still missing (Y7), each with all below it. */
export async function believeDeletions(knowledge: Knowledge, ids: readonly string[], work: Work): Promise<void> {
  for (const id of ids) {
    const entry = knowledge.trees.get(id);
    if (!entry?.local) knowledge.missing.remove(id);
    else if (knowledge.missing.has(id)) await believe(knowledge, entry, work);
  }
}

async function believe(knowledge: Knowledge, entry: Entry, work: Work): Promise<void> {
  const { trees, missing, files } = knowledge;
  const { id, local } = entry;
  if (!local) return;
  const path = localPath(trees, id);
  const folder = localPath(trees, local.parent);
  if (path === null || folder === null || knowledge.isBelowHeld(id)) return void missing.remove(id);
  try {
    if (!(await isInPlace(knowledge, local.parent, folder))) {
      // Whether the folder itself is missing is to be told first.
      const above = trees.get(local.parent)?.local;
      if (above) work.climb(local.parent, above);
      return;
    }
    if (isGone(knowledge, entry, await files.stat(path))) knowledge.removeTree(id, path);
    else {
      missing.remove(id);
      work.addName(local.parent, local.name);
    }
  } catch (error) {
    // It cannot be told now; it is asked again.
    if (systemCode(error) === null) throw error;
  }
}

/** Whether what is at the entry's place now is nothing, or something else. */
function isGone({ trees }: Knowledge, { id, local }: Entry, stamp: Stamp | null): boolean {
  if (!local || !stamp) return true;
  if (stamp.type === "other" || (stamp.type === "folder" && stamp.identity === local.stamp.identity)) return false;
  if (stamp.type !== local.type) return true;
  return trees
    .localAt(slotKey(local))
    .some((other) => other.id !== id && other.local?.stamp.identity === stamp.identity);
}
