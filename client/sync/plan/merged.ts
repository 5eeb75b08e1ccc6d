import type { Entry, Place, SyncedState } from "../entry.ts";
import { STAGE, isExecutableHere, sameName, samePlace } from "../entry.ts";

const PASSING = ".ledge-moving-";

/** The names that one of several that exchange their places has for a moment on the server (Y12), by preference. */
export function* passingNames(id: string): Generator<string, never> {
  yield `${PASSING}${id}`;
  for (let n = 2; ; n++) yield `${PASSING}${id}-${n}`;
}

export function isPassingName(id: string, name: string): boolean {
  return name.startsWith(`${PASSING}${id}`);
}

/**
 * Where a node that is on both sides belongs: parent and name are each this disk's where only this disk changed them, else
 * the server's (Y9). Null for what is not on both sides.
 */
export function mergedPlace({ id, remote, local, synced }: Entry): Place | null {
  if (!remote || !local) return null;
  if (local.parent === STAGE) return remote;
  const base = synced ?? remote;
  const isParentOurs = local.parent !== base.parent && remote.parent === base.parent;
  // What this device put out of the way on the server, for a move of its own, is no change of the name.
  const isPassing = isPassingName(id, remote.name) && !samePlace(local, base);
  const isNameOurs = isPassing || sameName(remote.name, base.name);
  return { parent: isParentOurs ? local.parent : remote.parent, name: isNameOurs ? local.name : remote.name };
}

/** The synced state brought up to all that both sides have in common; the same object where that is nothing new. */
export function agreement(entry: Entry): SyncedState | null {
  const { remote, local, synced } = entry;
  if (!remote || !local || !synced) return null;
  // A passing name ends with a move of both: until then the base stays, to tell that this disk moved it.
  const isPassing = isPassingName(entry.id, remote.name) && local.name !== remote.name;
  const parent = local.parent === remote.parent && !isPassing ? remote.parent : synced.parent;
  const name = local.parent !== STAGE && sameName(local.name, remote.name) ? remote.name : synced.name;
  const agreed = { ...synced, parent, name, ...agreedContent(entry) };
  const keys = ["parent", "name", "version", "content", "executable"] as const;
  return keys.every((key) => agreed[key] === synced[key]) ? synced : agreed;
}

function agreedContent(entry: Entry): Pick<SyncedState, "version" | "content" | "executable"> | null {
  const { remote, local, synced } = entry;
  if (!remote || !local || !synced || remote.type === "folder") return null;
  const isEqual = local.content === remote.content;
  // Where the bytes have not been read, or were edited, the server may still have what was synced, under a later version.
  if (!isEqual && remote.content !== synced.content) return null;
  const executable = isExecutableHere(entry) === remote.executable ? remote.executable : synced.executable;
  return { version: remote.version, content: remote.content, executable };
}

/** Whether the server has the node as it was when both sides last agreed. */
export function isUnchangedThere({ remote, synced }: Entry): boolean {
  if (!remote || !synced || !samePlace(remote, synced)) return false;
  return (["version", "content", "executable"] as const).every((key) => remote[key] === synced[key]);
}
