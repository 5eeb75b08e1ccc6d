import type { Entry, Place } from "../entry.ts";
import { isExecutableHere, sameName, samePlace, slotKey } from "../entry.ts";
import type { UpwardStep } from "../steps.ts";
import { freeConflictName } from "./aside.ts";
import { isFolderThere } from "./create.ts";
import { isInOtherRealm } from "./emigrate.ts";
import { passingNames } from "./merged.ts";
import { moveHere } from "./move-here.ts";
import { isOnServer } from "./reach.ts";
import type { Pass } from "./pass.ts";

/** Moves the entry on the server to where it is here. */
export function moveUp(pass: Pass, entry: Entry, place: Place): void {
  const { id, remote, local } = entry;
  if (!remote || !local || !isFolderThere(pass, id, place.parent)) return;
  const between = wouldCycle(pass, id, place.parent);
  if (between) return breakCycle(pass, entry, place, between);
  const inTheWay = () => pass.remote.occupants(place, id)[0];
  for (let other = inTheWay(); other; other = inTheWay()) {
    if (!pass.remote.isPlaced(other.id)) {
      if (exchange(pass, entry, place)) return;
      pass.decide(other.id);
      if (inTheWay() !== other) continue;
      if (isLeaving(pass, other, place)) return pass.waitFor(id, [other.id]);
    }
    // The server's copy of the name holds; this one gets another there, and then here.
    const name = freeConflictName(pass, entry, place, isSpelling(other, place) ? "case" : "conflict");
    const refuge = { parent: place.parent, name };
    pass.takeBack(id, refuge);
    if (samePlace(refuge, remote)) return moveHere(pass, entry, refuge);
    return pass.upward(step(entry, refuge));
  }
  pass.upward(step(entry, place));
}

/** The folders from the target up to the entry where the target is below it on the server; else null. */
function wouldCycle(pass: Pass, id: string, parent: string): string[] | null {
  const above = pass.remote.ancestors(parent);
  const at = above?.indexOf(id) ?? -1;
  return above && at >= 0 ? above.slice(0, at) : null;
}

/** Folders between that move out first make it no cycle; where none does, the local move is taken back (Y9). */
function breakCycle(pass: Pass, entry: Entry, target: Place, between: readonly string[]): void {
  const { id, remote } = entry;
  if (!remote) return;
  for (const folder of between) pass.decide(folder);
  if (!wouldCycle(pass, id, target.parent)) return moveUp(pass, entry, target);
  const leaving = between.filter((folder) => {
    const other = pass.view.get(folder);
    if (!other || !pass.isFree(folder)) return true;
    const place = pass.placeOf(other);
    return place !== null && place.parent !== other.remote?.parent;
  });
  if (leaving.length > 0) return pass.waitFor(id, leaving);
  const place = { parent: remote.parent, name: target.name };
  pass.takeBack(id, place);
  if (samePlace(remote, place)) moveHere(pass, entry, place);
  else moveUp(pass, entry, place);
}

/** Whether what has the slot on the server is about to leave it, or nothing can be told yet. */
export function isLeaving(pass: Pass, other: Entry, slot: Place): boolean {
  if (!pass.isFree(other.id)) return true;
  const standing = pass.reach.of(other.id);
  if (standing.kind === "unknown") return true;
  if (!isOnServer(standing)) return false;
  if (!other.local) return other.synced !== null;
  const place = pass.placeOf(other);
  return place !== null && slotKey(place) !== slotKey(slot);
}

function isSpelling({ remote }: Entry, place: Place): boolean {
  return remote !== null && !sameName(remote.name, place.name);
}

function step({ id, remote }: Entry, place: Place): UpwardStep {
  return {
    type: "moveRemote",
    id,
    ...(place.parent === remote?.parent ? {} : { parent: place.parent }),
    ...(remote && place.name === remote.name ? {} : { name: place.name }),
  };
}

/** Where each of several has the slot that the next one is to have, all move at once, one by way of a passing name (Y12). */
function exchange(pass: Pass, first: Entry, target: Place): boolean {
  const { remote } = first;
  if (!remote) return false;
  const moves: { entry: Entry; place: Place }[] = [];
  for (let place = target; ;) {
    const [next, ...more] = pass.remote.occupants(place, "");
    if (!next || more.length > 0 || moves.length > 1000) return false;
    if (next.id === first.id) break;
    const to = readyMove(pass, next);
    if (!to || moves.some(({ entry }) => entry.id === next.id)) return false;
    moves.push({ entry: next, place: to });
    place = to;
  }
  const passing = freePassingName(pass, first.id, remote.parent);
  pass.upward(
    { type: "moveRemote", id: first.id, name: passing },
    ...moves.reverse().map(({ entry, place }) => step(entry, place)),
    step({ ...first, remote: { ...remote, name: passing } }, target),
  );
  return true;
}

export function freePassingName(pass: Pass, id: string, parent: string): string {
  const names = passingNames(id);
  for (;;) {
    const name = names.next().value;
    if (pass.remote.occupants({ parent, name }, id).length === 0) return name;
  }
}

/** Where the entry would go up to, could it have the slot; null where it does not, or not yet. */
function readyMove(pass: Pass, entry: Entry): Place | null {
  const { id, remote, local, synced } = entry;
  if (!remote || !local || !synced || !pass.isFree(id) || !isOnServer(pass.reach.of(id))) return null;
  if (remote.content !== local.content || remote.executable !== isExecutableHere(entry)) return null;
  const place = pass.placeOf(entry);
  if (!place || samePlace(place, remote) || isInOtherRealm(pass, entry) || !pass.remote.isThere(place.parent))
    return null;
  return wouldCycle(pass, id, place.parent) ? null : place;
}
