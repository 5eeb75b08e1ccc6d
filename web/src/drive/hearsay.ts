import type { FoundNode } from "../../../protocol/tree-reads.ts";
import type { Node } from "../../../protocol/tree.ts";
import { HEARSAY } from "./tree-cache.ts";

/**
 * The folders above a found node, of which the server tells ids and names only. Where the node is in the trash by one of
 * them, which one is not told: the lowest stands for it.
 */
export function hearsayOf({ node, ancestors, reach }: FoundNode): Node[] {
  const isBelowTrash = reach === "trashed" && node.state === "live";
  const above = ancestors.map(({ id, name }, at): Node => {
    const state = isBelowTrash && at === ancestors.length - 1 ? "trashed" : "live";
    return { ...rootHearsay(node.space, id), parent: ancestors[at - 1]?.id ?? null, name, state };
  });
  // What stands for a shared folder in the account's own tree tells where it is and what it is called.
  return above.filter(({ id, space }) => id !== space);
}

/** A space's root, of which its id says enough to be above everything else. */
export function rootHearsay(space: string, id: string): Node {
  const nothing = { version: 0, content: null, size: 0, mtime: 0, executable: false, createdAt: 0, trashedAt: null };
  return { id, space, parent: null, name: "", type: "folder", state: "live", seq: HEARSAY, ...nothing };
}
