import type { RemoteNode } from "../ports/sync-remote.ts";
import type { RemoteState } from "./entry.ts";

/** A node of the wire as the remote tree keeps it. */
export function remoteState(node: RemoteNode): RemoteState {
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
    ...(node.realm !== undefined && { realm: node.realm }),
    ...(node.mount !== undefined && { mount: node.mount }),
  };
}
