import type { Entry, RemoteState } from "../entry.ts";
import { heirToCome } from "./emigrate.ts";
import { isPassingName, isUnchangedThere } from "./merged.ts";
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
  const mount = removedMountAbove(pass, remote);
  if (mount !== null) {
    pass.decide(mount);
    return pass.waitFor(id, [mount]);
  }
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
  else {
    const baseSeq = pass.context.seqIn(remote.realm);
    pass.upward({ type: "trashRemote", id, baseSeq, nodes: answer.nodes });
  }
}

/**
 * The mount above the node that was removed here. It alone goes: what is in a shared folder must not go to the trash, for all
 * who have it, because one of them took it out of their tree.
 */
function removedMountAbove(pass: Pass, { realm, parent }: RemoteState): string | null {
  if (realm === undefined) return null;
  for (let at = parent, depth = 0; depth < 1_000; depth++) {
    const entry = pass.view.get(at);
    if (!entry?.remote) return null;
    if (entry.remote.mount === realm) return isRemovedHere(pass, entry) ? at : null;
    at = entry.remote.parent;
  }
  return null;
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
  // To take a mount out of the tree takes nothing out of the shared folder, whatever changed there.
  const isMount = entry?.remote?.mount !== undefined;
  if (!entry || !isRemovedHere(pass, entry) || !(isMount || isKnownHere(pass, entry))) return NO;
  const blockers = pass.isFree(id) ? [] : [id];
  const heir = heirToCome(pass, entry);
  if (heir !== null) blockers.push(heir);
  // What went on elsewhere is not lost by this.
  let nodes = entry.synced?.heir === undefined ? 1 : 0;
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
    if (below.kind === "no" && isMount) continue;
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
  // It was put out of the way of what came in its place, for a moment.
  if (synced?.heir !== undefined && remote && isPassingName(id, remote.name))
    return isUnchangedThere({ ...entry, synced: { ...synced, name: remote.name } });
  if (!remote?.content || !synced || !context.isOwnVersion(id, remote.version, remote.content)) return false;
  const { version, content, executable } = remote;
  return isUnchangedThere({ ...entry, synced: { ...synced, version, content, executable } });
}

/** Whether the child was moved out of the folder here, and only here. */
function isLeaving({ local, synced }: Entry, folder: string): boolean {
  return local !== null && synced !== null && synced.parent === folder && local.parent !== folder;
}
