import type { TreeStore } from "../../ports/tree-store.ts";

/*
 * Versions that were put in place here are remembered under their number below zero: apart from the contents that were sent
 * under a version's number, of which nobody knows whether the server took them as that.
 */

/** Notes that these bytes are about to be put in place as that version of the node. */
export function rememberBrought(store: TreeStore, id: string, version: number, content: string): void {
  store.rememberVersion(id, -version, content);
}

/** What was put in place as that version; null where nothing was, as far as remembered. */
export function recallBrought(store: TreeStore, id: string, version: number): string | null {
  return store.recallVersion(id, -version);
}
