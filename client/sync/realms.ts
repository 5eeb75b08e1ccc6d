import type { Realm, RemoteChanges } from "../ports/sync-remote.ts";
import { STAGE, type RemoteState } from "./entry.ts";
import type { Trees, TreeView } from "./trees.ts";

/** Where it is kept in which realms this account may change nothing: a JSON list. */
const READ_ONLY = "read-only";
/** Folders above a node at most: what lies deeper is taken for a cycle. */
const MAX_DEPTH = 1_000;

/** Under which key of the trees' meta the epoch of a realm is kept. */
export function epochKey(realm: Realm): string {
  return realm === undefined ? "epoch" : `epoch/${realm}`;
}

/** The epoch of the realm's history that the trees are of. */
export function epochOf(trees: Pick<Trees, "getMeta">, realm: Realm): string | undefined {
  return trees.getMeta(epochKey(realm));
}

/** The realm that a node is of, or will be of when it is created where it is here. */
export function realmOf(view: Pick<TreeView, "get">, id: string): Realm {
  const entry = view.get(id);
  if (entry?.remote) return entry.remote.realm;
  return entry?.local ? realmInside(view, entry.local.parent) : undefined;
}

/** The realm of what is in a folder. */
export function realmInside(view: Pick<TreeView, "get">, folder: string): Realm {
  for (let at = folder, depth = 0; at !== STAGE && depth < MAX_DEPTH; depth++) {
    const entry = view.get(at);
    if (entry?.remote) return entry.remote.mount ?? entry.remote.realm;
    if (!entry?.local) return undefined;
    at = entry.local.parent;
  }
  return undefined;
}

export function readOnlyRealms(trees: Pick<Trees, "getMeta">): ReadonlySet<string> {
  return new Set(JSON.parse(trees.getMeta(READ_ONLY) ?? "[]") as string[]);
}

/** Absent: as they are. What waits for being allowed is planned again where that changed. */
export function keepReadOnly(trees: Trees, realms: readonly string[] | undefined): void {
  if (realms === undefined) return;
  const kept = JSON.stringify([...realms].sort());
  if (kept === (trees.getMeta(READ_ONLY) ?? "[]")) return;
  trees.setMeta(READ_ONLY, kept);
  trees.markAllDirty();
}

/** Takes in what is no longer in its realm, and which realms are no more in the tree. */
export function takeEnds(trees: Trees, { realm, left = [], relisted = [], ended = [] }: RemoteChanges): void {
  for (const folder of relisted) forgetBelow(trees, folder);
  for (const id of left) {
    const remote = trees.get(id)?.remote;
    // By now it may be of another realm.
    if (!remote || remote.realm !== realm) continue;
    forgetBelow(trees, id);
    trees.setRemote(id, gone(remote, "purged"));
  }
  for (const { realm: ending, mount, how } of ended) {
    trees.setMeta(epochKey(ending), null);
    endRealm(trees, ending, how === "lost" ? "lost" : "purged");
    const remote = trees.get(mount)?.remote;
    if (!remote) continue;
    if (how === "lost") trees.setRemote(mount, { ...remote, state: "lost", mount: ending });
    if (how === "owned") trees.setRemote(mount, gone(remote, "purged"));
  }
}

function forgetBelow(trees: Trees, root: string): void {
  const folders = [root];
  for (const folder of folders) {
    for (const { id, remote } of trees.remoteChildren(folder)) {
      folders.push(id);
      if (remote) trees.setRemote(id, gone(remote, "purged"));
    }
  }
}

/** Whoever comes back is told of again, with the seq that it had. */
function gone(remote: RemoteState, state: "purged" | "lost"): RemoteState {
  return { ...remote, state, seq: 0 };
}

function endRealm(trees: Trees, realm: string, state: "purged" | "lost"): void {
  // Whoever is changed comes up once more where the trees are gone through meanwhile.
  const entries = [...trees.all()];
  for (const { id, remote } of entries) if (remote?.realm === realm) trees.setRemote(id, gone(remote, state));
}
