import type { Entry, Place } from "../entry.ts";
import { nameKey } from "../../../core/names.ts";
import { STAGE, sameName, slotKey } from "../entry.ts";
import { IGNORE_FILE } from "../ignore-rules.ts";
import { moveAside, moveWherePossible } from "./aside.ts";
import { isStuck } from "./local-slot.ts";
import { goesOnAsLost } from "./lost-files.ts";
import type { Pass } from "./pass.ts";
import { isRemovable } from "./removed-here.ts";

const IGNORE_KEY = nameKey(IGNORE_FILE);

/** What is only here goes up, once its folder is there and its name is free. */
export function create(pass: Pass, entry: Entry): void {
  const { id, local } = entry;
  if (!local) return;
  if (local.parent === STAGE) return leaveStage(pass, entry);
  const rules = rulesToCome(pass, local.parent);
  if (rules !== null) {
    // The arrival of the rules decides for what has their name here.
    pass.decide(rules);
    if (!pass.isStepped(id)) pass.waitFor(id, [rules]);
    return;
  }
  if (goesOnAsLost(pass, entry)) return;
  if (!isFolderThere(pass, id, local.parent) || !isSlotFreeThere(pass, entry)) return;
  const { parent, name } = local;
  pass.upward({ type: local.type === "folder" ? "createFolder" : "createFile", id, parent, name });
}

/** Lets a new file be the missing one that it goes on with (Y8), where nothing is to be known before. */
export function claimLost(pass: Pass, entry: Entry | undefined): void {
  if (entry?.local?.type !== "file" || entry.remote || entry.synced || entry.local.parent === STAGE) return;
  if (pass.isFull || !pass.isFree(entry.id) || pass.reach.isIgnoredHere(entry.id)) return;
  if (rulesToCome(pass, entry.local.parent) === null) goesOnAsLost(pass, entry);
}

/** An ignore file for the folder that the server has and that is still to come, or to be read: it may keep out what is new here (Y15). */
function rulesToCome(pass: Pass, folder: string): string | null {
  for (let at: string | undefined = folder; at !== undefined && at !== ""; at = pass.view.get(at)?.local?.parent) {
    for (const { id, local, synced } of pass.view.remoteAt(`${at}/${IGNORE_KEY}`)) {
      const isToCome = !local && !synced && !pass.context.resting.has(id);
      if ((isToCome || pass.context.inFlight.has(id)) && pass.reach.of(id).kind === "live") return id;
    }
    if (at === pass.view.rootId) break;
  }
  return null;
}

/** Decides the folder where the server does not have it, and lets the entry wait where that does not make it. */
export function isFolderThere(pass: Pass, id: string, folder: string): boolean {
  if (!pass.remote.isThere(folder)) pass.decide(folder);
  if (pass.remote.isThere(folder)) return true;
  pass.waitFor(id, [folder]);
  return false;
}

/** Out of the stage, whose names are ids, to where it came from or to the root. */
export function leaveStage(pass: Pass, entry: Entry): void {
  const { id, local, synced, remote } = entry;
  const origin = synced ?? remote;
  const parent = origin && pass.view.get(origin.parent)?.local ? origin.parent : pass.view.rootId;
  moveWherePossible(pass, entry, { parent, name: origin?.name ?? local?.name ?? id }, "conflict");
}

function isSlotFreeThere(pass: Pass, entry: Entry): boolean {
  const { id, local } = entry;
  if (!local) return false;
  // Of two spellings that are both only here, the one that was found first has the name.
  const rival = pass.view.localAt(slotKey(local)).find((other) => other.id < id && !other.remote);
  if (rival) {
    moveAside(pass, entry, "case");
    return false;
  }
  const inTheWay = () => pass.remote.occupants(local, id)[0];
  for (let other = inTheWay(); other; other = inTheWay()) {
    if (local.type === "folder" && isLostFolder(pass, other)) {
      // A folder that is there again is the one that was missing: what is still in it needs no move.
      pass.adopt(other.id, id);
      return false;
    }
    if (!pass.remote.isPlaced(other.id)) {
      // An arrival finds this entry in its own way, and decides for both.
      pass.decide(other.id);
      if (inTheWay() !== other) continue;
      const { kind } = pass.reach.of(other.id);
      const isHere = other.local !== null && slotKey(other.local) === slotKey(local);
      // What cannot come here is not going to make room.
      const isHeld = other.local !== null && isStuck(pass, other);
      if (!isHere && !isHeld && (kind === "live" || kind === "unknown")) {
        pass.waitFor(id, [other.id]);
        return false;
      }
    }
    if (isSameSpot(pass, other, local)) {
      // Nothing can be where this is: the other is missing, which is not believed yet (Y7).
      pass.waitFor(id, [other.id]);
      return false;
    }
    const { name } = [other.local, other.remote].find((place) => place && slotKey(place) === slotKey(local)) ?? local;
    moveAside(pass, entry, sameName(name, local.name) ? "conflict" : "case");
    return false;
  }
  return !pass.isStepped(id);
}

/** Whether a folder is missing here, and cannot go to the trash there because what was in it is here, or changed there. */
function isLostFolder(pass: Pass, { id, remote, local, synced }: Entry): boolean {
  if (remote?.type !== "folder" || local || !synced || !pass.isFree(id) || pass.reach.of(id).kind !== "live")
    return false;
  return isRemovable(pass, id).kind !== "yes";
}

/** Of two spellings the disk may have room for one only: then what cannot be seen at the moment has gone. */
function isSameSpot(pass: Pass, { id, local }: Entry, { parent, name }: Place): boolean {
  if (local?.parent !== parent) return false;
  return local.name === name || (sameName(local.name, name) && pass.context.isUnreadable(id));
}
