import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";
import type { FoldersPage } from "../../protocol/tree-reads.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import type { Shard } from "./shards.ts";
import { readWithHead } from "./space-head.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/**
 * Some folders' live children: the folders in the order given, each by name. SQLite visits them in that order, because
 * CROSS JOIN fixes the loops and INDEXED BY the index. Parameters: space, `[folder, after]` pairs, limit.
 */
export const FOLDERS_QUERY = `
  SELECT ${NODE_COLUMNS}
  FROM json_each(?2) j
  CROSS JOIN nodes n INDEXED BY nodes_name
    ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 1 AND n.state = 'live'
  LIMIT ?3`;

/** Where a listing of several folders goes on: the folder, the last row's name key. */
const FoldersPosition = z.tuple([z.literal("folders"), z.string(), z.string()]);

export interface FoldersRequest {
  /** Ids of folders that the caller has authorized. */
  readonly folders: readonly string[];
  readonly limit: number;
  /** `next.cursor` of the page before; then the first folder is `next.folder`. */
  readonly cursor?: string | undefined;
}

/**
 * The live children of several folders, one page. Reads at most `limit + 1` entries, and one seek for each folder.
 *
 * @throws LedgeError `invalid_cursor` where the cursor is not of the first folder.
 */
export async function listFolders(
  shard: Shard,
  spaceId: string,
  { folders, limit, cursor }: FoldersRequest,
): Promise<FoldersPage> {
  const position = cursor === undefined ? null : decodePagePosition(FoldersPosition, cursor);
  if (position && position[1] !== folders[0]) {
    throw new LedgeError("invalid_cursor", "the cursor goes with `next.folder` as the first folder");
  }
  const starts = folders.map((id, i) => [id, i === 0 && position ? position[2] : ""]);
  const query = shard.db.prepare(FOLDERS_QUERY).bind(spaceId, JSON.stringify(starts), limit + 1);
  const { rows, changesCursor } = await readWithHead<NodeRow>(shard, spaceId, query);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const folder = last?.parent_id;
  return {
    nodes: page.map(nodeFromRow),
    next:
      last && folder
        ? { folder, cursor: encodePagePosition<z.infer<typeof FoldersPosition>>(["folders", folder, last.name_key]) }
        : null,
    changesCursor,
  };
}
