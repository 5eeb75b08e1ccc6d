import type { TreeStore } from "../../ports/tree-store.ts";

/*
 * What was put in place, and what was sent, as a version of a node is remembered before it is done: should the record of
 * it be cut off, the bytes here are still known for what they are. Neither is what the version holds for sure, nor is one
 * the other: what was sent may have been refused, and what was put in place is no edit of this device. So each is kept
 * under a key of its own.
 */

/** Notes that these bytes are about to be put in place as that version of the node. */
export function rememberBrought(store: TreeStore, id: string, version: number, content: string): void {
  store.rememberVersion(`brought/${id}`, version, content);
}

/** What was put in place as that version, or was about to be; null where nothing was, as far as remembered. */
function recallBrought(store: TreeStore, id: string, version: number): string | null {
  return store.recallVersion(`brought/${id}`, version);
}

/** Versions before the newest that bytes are compared with. */
const MOST_PAST_VERSIONS = 100;

/** Whether these bytes were put in place as a version after `after` and before or as `newest`: then they are no edit. */
export function wasBrought(store: TreeStore, id: string, after: number, newest: number, content: string): boolean {
  for (let version = newest; version > Math.max(after, newest - MOST_PAST_VERSIONS); version--) {
    if (recallBrought(store, id, version) === content) return true;
  }
  return false;
}

/** Notes that these bytes are about to be committed as that version of the node. */
export function rememberSent(store: TreeStore, id: string, version: number, content: string): void {
  store.rememberVersion(`sent/${id}`, version, content);
}

/** What was sent as that version, whether the server took it or not; null where nothing was, as far as remembered. */
export function recallSent(store: TreeStore, id: string, version: number): string | null {
  return store.recallVersion(`sent/${id}`, version);
}
