import { wayFromShare } from "../../core/share.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { CHAINS_QUERY, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** A node that a link reaches. */
export interface ReachedNode {
  readonly node: Node;
  /** From the link's own node down; none for that node itself. */
  readonly ancestors: readonly Node[];
}

/**
 * Those of `ids` that a link to `rootId` reaches at this moment (L1), by id: live, with all that is above them, and the
 * link's node or below it. One query, two look-ups by primary key a node on the way to the space's root.
 */
export async function reachShared(
  shard: Shard,
  spaceId: string,
  rootId: string,
  ids: readonly string[],
): Promise<Map<string, ReachedNode>> {
  const { results } = await shard.db
    .prepare(CHAINS_QUERY)
    .bind(spaceId, JSON.stringify([...new Set(ids)]))
    .all<NodeRow>();
  const nodes = new Map(results.map((row) => [row.id, nodeFromRow(row)]));
  const reached = new Map<string, ReachedNode>();
  for (const id of ids) {
    const way = wayFromShare(nodes, rootId, id);
    const node = way?.at(-1);
    if (way && node) reached.set(id, { node, ancestors: way.slice(0, -1) });
  }
  return reached;
}
