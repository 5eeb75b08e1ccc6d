import type { Entry } from "../entry.ts";
import { STAGE } from "../entry.ts";
import { realmInside } from "../realms.ts";
import type { Pass } from "./pass.ts";

/** Whether this disk has the entry in a folder of another realm than the server, and that is where it belongs. */
export function isInOtherRealm(pass: Pass, entry: Entry): boolean {
  const { remote, local } = entry;
  if (!remote || !local || local.parent === STAGE || local.parent === remote.parent) return false;
  if (pass.placeOf(entry)?.parent !== local.parent) return false;
  return realmInside(pass.view, local.parent) !== remote.realm;
}

/** What was moved here to another realm, and cannot be moved so there, is made anew, and goes from where it was once the server has it. */
export function emigrate(pass: Pass, { id }: Entry): void {
  pass.bookkeep({ type: "emigrate", id, as: pass.context.newId() });
}

/** What the entry went on as in another realm, where the server does not have that yet. */
export function heirToCome(pass: Pass, { synced }: Entry): string | null {
  const heir = synced?.heir === undefined ? undefined : pass.view.get(synced.heir);
  return heir?.local && !heir.remote ? heir.id : null;
}
