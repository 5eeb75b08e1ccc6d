import { nameKey, nextFreeName } from "../../../core/names.ts";
import type { Entry, Place } from "../entry.ts";
import type { Pass } from "./pass.ts";

/** A conflict name for the entry that nobody has in that folder, here or there. */
export function freeConflictName(pass: Pass, entry: Entry, place: Place, why: "conflict" | "case"): string {
  const type = (entry.local ?? entry.remote ?? entry.synced)?.type ?? "file";
  const first = pass.context.conflictName(place.name, type, why);
  const isFree = (name: string) => {
    const at = { parent: place.parent, name };
    const isOther = ({ id }: Entry) => id !== entry.id;
    if (pass.view.localAt(`${place.parent}/${nameKey(name)}`).some(isOther)) return false;
    return pass.remote.occupants(at, entry.id).length === 0 && pass.claimant(at, entry.id) === null;
  };
  return isFree(first) ? first : nextFreeName(first, type, (key) => !isFree(key));
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
