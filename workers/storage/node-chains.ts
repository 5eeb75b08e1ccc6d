import { LIMITS } from "../../protocol/limits.ts";
import type { Node } from "../../protocol/tree.ts";
import { jsonSlices } from "./json-slices.ts";
import type { Shard } from "./shards.ts";
import { CHAINS_QUERY, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** Nodes with all that is above them, purged or not, by id. */
export class NodeChains {
  readonly #nodes: ReadonlyMap<string, Node>;

  constructor(nodes: Iterable<Node>) {
    this.#nodes = new Map([...nodes].map((node) => [node.id, node]));
  }

  get(id: string): Node | undefined {
    return this.#nodes.get(id);
  }

  /** The way from `top` down to a node, both included; null where the node is not below it, or something on the way after `top` is purged. */
  wayFrom(top: string, id: string): Node[] | null {
    const way: Node[] = [];
    for (let node = this.#nodes.get(id); node; node = node.parent === null ? undefined : this.#nodes.get(node.parent)) {
      way.push(node);
      if (node.id === top) return way.reverse();
      if (node.state === "purged" || way.length > LIMITS.depth + 2) return null;
    }
    return null;
  }
}

/** Nodes of a space by id, with all that is above them; those that never were are absent. One query. */
export async function readChains(shard: Shard, spaceId: string, ids: Iterable<string>): Promise<NodeChains> {
  const rows: NodeRow[] = [];
  for (const slice of jsonSlices(new Set(ids))) {
    const { results } = await shard.db.prepare(CHAINS_QUERY).bind(spaceId, slice).all<NodeRow>();
    rows.push(...results);
  }
  return new NodeChains(rows.map(nodeFromRow));
}

/** How far a space is; null where there is none. */
export async function readSeq(shard: Shard, spaceId: string): Promise<number | null> {
  const row = await shard.db.prepare("SELECT seq FROM spaces WHERE id = ?").bind(spaceId).first<{ seq: number }>();
  return row && row.seq;
}

/** The live entry of that name key in a folder, by its id. */
export async function findEntry(shard: Shard, spaceId: string, parent: string, key: string): Promise<string | null> {
  const row = await shard.db
    .prepare(
      `SELECT id FROM nodes INDEXED BY nodes_name WHERE space_id = ? AND parent_id = ? AND name_key = ? AND state = 'live'`,
    )
    .bind(spaceId, parent, key)
    .first<{ id: string }>();
  return row && row.id;
}
