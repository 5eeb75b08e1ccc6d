import { passesFolders } from "../../core/search/filters.ts";
import type { Query } from "../../core/search/query.ts";
import type { SearchHit } from "../../protocol/search.ts";
import type { Env } from "../env.ts";
import { locateAmong } from "../storage/locate-nodes.ts";
import { openShard } from "../storage/shards.ts";
import { NODE_COLUMNS, type LocatedNode, type NodeRow } from "../storage/tree-reads.ts";
import type { Candidate } from "./candidates.ts";
import type { SearchedFolder, SearchedSpace } from "./searched-spaces.ts";

/** A node that the asker has, as they have it. */
export type Reached = Pick<SearchHit, "node" | "path" | "ancestors" | "shared">;

/** Nodes of several spaces of a shard, and all above them: two look-ups by primary key each. Parameter: `[space, node]`s. */
export const REACH_QUERY = `
  WITH RECURSIVE up AS (
    SELECT ${NODE_COLUMNS} FROM json_each(?1) j CROSS JOIN nodes n ON n.space_id = j.value ->> 0 AND n.id = j.value ->> 1
    UNION
    SELECT ${NODE_COLUMNS} FROM up CROSS JOIN nodes n ON n.space_id = up.space_id AND n.id = up.parent_id
  )
  SELECT * FROM up`;

/**
 * What of candidates is the asker's to know of, by candidate: asked of the shards' primaries at this moment (F1). All of their
 * home, and what is in shared folders that they have. Null for what is not shown all the same: it is in the trash, or not
 * where `in:` says.
 */
export async function reach(
  env: Env,
  query: Query,
  spaces: ReadonlyMap<number, SearchedSpace>,
  candidates: readonly Candidate[],
): Promise<Map<number, Reached | null>> {
  const reached = new Map<number, Reached | null>();
  const byShard = Map.groupBy(candidates, ({ space }) => spaces.get(space)?.shard);
  for (const [shard, group] of byShard) {
    if (shard === undefined) continue;
    const rows = await readRows(env, shard, spaces, group);
    for (const candidate of group) {
      const space = spaces.get(candidate.space);
      const found = space && locateAmong(rows.get(space.spaceId) ?? new Map<string, NodeRow>(), candidate.nodeId);
      if (!found || !isKnown(space.folders, found)) continue;
      reached.set(candidate.id, found.reach === "live" ? presented(query, space.folders, found) : null);
    }
  }
  return reached;
}

/** Whether it is the home's, or in one of the folders. */
function isKnown(folders: readonly SearchedFolder[] | null, { ancestors }: LocatedNode): boolean {
  return folders === null || ancestors.some(({ id }) => folders.some((folder) => folder.id === id));
}

async function readRows(
  env: Env,
  shard: string,
  spaces: ReadonlyMap<number, SearchedSpace>,
  candidates: readonly Candidate[],
): Promise<Map<string, Map<string, NodeRow>>> {
  const pairs = candidates.flatMap(({ space, nodeId }) => {
    const found = spaces.get(space);
    return found ? [[found.spaceId, nodeId]] : [];
  });
  const { results } = await openShard(env, shard, "first-primary")
    .db.prepare(REACH_QUERY)
    .bind(JSON.stringify(pairs))
    .all<NodeRow>();
  const bySpace = Map.groupBy(results, ({ space_id }) => space_id);
  return new Map([...bySpace].map(([space, rows]) => [space, new Map(rows.map((row) => [row.id, row]))]));
}

/** A node as who has these folders of its space sees it, or who has all of it; null where it is none of theirs, or not in `in:`. */
function presented(query: Query, folders: readonly SearchedFolder[] | null, found: LocatedNode): Reached | null {
  const { node, path, ancestors } = found;
  if (node.parent === null) return null;
  if (folders === null) {
    return passesFolders(query, ancestors.slice(1)) ? { node, path, ancestors, shared: null } : null;
  }
  // The folder itself is found as what stands for it in the asker's home.
  for (const folder of folders) {
    const top = ancestors.findIndex(({ id }) => id === folder.id);
    if (top < 0) continue;
    const below = ancestors.slice(top + 1);
    if (!passesFolders(query, [folder, ...below])) continue;
    return {
      node: { ...node, space: folder.id },
      path: `/${[...below, node].map(({ name }) => name).join("/")}`,
      ancestors: [{ id: folder.id, name: "" }, ...below],
      shared: folder,
    };
  }
  return null;
}
