import type { Node } from "../../protocol/tree.ts";
import type { RemoteState } from "./entry.ts";

/** A node of the wire as the remote tree keeps it. */
export function remoteState(node: Node): RemoteState {
  return {
    parent: node.parent ?? "",
    name: node.name,
    type: node.type,
    state: node.state,
    version: node.version,
    content: node.content,
    size: node.size,
    mtime: node.mtime,
    executable: node.executable,
    seq: node.seq,
  };
}
