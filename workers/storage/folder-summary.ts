import { LIMITS } from "../../protocol/limits.ts";
import type { FolderSummary } from "../../protocol/usage.ts";
import type { Shard } from "./shards.ts";

/** Rows that one query answers, and folders that it lists, at most. */
const PAGE = 10_000;
const FOLDERS = 2_000;

/**
 * Some folders' live children, as `CHILDREN_OF_FOLDERS` has them. Parameters: space, `[folder, after]` pairs, limit. Not
 * one recursive query: SQLite ends that at its limit only after it has listed every folder that it met before.
 */
export const SUMMARY_QUERY = `
  SELECT j.key AS folder, n.id, n.type, n.size, n.name_key
  FROM json_each(?2) j
  CROSS JOIN nodes n INDEXED BY nodes_name
    ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 1 AND n.state = 'live'
  LIMIT ?3`;

interface Row {
  readonly folder: number;
  readonly id: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly name_key: string;
}

/** A folder to list, from the name key behind `after` on. */
type Unlisted = readonly [id: string, after: string];

/**
 * Counts what is live below a folder, up to `limit` entries. Reads about two rows an entry, and a query takes 10,000
 * entries or 2,000 folders. The caller authorizes the folder (I11).
 */
export async function folderSummary(
  shard: Shard,
  spaceId: string,
  folderId: string,
  limit: number = LIMITS.summaryEntries,
): Promise<FolderSummary> {
  const sums = { files: 0, folders: 0, bytes: 0 };
  const stack: Unlisted[] = [[folderId, ""]];
  while (stack.length > 0) {
    const left = limit - sums.files - sums.folders;
    if (left < 0) return { ...sums, complete: false };
    const page = Math.min(PAGE, left + 1);
    // From the top of the stack, so last first.
    const listed = stack.splice(-FOLDERS).reverse();
    const { results } = await shard.db.prepare(SUMMARY_QUERY).bind(spaceId, JSON.stringify(listed), page).all<Row>();
    const last = results.at(-1);
    if (last && results.length === page) {
      const [cut, ...later] = listed.slice(last.folder) as [Unlisted, ...Unlisted[]];
      stack.push(...later.reverse(), [cut[0], last.name_key]);
    }
    for (const { id, type, size } of results) {
      sums.bytes += size;
      if (type === "file") sums.files++;
      else {
        sums.folders++;
        stack.push([id, ""]);
      }
    }
  }
  return { ...sums, complete: sums.files + sums.folders <= limit };
}
