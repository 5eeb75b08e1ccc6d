import type { TreeStore } from "../../ports/tree-store.ts";
import { epochOf, realmOf } from "../realms.ts";
import type { Trees } from "../trees.ts";

/*
 * What was put in place, and what was sent, as a version of a node is remembered before it is done: should the record of
 * it be cut off, the bytes here are still known for what they are. Neither is what the version holds for sure, nor is one
 * the other: what was sent may have been refused, and what was put in place is no edit of this device. So each is kept
 * under keys of its own. Versions are counted anew where the server's history was replaced: what is remembered holds for the
 * history that it was of.
 */

/** Where both are remembered. */
export interface OwnVersions {
  readonly store: TreeStore;
  readonly trees: Pick<Trees, "get" | "getMeta">;
}

/** Versions before the newest that bytes are compared with. */
const MOST_PAST_VERSIONS = 100;

/** Notes that these bytes are about to be put in place as that version of the node. */
export function rememberBrought(own: OwnVersions, id: string, version: number, content: string): void {
  own.store.rememberVersion(keyOf(own, id, "brought"), version, content);
}

/** Whether these bytes were put in place as a version after `after` and before or as `newest`: then they are no edit. */
export function wasBrought(own: OwnVersions, id: string, after: number, newest: number, content: string): boolean {
  const key = keyOf(own, id, "brought");
  for (let version = newest; version > Math.max(after, newest - MOST_PAST_VERSIONS); version--) {
    if (own.store.recallVersion(key, version) === content) return true;
  }
  return false;
}

/** Notes that these bytes are about to be committed as that version of the node. */
export function rememberSent(own: OwnVersions, id: string, version: number, content: string): void {
  own.store.rememberVersion(keyOf(own, id, "sent"), version, content);
}

/** What was sent as that version, whether the server took it or not; null where nothing was, as far as remembered. */
export function recallSent(own: OwnVersions, id: string, version: number): string | null {
  return own.store.recallVersion(keyOf(own, id, "sent"), version);
}

/** The node's id comes first: what is kept for a node goes with it. */
function keyOf({ trees }: OwnVersions, id: string, what: "brought" | "sent"): string {
  return `${id}/${what}/${epochOf(trees, realmOf(trees, id)) ?? ""}`;
}
