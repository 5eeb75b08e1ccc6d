import type { Realm, RemoteNode } from "../ports/sync-remote.ts";
import type { TreeStore } from "../ports/tree-store.ts";
import type { Entry, RemoteState, SyncedState } from "./entry.ts";
import { remoteState } from "./remote-state.ts";
import type { Trees } from "./trees.ts";

/**
 * Puts a wholly read remote tree in the place of one whose history no longer holds, and chooses bases such that
 * everything local is kept (Y20). To be called within one transaction: half of it would read as deletions.
 *
 * @param realm - Only what is of it is in `nodes`, and is put in place; absent: all.
 */
export function reconcileEpoch(
  trees: Trees,
  store: TreeStore,
  nodes: ReadonlyMap<string, RemoteNode>,
  realm?: Realm,
): void {
  const known = [...trees.all()].filter(({ remote }) => realm === undefined || remote?.realm === realm);
  const ids = new Set([...known.map(({ id }) => id), ...nodes.keys()]);
  for (const id of ids) {
    const node = nodes.get(id);
    const entry = trees.get(id);
    const remote = node && (node.state !== "purged" || entry?.local) ? remoteState(node) : null;
    const synced = baseOf(store, entry, remote);
    trees.setRemote(id, remote);
    trees.setSynced(id, synced);
    if (synced && remote?.content) store.rememberVersion(id, remote.version, remote.content);
  }
}

/**
 * What both sides are taken to have agreed on. The place is always the server's, so that what was moved here goes up.
 * A node that is missing on either side has no base: it goes up, or comes down.
 */
function baseOf(store: TreeStore, entry: Entry | undefined, remote: RemoteState | null): SyncedState | null {
  if (!entry?.local || !entry.synced || remote?.state !== "live") return null;
  const { parent, name, type, version, content, executable } = remote;
  if (type !== entry.local.type) return null;
  const base = { parent, name, type, version, content, executable };
  if (type === "folder" || content === entry.synced.content) return base;
  // Equal by what the disk says now, or an older version of what was here: the local bytes are the newer ones.
  if (content === entry.local.content) return base;
  // It was to come over bytes that count as agreed on because they are kept beside it (Y4): they are no edit of it.
  if (content === store.recallVersion(entry.id, entry.synced.version))
    return { ...base, content: entry.synced.content, executable: entry.synced.executable };
  const isOwnPast = version < entry.synced.version && store.recallVersion(entry.id, version) === content;
  return isOwnPast ? base : null;
}
