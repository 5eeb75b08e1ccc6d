import type { Entry, Place } from "../entry.ts";
import { sameName, slotKey } from "../entry.ts";
import { moveAside } from "./aside.ts";
import { isOnServer } from "./reach.ts";
import { goesOnAsLost } from "./lost-files.ts";
import type { Pass } from "./pass.ts";

/**
 * Whether `place` is free here for the entry, whose remote place it is. What is in the way is decided: it becomes the
 * entry's local state, gets a name of its own, or goes where it belongs; then the entry waits, or has its step.
 */
export function isSlotFree(pass: Pass, entry: Entry, place: Place): boolean {
  const obstacle = pass.context.obstacle(place);
  if (obstacle !== null) {
    pass.wait(entry.id, "name", obstacle);
    return false;
  }
  const claimant = pass.claimant(place, entry.id);
  const blockers = claimant === null ? [] : [claimant];
  for (const other of pass.view.localAt(slotKey(place))) {
    if (other.id === entry.id) continue;
    blockers.push(other.id);
    if (!pass.isFree(other.id)) continue;
    if (!other.remote) clearUnknown(pass, entry, other, place);
    else if (takesOver(pass, entry, other)) pass.adopt(entry.id, other.id);
    else {
      pass.decide(other.id);
      if (isStuck(pass, other)) moveAside(pass, other, "conflict");
    }
  }
  if (blockers.length === 0) return true;
  pass.waitFor(entry.id, blockers);
  return false;
}

/**
 * Whether the folder is the one that is here, under another id: what is here is deleted there, and what is in it is in the
 * folder by now. So it is where a shared folder changed hands (M13): a mount stands for what was a folder, or the other way.
 */
function takesOver(pass: Pass, { id, remote, local, synced }: Entry, other: Entry): boolean {
  if (remote?.type !== "folder" || local || synced || other.local?.type !== "folder") return false;
  if (pass.reach.of(other.id).kind !== "deleted") return false;
  for (const child of pass.view.localChildren(other.id)) if (child.remote?.parent === id) return true;
  return false;
}

/** The server does not know `other`: of equal content the two are one (Y10, Y19), else it makes room. */
function clearUnknown(pass: Pass, entry: Entry, other: Entry, place: Place): void {
  const { remote } = entry;
  const { local } = other;
  if (!remote || !local) return;
  const isArrival = !entry.local && !entry.synced;
  if (isArrival && remote.type === local.type) {
    if (remote.type === "folder") return pass.adopt(entry.id, other.id);
    // What went up from here under this name, and was replaced before the answer came (Y8).
    if (remote.content && pass.context.isOwnVersion(entry.id, remote.version, remote.content))
      return pass.adopt(entry.id, other.id);
    // An older version may have been put here, and that cut off before it was recorded.
    if (local.stamp.size === remote.size || remote.version > 1) {
      if (local.content === null) return pass.locally({ type: "hash", id: other.id });
      const isOld = pass.context.wasBrought(entry.id, 0, remote.version, local.content);
      if (isOld || local.content === remote.content) return pass.adopt(entry.id, other.id);
    }
  }
  if (goesOnAsLost(pass, other)) return;
  moveAside(pass, other, sameName(local.name, place.name) ? "conflict" : "case");
}

/** Whether the entry cannot go where it belongs, because this system cannot hold the name, or something has the place. */
export function isStuck(pass: Pass, entry: Entry): boolean {
  const { id, remote } = entry;
  if (remote === null || !isOnServer(pass.reach.of(id))) return false;
  const place = pass.placeOf(entry) ?? remote;
  return pass.context.nameProblem(remote.name) !== null || pass.context.obstacle(place) !== null;
}
