import type { Entry } from "../entry.ts";
import { isSlotFree } from "./local-slot.ts";
import { isHereAlready } from "./lost-files.ts";
import type { Pass } from "./pass.ts";

/** What is only on the server comes here, once its folder is here and its name is free. */
export function arrive(pass: Pass, entry: Entry): void {
  const { id, remote } = entry;
  if (!remote || !isFolderHere(pass, id, remote.parent)) return;
  if (isHereAlready(pass, entry) || !isSlotFree(pass, entry, remote)) return;
  pass.claim(remote, id);
  pass.locally({ type: remote.type === "folder" ? "makeFolder" : "fetch", id });
}

/** Decides the folder where it is not here, and lets the entry wait for it. */
export function isFolderHere(pass: Pass, id: string, folder: string): boolean {
  if (folder === pass.view.rootId || pass.view.get(folder)?.local) return true;
  pass.decide(folder);
  pass.waitFor(id, [folder]);
  return false;
}
