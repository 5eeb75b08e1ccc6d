import type { Shard } from "./shards.ts";
import { CHAINS_QUERY, located, type LocatedNode, type NodeRow } from "./tree-reads.ts";

/** Where a node is in its whole space, by rows that hold it and all its ancestors; null as `locateNode` means it. */
export function locateAmong(rows: ReadonlyMap<string, NodeRow>, id: string): LocatedNode | null {
  const chain: NodeRow[] = [];
  for (let row = rows.get(id); row; row = row.parent_id === null ? undefined : rows.get(row.parent_id)) chain.push(row);
  return located(chain.reverse(), null);
}

/** As `locateNode` for several nodes of a whole space, in one query, in the order of `ids`; those that it would answer null for are absent. */
export async function locateNodes(shard: Shard, spaceId: string, ids: readonly string[]): Promise<LocatedNode[]> {
  if (ids.length === 0) return [];
  const { results } = await shard.db.prepare(CHAINS_QUERY).bind(spaceId, JSON.stringify(ids)).all<NodeRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  return ids.flatMap((id) => locateAmong(rows, id) ?? []);
}
