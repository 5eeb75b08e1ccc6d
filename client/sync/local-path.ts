import type { ReplicaPath } from "../ports/replica-files.ts";
import { STAGE, type Place } from "./entry.ts";
import type { TreeView } from "./trees.ts";

/** What was moved out of the way for a moment lies here, named by its id (Y12). */
export const STAGE_PATH: ReplicaPath = ".ledge/stage";

/** Folders above a node at most: what lies deeper is taken for a cycle. */
const MAX_DEPTH = 1_000;

/** Where the node is on this disk; null where it is not, or not under the root. `STAGE` itself is a folder too. */
export function localPath(view: TreeView, id: string): ReplicaPath | null {
  return pathOf(view, id, (entry) => entry.local);
}

/** Where the node would be on this disk if everything were as the server has it; null where that is not under the root. */
export function remotePath(view: TreeView, id: string): ReplicaPath | null {
  return pathOf(view, id, (entry) => (entry.remote?.state === "live" ? entry.remote : null));
}

export function joinPath(folder: ReplicaPath, name: string): ReplicaPath {
  return folder === "" ? name : `${folder}/${name}`;
}

type Entry = NonNullable<ReturnType<TreeView["get"]>>;

function pathOf(view: TreeView, id: string, placeOf: (entry: Entry) => Place | null): ReplicaPath | null {
  let path = "";
  for (let depth = 0, at = id; depth < MAX_DEPTH; depth++) {
    if (at === view.rootId) return path;
    if (at === STAGE) return path === "" ? STAGE_PATH : `${STAGE_PATH}/${path}`;
    const entry = view.get(at);
    const place = entry && placeOf(entry);
    if (!place) return null;
    path = path === "" ? place.name : `${place.name}/${path}`;
    at = place.parent;
  }
  return null;
}
