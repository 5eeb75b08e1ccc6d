import { nextFreeName } from "../../../core/names.ts";
import type { Entry, Place } from "../entry.ts";
import { slotKey } from "../entry.ts";
import type { Pass } from "./pass.ts";

/** A conflict name for the entry that nobody has in that folder, here or there. */
export function freeConflictName(pass: Pass, entry: Entry, place: Place, why: "conflict" | "case"): string {
  const type = (entry.local ?? entry.remote ?? entry.synced)?.type ?? "file";
  const first = pass.context.conflictName(place.name, type, why);
  const isTaken = (name: string) => !isFree(pass, entry, { parent: place.parent, name });
  // A key is its own key.
  return isTaken(first) ? nextFreeName(first, type, isTaken) : first;
}

/** Moves the entry here to a folder under that name, or a conflict name where somebody has it. */
export function moveWherePossible(pass: Pass, entry: Entry, place: Place, why: "remote" | "conflict"): void {
  const { id } = entry;
  const name = isFree(pass, entry, place) ? place.name : freeConflictName(pass, entry, place, "conflict");
  pass.claim({ parent: place.parent, name }, id);
  pass.locally({ type: "moveLocal", id, parent: place.parent, name, why });
}

/** Whether nothing else has the slot, here or there. */
function isFree(pass: Pass, { id }: Entry, place: Place): boolean {
  if (pass.view.localAt(slotKey(place)).some((other) => other.id !== id)) return false;
  if (pass.context.obstacle(place) !== null) return false;
  return pass.remote.occupants(place, id).length === 0 && pass.claimant(place, id) === null;
}

/** Gives what is here a name of its own, in its folder, so that something else can have the one it has (Y10, Y11). */
export function moveAside(pass: Pass, entry: Entry, why: "conflict" | "case"): void {
  const { id, local } = entry;
  if (!local || !pass.isFree(id)) return;
  const parent = local.parent;
  const name = freeConflictName(pass, entry, local, why);
  pass.claim({ parent, name }, id);
  pass.locally({ type: "moveLocal", id, parent, name, why });
}
