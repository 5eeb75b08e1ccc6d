import type { FoundNode } from "../../../protocol/tree-reads.ts";
import type { Node } from "../../../protocol/tree.ts";
import { HEARSAY } from "./tree-cache.ts";

/**
 * The folders above a found node, of which the server tells ids and names only. Where the node is in the trash by one of
 * them, which one is not told: the lowest stands for it.
 */
export function hearsayOf({ node, ancestors, reach }: FoundNode): Node[] {
  const isBelowTrash = reach === "trashed" && node.state === "live";
  return ancestors.map(({ id, name }, at) => ({
    id,
    space: node.space,
    parent: ancestors[at - 1]?.id ?? null,
    name,
    type: "folder",
    state: isBelowTrash && at === ancestors.length - 1 ? "trashed" : "live",
    version: 0,
    content: null,
    size: 0,
    mtime: 0,
    executable: false,
    seq: HEARSAY,
    createdAt: 0,
    trashedAt: null,
  }));
}
