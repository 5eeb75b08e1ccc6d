import type { Entry, Place } from "../entry.ts";
import { isFolderHere } from "./arrive.ts";
import { isSlotFree } from "./local-slot.ts";
import type { Pass } from "./pass.ts";
import { isLeftOut } from "./reach.ts";
import { removeUnchanged } from "./removed-there.ts";

/** Moves the entry on this disk to where the server has it; to the local trash where that is left out. */
export function moveHere(pass: Pass, entry: Entry, place: Place): void {
  const { id } = entry;
  if (isLeftOut(pass.reach.of(id))) return removeUnchanged(pass, entry);
  if (!canEnter(pass, id, place.parent) || !isSlotFree(pass, entry, place)) return;
  pass.claim(place, id);
  pass.locally({ type: "moveLocal", id, parent: place.parent, name: place.name, why: "remote" });
}

/** Whether the folder is here, and not below the entry; otherwise the entry waits. */
export function canEnter(pass: Pass, id: string, folder: string): boolean {
  if (!isFolderHere(pass, id, folder)) return false;
  const between = foldersBetween(pass, id, folder);
  if (!between) return true;
  // One of the folders between them moves out first.
  for (const each of between) pass.decide(each);
  pass.waitFor(id, between);
  return false;
}

/** The local folders from `from` up to `id`, without it; null where `id` is not above. */
function foldersBetween(pass: Pass, id: string, from: string): string[] | null {
  const between: string[] = [];
  for (let at = from; at !== id;) {
    const local = pass.view.get(at)?.local;
    if (!local || between.length > 10_000) return null;
    between.push(at);
    at = local.parent;
  }
  return between;
}
