import type { Entry } from "../entry.ts";
import { STAGE, isExecutableHere, sameName } from "../entry.ts";
import { leaveStage } from "./create.ts";
import { isLeftOut, isOnServer } from "./reach.ts";
import type { Pass } from "./pass.ts";

/** What the server deleted goes to the local trash, unless it changed here: then it goes on as a new node (Y5, Y6). */
export function removeHere(pass: Pass, entry: Entry): void {
  const { id, local, synced, remote } = entry;
  if (!local) return;
  if (!synced || isMovedHere(entry) || isBelowMoved(pass, entry)) return goOnAnew(pass, entry);
  if (local.type === "folder") return removeUnchanged(pass, entry);
  if (local.content === null) return pass.locally({ type: "hash", id });
  const isOld = pass.context.wasBrought(id, synced.version, remote?.version ?? 0, local.content);
  if (isEditedHere(entry) && !isOld) return goOnAnew(pass, entry);
  removeUnchanged(pass, entry);
}

/** To the local trash, a folder when it is empty. */
export function removeUnchanged(pass: Pass, entry: Entry): void {
  const { id, local } = entry;
  if (local?.type === "folder") removeFolderHere(pass, entry);
  else pass.locally({ type: "trashLocal", id, entryType: "file" });
}

/** A folder goes when it is empty. Where only new things are left in it, it goes on as a new folder with them. */
function removeFolderHere(pass: Pass, entry: Entry): void {
  const { id } = entry;
  const going: string[] = [];
  let staying = 0;
  for (const child of pass.view.localChildren(id)) {
    pass.decide(child.id);
    if (staysIn(pass, child, id)) staying++;
    else going.push(child.id);
  }
  if (going.length > 0) pass.waitFor(id, going);
  else if (staying === 0) pass.locally({ type: "trashLocal", id, entryType: "folder" });
  else goOnAnew(pass, entry);
}

function isMovedHere({ local, synced, remote }: Entry): boolean {
  if (!local || !synced || local.parent === STAGE) return false;
  const isParentOld = local.parent === synced.parent || local.parent === remote?.parent;
  const isNameOld = sameName(local.name, synced.name) || (remote !== null && sameName(local.name, remote.name));
  return !isParentOld || !isNameOld;
}

/** Whether a folder above, deleted there too, was moved here: it goes on, with all that is in it. */
function isBelowMoved(pass: Pass, { local }: Entry): boolean {
  for (let at = local?.parent; at !== undefined && pass.reach.of(at).kind === "deleted";) {
    const folder = pass.view.get(at);
    if (folder && isMovedHere(folder)) return true;
    at = folder?.local?.parent;
  }
  return false;
}

/** Whether bytes or the executable bit are neither those that were synced nor those that the server last had. */
export function isEditedHere(entry: Entry): boolean {
  const { local, synced, remote } = entry;
  if (!local || !synced || local.type === "folder") return false;
  const isEqual = (other: { content: string | null; executable: boolean } | null) =>
    other !== null && local.content === other.content && isExecutableHere(entry) === other.executable;
  return !isEqual(synced) && !isEqual(remote);
}

function goOnAnew(pass: Pass, entry: Entry): void {
  if (entry.local?.parent === STAGE) leaveStage(pass, entry);
  else pass.bookkeep({ type: "rebirth", id: entry.id, as: pass.context.newId() });
}

function staysIn(pass: Pass, child: Entry, folder: string): boolean {
  // Out of a folder that is left out all goes, once the server has it.
  if (isLeftOut(pass.reach.of(folder))) return false;
  const standing = pass.reach.of(child.id);
  if (standing.kind === "none") return true;
  return isOnServer(standing) && pass.placeOf(child)?.parent === folder;
}
