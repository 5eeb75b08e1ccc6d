import type { Entry } from "../entry.ts";
import { isUnchangedThere } from "./merged.ts";
import type { Pass } from "./pass.ts";

type Answer =
  /** Nothing at or below the node changed on the server since it was synced. */
  | { readonly kind: "yes"; readonly nodes: number }
  | { readonly kind: "no" }
  /** Something below is still on its way. */
  | { readonly kind: "wait"; readonly blockers: readonly string[] };

/** Kept for the length of one plan. */
export class RemovalAnswers {
  readonly known = new Map<string, Answer>();
  /** What is being decided because a folder that it leaves is to be judged; for those folders there is no answer yet. */
  readonly deciding: string[] = [];
}

const NO: Answer = { kind: "no" };
/** Being found out. */
const UNTOLD: Answer = { kind: "wait", blockers: [] };

/** What was deleted here goes to the server's trash, at the topmost node of which nothing changed (Y7). */
export function removeUpward(pass: Pass, entry: Entry): void {
  const { id, remote } = entry;
  if (!remote) return;
  const parent = pass.view.get(remote.parent);
  if (parent && isRemovedHere(pass, parent)) {
    const above = isRemovable(pass, parent.id);
    if (above.kind !== "no") {
      pass.decide(parent.id);
      return pass.waitFor(id, [parent.id]);
    }
  }
  const answer = isRemovable(pass, id);
  if (answer.kind === "wait") pass.waitFor(id, answer.blockers);
  else if (answer.kind === "no") pass.bookkeep({ type: "forget", id, keepRemote: true });
  else pass.upward({ type: "trashRemote", id, baseSeq: pass.context.seq, nodes: answer.nodes });
}

function isRemovedHere(pass: Pass, { id, remote, local, synced }: Entry): boolean {
  return remote !== null && !local && synced !== null && pass.reach.of(id).kind === "live";
}

/** Whether what was deleted here may go to the server's trash with all below it (Y7). */
export function isRemovable(pass: Pass, id: string): Answer {
  const { known, deciding } = pass.removable;
  const before = known.get(id);
  // Asked for by what is decided on behalf of this very answer: it waits for that.
  if (before === UNTOLD) return { kind: "wait", blockers: [...deciding] };
  if (before) return before;
  known.set(id, UNTOLD);
  const answer = judge(pass, id);
  known.set(id, answer);
  // What was decided for it meanwhile waited for this answer.
  if (answer.kind !== "wait") pass.reconsider(id);
  return answer;
}

function judge(pass: Pass, id: string): Answer {
  const entry = pass.view.get(id);
  if (!entry || !isRemovedHere(pass, entry) || !isKnownHere(pass, entry)) return NO;
  const blockers = pass.isFree(id) ? [] : [id];
  let nodes = 1;
  for (const child of pass.view.remoteChildren(id)) {
    // What was moved out of the folder here leaves it there first.
    if (child.local) {
      pass.removable.deciding.push(child.id);
      pass.decide(child.id);
      pass.removable.deciding.pop();
    }
    if (pass.remote.placeOf(child.id)?.parent !== id) continue;
    if (child.local) {
      if (isLeaving(child, id) || !pass.isFree(child.id)) blockers.push(child.id);
      else return NO;
      continue;
    }
    const below = isRemovable(pass, child.id);
    if (below.kind === "no") return NO;
    if (below.kind === "wait") blockers.push(...below.blockers);
    else nodes += below.nodes;
  }
  return blockers.length > 0 ? { kind: "wait", blockers } : { kind: "yes", nodes };
}

/** Whether nothing changed there but by this device, whose answer may not have come before the file went. */
function isKnownHere({ context }: Pass, entry: Entry): boolean {
  if (isUnchangedThere(entry)) return true;
  const { id, remote, synced } = entry;
  if (!remote?.content || !synced || !context.isOwnVersion(id, remote.version, remote.content)) return false;
  const { version, content, executable } = remote;
  return isUnchangedThere({ ...entry, synced: { ...synced, version, content, executable } });
}

/** Whether the child was moved out of the folder here, and only here. */
function isLeaving({ local, synced }: Entry, folder: string): boolean {
  return local !== null && synced !== null && synced.parent === folder && local.parent !== folder;
}
