import { archiveName } from "../../core/archive-name.ts";
import type { Shard } from "./shards.ts";
import { findNodes, type SpaceView } from "./tree-reads.ts";

/** A node met on a walk. */
export interface WalkedNode {
  readonly id: string;
  readonly type: "file" | "folder";
  /** From the walk's start, each part as `archiveName` has it, without a slash at its end. */
  readonly path: string;
  /** Null for folders. */
  readonly contentId: string | null;
  readonly size: number;
  readonly mtime: number;
  readonly executable: boolean;
}

/** Where a walk starts: a node, and the path that it is given. */
export interface WalkStart {
  readonly node: Omit<WalkedNode, "path">;
  readonly path: string;
}

interface NodeRow {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
  readonly type: "file" | "folder";
  readonly content_id: string | null;
  readonly size: number;
  readonly mtime: number;
  readonly executable: number;
}

/** A folder to list, from the name key `after` on. */
interface Unlisted {
  readonly id: string;
  readonly path: string;
  readonly after: string;
}

/** Rows of one query, and folders listed by one: trees of many files or folders must stay under D1's 1,000 queries. */
const PAGE = 2_000;
const FOLDERS = 500;

/**
 * Some folders' live children: the folders in the order given, each by name. SQLite visits them in that order, because
 * CROSS JOIN fixes the loops and INDEXED BY the index; a sort would read every child before the first.
 */
export const CHILDREN_OF_FOLDERS = `
  SELECT j.key AS folder, n.id, n.name, n.name_key, n.type, n.content_id, n.size, n.mtime, n.executable
  FROM json_each(?2) j
  CROSS JOIN nodes n INDEXED BY nodes_name
    ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 1 AND n.state = 'live'
  LIMIT ${PAGE}`;

/**
 * The nodes at `starts`, then all that is live below them, a folder before what is in it. Pages of 2,000 nodes; what is
 * still to be listed is kept depth first, so at most a page of folders for each level. Not a snapshot: a node that is
 * moved during the walk may be met twice, or not at all.
 */
export async function* walkTree(
  shard: Shard,
  spaceId: string,
  starts: readonly WalkStart[],
): AsyncGenerator<WalkedNode, void, void> {
  for (const { node, path } of starts) yield { ...node, path };
  const folders = starts.filter(({ node }) => node.type === "folder");
  const stack = folders.map(({ node, path }): Unlisted => ({ id: node.id, path, after: "" })).reverse();
  while (stack.length > 0) {
    // From the top of the stack, so last first.
    const listed = stack.splice(-FOLDERS).reverse();
    const parameter = JSON.stringify(listed.map(({ id, after }) => [id, after]));
    const { results } = await shard.db
      .prepare(CHILDREN_OF_FOLDERS)
      .bind(spaceId, parameter)
      .all<NodeRow & { folder: number }>();
    const last = results.at(-1);
    if (last && results.length === PAGE) {
      const [cut, ...later] = listed.slice(last.folder) as [Unlisted, ...Unlisted[]];
      stack.push(...later.reverse(), { ...cut, after: last.name_key });
    }
    const folders: Unlisted[] = [];
    for (const row of results) {
      const parent = listed[row.folder] as Unlisted;
      const path = `${parent.path}/${archiveName(row.name, row.id)}`;
      yield { ...nodeOf(row), path };
      if (row.type === "folder") folders.push({ id: row.id, path, after: "" });
    }
    stack.push(...folders.reverse());
  }
}

function nodeOf(row: Omit<NodeRow, "name_key">): Omit<WalkedNode, "path"> {
  const { id, type, size, mtime } = row;
  return { id, type, contentId: row.content_id, size, mtime, executable: row.executable === 1 };
}

/** A selected node, and its name; the root's is empty. */
export interface SelectedNode {
  readonly node: Omit<WalkedNode, "path">;
  readonly name: string;
  readonly isRoot: boolean;
}

/** Those of `ids` that the view has, live or in the trash, by id; purged ones and those below one are absent (T8). */
export async function selectNodes(view: SpaceView, ids: readonly string[]): Promise<Map<string, SelectedNode>> {
  const found = await findNodes(view, ids);
  return new Map(
    [...found].map(([id, { name, parent, type, content, size, mtime, executable }]) => [
      id,
      { node: { id, type, contentId: content, size, mtime, executable }, name, isRoot: parent === null },
    ]),
  );
}
