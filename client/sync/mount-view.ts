import type { RemoteCommitResponse, RemoteNode } from "../ports/sync-remote.ts";
import type { CommitResponse, Node, OperationInput, OperationResult } from "../../protocol/tree.ts";

/** A shared folder where it stands in the account's own tree. */
export interface Mounted {
  readonly realm: string;
  readonly mount: string;
}

/** A node of the shared folder as one of the merged tree; null for the folder itself, which the mount stands for. */
export function inTree({ realm, mount }: Mounted, node: Node): RemoteNode | null {
  if (node.id === realm) return null;
  return { ...node, parent: node.parent === realm ? mount : node.parent, realm };
}

export function allInTree(mounted: Mounted, nodes: readonly Node[]): RemoteNode[] {
  return nodes.map((node) => inTree(mounted, node)).filter((node) => node !== null);
}

/** An operation on the merged tree as one on the shared folder. */
export function inSpace({ realm, mount }: Mounted, operation: OperationInput): OperationInput {
  return "parent" in operation && operation.parent === mount ? { ...operation, parent: realm } : operation;
}

/** The answer to a commit in the shared folder as one of the merged tree. */
export function answerInTree(mounted: Mounted, response: CommitResponse): RemoteCommitResponse {
  const results = response.results.map((result): OperationResult => {
    if (result.node === undefined) return result;
    const { node, ...rest } = result;
    const seen = inTree(mounted, node);
    // Of the folder itself nothing is told: it is not of this tree.
    if (seen === null) return rest.ok ? result : rest;
    return { ...rest, node: seen };
  });
  return { ...response, results, realm: mounted.realm };
}
