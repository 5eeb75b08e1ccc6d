import type { Entry, SyncedState } from "../entry.ts";
import { STAGE, isExecutableHere, samePlace, sameName } from "../entry.ts";
import { moveWherePossible } from "./aside.ts";
import { isInOtherRealm } from "./emigrate.ts";
import { agreement } from "./merged.ts";
import { moveAcross } from "./move-across.ts";
import { canEnter, moveHere } from "./move-here.ts";
import { moveUp } from "./move-up.ts";
import { isOnServer } from "./reach.ts";
import type { Pass } from "./pass.ts";

/** On both sides without a base: after a crash between creating and settling, or a change of epoch (Y20). */
export function meet(pass: Pass, entry: Entry): void {
  const { id, remote, local } = entry;
  if (!remote || !local) return;
  if (remote.type !== local.type) return pass.bookkeep({ type: "rebirth", id, as: pass.context.newId() });
  if (remote.type === "file") {
    if (local.content === null) return pass.locally({ type: "hash", id });
    if (local.content !== remote.content && !isOwnVersion(pass, entry)) {
      return reconcile(pass, entry, null);
    }
  }
  const { type, version, content, executable } = remote;
  // What was put here, and cut off before that was recorded, was put where it is: another place is the server's doing.
  const isBrought = content !== null && pass.context.wasBrought(id, 0, version, content);
  const { parent, name } = isBrought ? local : remote;
  pass.bookkeep({ type: "settle", id, synced: { parent, name, type, version, content, executable } });
}

/** On both sides with a base: what they agree on is recorded, then bytes, then the place. */
export function converge(pass: Pass, entry: Entry): void {
  const agreed = agreement(entry);
  if (agreed && agreed !== entry.synced) return pass.bookkeep({ type: "settle", id: entry.id, synced: agreed });
  if (isInOtherRealm(pass, entry)) return moveAcross(pass, entry);
  if (!isContentEqual(pass, entry)) return;
  const { id, remote, local, synced } = entry;
  const place = pass.placeOf(entry);
  if (!remote || !local || !place) return;
  if (!samePlace(remote, place)) return moveUp(pass, entry, place);
  if (samePlace(local, place)) return pass.settled(id);
  const isNamed = sameName(local.name, place.name);
  const problem = (isNamed ? null : pass.context.nameProblem(place.name)) ?? pass.context.obstacle(place);
  if (problem === null) return moveHere(pass, entry, place);
  // Moved there alone, it stays: a name for that folder would go up. Unless there is nowhere to stay.
  const isHome = local.parent === place.parent || (isNamed && isOnServer(pass.reach.of(local.parent)));
  if (isHome) return pass.wait(id, "name", problem);
  // It keeps a name that can be here, and goes to its folder at least.
  const name = local.parent === STAGE && synced ? synced.name : local.name;
  if (canEnter(pass, id, place.parent)) moveWherePossible(pass, entry, { parent: place.parent, name }, "remote");
}

/** Whether nothing is to be done for the bytes and the executable bit; otherwise it has been planned. */
function isContentEqual(pass: Pass, entry: Entry): boolean {
  const { id, remote, local, synced } = entry;
  if (!remote || !local || !synced || remote.type === "folder") return true;
  const isEditedThere = remote.content !== synced.content;
  const isEditedHere = local.content !== synced.content;
  const isBitOurs = isExecutableHere(entry) !== synced.executable;
  const isBitTheirs = remote.executable !== synced.executable;
  // Asked first: what is here came after it, also where it is what was here before.
  if (isEditedThere && isOwnVersion(pass, entry)) {
    const { version, content, executable } = remote;
    pass.bookkeep({ type: "settle", id, synced: { ...synced, version, content, executable } });
  }
  // The bit is a boolean: where both changed it they agree.
  else if (local.content === null && (isEditedThere || (isBitTheirs && !isBitOurs))) pass.locally({ type: "hash", id });
  else if (!isEditedThere && isBitTheirs && !isBitOurs) pass.locally({ type: "setExecutable", id });
  else if (!isEditedThere && (isEditedHere || isBitOurs)) {
    pass.upward({ type: "updateFile", id, baseVersion: remote.version });
  } else if (!isEditedThere) return true;
  else if (!isEditedHere) pass.locally({ type: "fetch", id });
  else reconcile(pass, entry, synced);
  return false;
}

/** Whether the server's version came from here, though its answer did not arrive: what is here now is an edit of it. */
function isOwnVersion(pass: Pass, { id, remote }: Entry): boolean {
  return remote?.content != null && pass.context.isOwnVersion(id, remote.version, remote.content);
}

/** The name of a losing edit's copy is the same each time: so a step that was cut off finds its own work. */
function reconcile(pass: Pass, { id, local }: Entry, base: SyncedState | null): void {
  if (!local) return;
  const name = pass.context.conflictName(local.name, "file", "conflict");
  pass.claim({ parent: local.parent, name }, id);
  pass.locally({ type: "reconcile", id, base, name });
}
