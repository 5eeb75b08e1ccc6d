import { nameKey } from "../../../core/names.ts";
import type { Entry, Place } from "../entry.ts";
import { sameName } from "../entry.ts";
import type { Moving } from "../moving.ts";
import { realmInside } from "../realms.ts";
import { moveAside } from "./aside.ts";
import { isFolderThere } from "./create.ts";
import { emigrate } from "./emigrate.ts";
import { isLeaving } from "./move-up.ts";
import { isOnServer } from "./reach.ts";
import type { Pass } from "./pass.ts";

/** What this disk has in another realm than the server moves there with all its versions, or is made anew where that cannot be. */
export function moveAcross(pass: Pass, entry: Entry): void {
  const { id, remote, local } = entry;
  const place = pass.placeOf(entry);
  if (!remote || !local || !place) return;
  if (!canMoveAcross(pass, entry)) return emigrate(pass, entry);
  if (pass.context.isReadOnly(realmInside(pass.view, place.parent))) return pass.wait(id, "read-only");
  if (!isFolderThere(pass, id, place.parent) || !isSlotFreeThere(pass, entry, place)) return;
  const leaving = leavingBelow(pass, id);
  if (leaving.length > 0) return pass.waitFor(id, leaving);
  pass.across({ type: "moveAcross", id });
}

/** What may only be read where it is can be taken along, but not away; what stands for another realm is of its own. */
export function canMoveAcross({ context }: Pass, { id, remote }: Entry): boolean {
  return remote?.mount === undefined && !context.isReadOnly(remote?.realm) && context.canMoveAcross(id);
}

function isSlotFreeThere(pass: Pass, entry: Entry, place: Place): boolean {
  const { id } = entry;
  const inTheWay = () => pass.remote.occupants(place, id)[0];
  for (let other = inTheWay(); other; other = inTheWay()) {
    if (!pass.remote.isPlaced(other.id)) {
      pass.decide(other.id);
      if (inTheWay() !== other) continue;
      if (isLeaving(pass, other, place)) {
        pass.waitFor(id, [other.id]);
        return false;
      }
    }
    moveAside(pass, entry, other.remote && sameName(other.remote.name, place.name) ? "conflict" : "case");
    return false;
  }
  return !pass.isStepped(id);
}

/** What was moved out of the folder here, and has still to move there: it is not to be taken along. */
function leavingBelow(pass: Pass, id: string): string[] {
  const leaving: string[] = [];
  const folders = [id];
  for (const folder of folders) {
    for (const child of pass.view.remoteChildren(folder)) {
      if (child.remote?.type === "folder") folders.push(child.id);
      if (!child.local || child.local.parent === child.remote?.parent) continue;
      pass.decide(child.id);
      if (!pass.isFree(child.id)) leaving.push(child.id);
    }
  }
  return leaving;
}

/**
 * Decides what is on its way to another realm, and what hangs on that; false where that is nothing. Until it is known what it
 * became there, nothing is read out of its going from where it was.
 */
export function isOnItsWay(pass: Pass, entry: Entry): boolean {
  const { id, remote, local, synced } = entry;
  const { moving } = pass.context;
  if (moving.size === 0) return false;
  const own = moving.get(id);
  if (own) return goOn(pass, entry, own);
  const isHere = local !== null || synced !== null;
  // What goes on where it was until it has arrived goes on being synced there.
  if (isHere && isOnServer(pass.reach.of(id))) return false;
  const top = isHere ? movingAbove(pass, entry) : remote && comingAs(pass, id, remote);
  if (top === null) return false;
  pass.decide(top);
  if (!pass.isStepped(id)) pass.waitFor(id, [top]);
  return true;
}

function goOn(pass: Pass, { id }: Entry, { arrived }: Moving): boolean {
  if (arrived === null) {
    pass.across({ type: "moveAcross", id });
    return true;
  }
  if (arrived === id || !isOnServer(pass.reach.of(arrived))) {
    // It kept its id, or is gone from there since.
    pass.bookkeep({ type: "endMove", id });
    return true;
  }
  const busy = [...pass.context.inFlight].filter((each) => {
    const step = pass.view.get(each);
    return step !== undefined && movingAbove(pass, step) === id;
  });
  if (busy.length > 0) pass.waitFor(id, busy);
  else pass.bookkeep({ type: "takeMoved", id, as: arrived });
  return true;
}

/** The node that is on its way to another realm with the entry in it; null where none is. */
function movingAbove({ view, context }: Pass, { local, synced }: Entry): string | null {
  let at = (local ?? synced)?.parent;
  for (let depth = 0; at !== undefined && depth < 1_000; depth++) {
    if (context.moving.has(at)) return at;
    const entry = view.get(at);
    at = (entry?.local ?? entry?.synced)?.parent;
  }
  return null;
}

/** The node that this is, or may be, in its new place. */
function comingAs({ context }: Pass, id: string, place: Place): string | null {
  for (const [node, { move, arrived }] of context.moving) {
    if (arrived === id) return node;
    const isThere = arrived === null && move.to.parent === place.parent;
    if (isThere && nameKey(move.name) === nameKey(place.name)) return node;
  }
  return null;
}
