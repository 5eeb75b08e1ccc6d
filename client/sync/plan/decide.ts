import type { Entry, RemoteState } from "../entry.ts";
import { samePlace } from "../entry.ts";
import { arrive } from "./arrive.ts";
import { converge, meet } from "./both-sides.ts";
import { create } from "./create.ts";
import { isOnItsWay } from "./move-across.ts";
import type { Pass } from "./pass.ts";
import { removeUpward } from "./removed-here.ts";
import { isEditedHere, removeHere, removeUnchanged } from "./removed-there.ts";

/** Decides one entry: the table of docs/sync.md. */
export function decideEntry(pass: Pass, entry: Entry): void {
  const { id, remote, local, synced } = entry;
  if (isOnItsWay(pass, entry)) return;
  const standing = pass.reach.of(id);
  if (local && pass.reach.isIgnoredHere(id)) return pass.bookkeep({ type: "forget", id, keepRemote: remote !== null });
  if (standing.kind === "unknown") return pass.wait(id, "order");
  if (standing.kind === "none") {
    if (local) create(pass, entry);
    else pass.bookkeep({ type: "forget", id, keepRemote: false });
  } else if (standing.kind === "live") {
    if (local) (synced ? converge : meet)(pass, entry);
    else (synced ? removeUpward : arrive)(pass, entry);
  } else if (standing.kind === "lost") {
    letGo(pass, entry);
  } else if (standing.kind === "ignored") {
    forget(pass, entry);
  } else if (!local) {
    forget(pass, entry);
    if (standing.kind === "name" && standing.problem !== null && !synced) pass.wait(id, "name", standing.problem);
  } else if (standing.kind === "deleted") {
    if (isToBeListed(pass, id)) pass.wait(id, "order");
    else removeHere(pass, entry);
  } else leaveOut(pass, entry);
}

/** What was in a shared folder that this account has no more stays here, and is no longer synced (M9): all of it at once. */
function letGo(pass: Pass, { id, remote }: Entry): void {
  if (isLostMount(remote)) return pass.locally({ type: "letGo", id });
  const lost = lostFolderAbove(pass, id);
  if (lost === null) pass.bookkeep({ type: "forget", id, keepRemote: false });
  else pass.waitFor(id, [lost]);
}

/** Whether it is in a folder that was this account's own and is somebody else's by now (M13), whose content is still to be told. */
function isToBeListed({ view, context }: Pass, id: string): boolean {
  if (context.unlisted.size === 0) return false;
  for (let at: string | undefined = id, depth = 0; at !== undefined && depth < 1_000; depth++) {
    if (context.unlisted.has(at)) return true;
    at = view.get(at)?.remote?.parent;
  }
  return false;
}

function lostFolderAbove(pass: Pass, id: string): string | null {
  for (let at = id, depth = 0; depth < 1_000; depth++) {
    const remote = pass.view.get(at)?.remote;
    if (!remote || isLostMount(remote)) return remote ? at : null;
    at = remote.parent;
  }
  return null;
}

function isLostMount(remote: RemoteState | null): boolean {
  return remote?.state === "lost" && remote.mount !== undefined;
}

/** Left out by choice, or in a folder whose name cannot be here: what changed here goes up first, then all of it goes to the local trash (Y16). */
function leaveOut(pass: Pass, entry: Entry): void {
  const { remote, local, synced } = entry;
  if (!local) return;
  if (!synced) return meet(pass, entry);
  const place = pass.placeOf(entry);
  const isToMove = remote !== null && place !== null && !samePlace(place, remote);
  if (isEditedHere(entry) || isToMove) return converge(pass, entry);
  removeUnchanged(pass, entry);
}

/** What is not to be here, and is not, is of no concern; the remote record stays, so that the remote tree is whole. */
function forget(pass: Pass, { id, remote, local, synced }: Entry): void {
  // The top of what is being moved here is in no folder (M11): what is below it is still to be told.
  const isToAppear = remote?.parent === "";
  const isBuried = remote?.state === "purged" && !isToAppear && [...pass.view.remoteChildren(id)].length === 0;
  if (local || synced || isBuried) pass.bookkeep({ type: "forget", id, keepRemote: !isBuried });
  else pass.settled(id);
}
