import type { SharedNode } from "../../../protocol/share.ts";
import type { Node } from "../../../protocol/tree.ts";

/** What the home folder, which has no name, is called where it is shared. */
const ROOT_NAME = "Home";

/** What a node is called for guests. */
export function sharedName({ name, parent }: Pick<Node, "name" | "parent">): string {
  return parent === null ? ROOT_NAME : name;
}

/** What a guest sees of a node. */
export function sharedNode(node: Node): SharedNode {
  const { id, type, version, size, mtime } = node;
  return { id, name: sharedName(node), type, version, size, mtime };
}
