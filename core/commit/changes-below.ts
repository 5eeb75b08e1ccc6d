import type { TreeDraft } from "./draft.ts";

/**
 * By folder, the highest seq over `since` of what another commit changed and is live below it. Each folder is met about
 * once, however many of the changed nodes are below it.
 *
 * @param ids - Of all nodes that may have changed so; their ancestors are known.
 */
export function changesBelow(draft: TreeDraft, ids: Iterable<string>, since: number): ReadonlyMap<string, number> {
  const changed: { readonly parent: string | null; readonly seq: number }[] = [];
  for (const id of new Set(ids)) {
    const node = draft.node(id);
    const seq = node?.state === "live" ? draft.seqBefore(node) : 0;
    if (node && seq > since) changed.push({ parent: node.parent, seq });
  }
  const highest = new Map<string, number>();
  for (const { parent, seq } of changed.sort((a, b) => b.seq - a.seq)) {
    // Folders that have a seq have got theirs from a later change, and so have all above them.
    for (let at = parent; at !== null && !highest.has(at);) {
      highest.set(at, seq);
      const folder = draft.node(at);
      at = folder?.state === "live" ? folder.parent : null;
    }
  }
  return highest;
}
