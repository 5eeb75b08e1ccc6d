import { slotKey, type Entry, type LocalState, type Place, type RemoteState, type SyncedState } from "../entry.ts";
import type { Trees } from "../trees.ts";

/**
 * What is here of a node, and of all below it, becomes that of the nodes that those are in another realm (M11): found by their
 * places there, under the folder `as`. Nothing is read or sent for it, and what was changed here meanwhile still is a change. What
 * is not found there is gone there, as far as it was on the server; else it is new there.
 */
export function takeMoved(trees: Trees, id: string, as: string): void {
  const became = pairs(trees, id, as);
  const there = (folder: string): string => became.get(folder) ?? folder;
  for (const folder of became.keys()) {
    for (const child of [...trees.localChildren(folder), ...trees.syncedChildren(folder)]) {
      if (!became.has(child.id)) adoptPlaces(trees, child.id, there);
    }
  }
  for (const [from, to] of became) {
    const entry = trees.get(from);
    const remote = trees.get(to)?.remote;
    if (!entry || !remote) continue;
    trees.setLocal(from, null);
    trees.setSynced(from, null);
    if (entry.local) trees.setLocal(to, moved(entry.local, there));
    if (entry.synced)
      trees.setSynced(to, from === id ? based(entry.synced, remote, remote) : basedBelow(entry, remote, there));
  }
}

/** Nodes and what they became, from the top. What is here under its new id already stays that. */
function pairs(trees: Trees, id: string, as: string): Map<string, string> {
  const became = new Map([[id, as]]);
  for (const [folder, there] of became) {
    const known = [...trees.localChildren(folder), ...trees.syncedChildren(folder), ...trees.remoteChildren(folder)];
    for (const child of known) {
      if (became.has(child.id) || (!child.local && !child.synced)) continue;
      const found = counterpart(trees, child, folder, there);
      if (found && !found.local && !found.synced) became.set(child.id, found.id);
    }
  }
  return became;
}

/** By the name that it had on the server or, where it was renamed there since, when it was last synced. */
function counterpart(trees: Trees, { remote, synced }: Entry, folder: string, there: string): Entry | undefined {
  for (const past of [remote, synced]) {
    if (past?.parent !== folder || past.name === "") continue;
    const [found] = trees.remoteAt(slotKey({ parent: there, name: past.name }));
    if (found?.remote?.type === past.type) return found;
  }
  return undefined;
}

function adoptPlaces(trees: Trees, id: string, there: (folder: string) => string): void {
  const { local, synced } = trees.get(id) ?? {};
  if (local) trees.setLocal(id, moved(local, there));
  if (synced) trees.setSynced(id, { ...synced, parent: there(synced.parent) });
}

function moved(local: LocalState, there: (folder: string) => string): LocalState {
  return { ...local, parent: there(local.parent) };
}

function basedBelow(
  { synced, remote: before }: Entry,
  remote: RemoteState,
  there: (folder: string) => string,
): SyncedState | null {
  if (!synced) return null;
  // Renamed there before it was moved, it still is to be renamed here.
  const isRenamed = before !== null && before.name !== synced.name;
  return based(synced, { parent: there(synced.parent), name: isRenamed ? synced.name : remote.name }, remote);
}

/** The base with the version that those bytes have there: of others, that which they had. */
function based(synced: SyncedState, { parent, name }: Place, remote: RemoteState): SyncedState {
  const version = remote.content === synced.content ? remote.version : synced.version;
  return { ...synced, parent, name, version };
}
