import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Subtree } from "./subtree-walk.ts";
import { NODE_COLUMNS, nodeFromRow, type NodeRow } from "./tree-reads.ts";

/** A node that changed in the space, as it is now. */
export interface SubtreeChange {
  readonly node: Node;
  /**
   * How it stands below the top (or as the top): live, it and all between them; in the trash, by itself or by one of those, whether
   * or not the top is; purged, or below something purged; or nowhere below it, perhaps by now.
   */
  readonly place: "live" | "trashed" | "gone" | "elsewhere";
}

export interface SubtreeChanges {
  /** Of the whole space, each node once, by ascending seq. */
  readonly changes: readonly SubtreeChange[];
  /** The seq up to which these are all. */
  readonly seq: number;
  /** False: there are more after `seq`. */
  readonly upToDate: boolean;
}

const HEAD = "SELECT seq FROM spaces WHERE id = ?1";

/** Parameters: space, seq, limit, top. What changed, with all that is above it as far as the top. */
const CHANGED = `
  WITH RECURSIVE page(id) AS MATERIALIZED (
    SELECT n.id FROM nodes n INDEXED BY nodes_seq WHERE n.space_id = ?1 AND n.seq > ?2 ORDER BY n.seq LIMIT ?3
  ),
  chain(id) AS (
    SELECT id FROM page
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id
    WHERE chain.id <> ?4 AND p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS}, n.id IN (SELECT id FROM page) AS is_changed
  FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

/**
 * What changed in the space of a subtree after `since`, at most `limit` nodes, and whether it is in the subtree. A node that moved
 * out is told of as `elsewhere`, as is all that never was in it; of what came in, or back, with a folder, only the folder is told.
 * One snapshot.
 *
 * @throws LedgeError `cursor_expired` where the space has not reached that seq; `not_found`.
 */
export async function readSubtreeChanges(
  { shard, spaceId, top }: Subtree,
  since: number,
  limit: number,
): Promise<SubtreeChanges> {
  const [heads, found] = await shard.db.batch<unknown>([
    shard.db.prepare(HEAD).bind(spaceId),
    shard.db.prepare(CHANGED).bind(spaceId, since, limit + 1, top),
  ]);
  const head = heads?.results[0] as { seq: number } | undefined;
  if (!head) throw new LedgeError("not_found");
  if (since > head.seq) throw new LedgeError("cursor_expired");
  const rows = (found?.results ?? []) as (NodeRow & { is_changed: 0 | 1 })[];
  const places = new Places(rows, top);
  const changed = rows.filter(({ is_changed }) => is_changed === 1).sort((a, b) => a.seq - b.seq);
  const changes = changed.slice(0, limit).map((row) => ({ node: nodeFromRow(row), place: places.of(row.id) }));
  const upToDate = changed.length <= limit;
  return { changes, seq: upToDate ? head.seq : (changes.at(-1)?.node.seq ?? since), upToDate };
}

/** How nodes stand below a top, each looked at once. */
class Places {
  readonly #rows: ReadonlyMap<string, NodeRow>;
  readonly #known = new Map<string, SubtreeChange["place"]>();
  readonly #top: string;

  constructor(rows: readonly NodeRow[], top: string) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#top = top;
  }

  of(id: string): SubtreeChange["place"] {
    const known = this.#known.get(id);
    if (known) return known;
    const place = this.#find(this.#rows.get(id));
    this.#known.set(id, place);
    return place;
  }

  #find(row: NodeRow | undefined): SubtreeChange["place"] {
    if (!row) return "elsewhere";
    if (row.id === this.#top) return row.state === "purged" ? "gone" : "live";
    const above = row.parent_id === null ? "elsewhere" : this.of(row.parent_id);
    if (above === "elsewhere" || above === "gone") return above;
    return row.state === "purged" ? "gone" : row.state === "trashed" ? "trashed" : above;
  }
}

/** Shared folders and mounts of the space, with all that is above them as far as the top. Parameters: space, top. */
const BARRIERS = `
  WITH RECURSIVE marked(id) AS MATERIALIZED (
    SELECT folder_id FROM shared_folders WHERE space_id = ?1
    UNION ALL
    SELECT m.id FROM nodes m INDEXED BY nodes_mounts WHERE m.space_id = ?1 AND m.mount IS NOT NULL
  ),
  chain(id) AS (
    SELECT id FROM marked
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id
    WHERE chain.id <> ?2 AND p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS}, n.id IN (SELECT id FROM marked) AS is_marked
  FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

/** Every query here, for the test that reads their plans. */
export const SUBTREE_CHANGE_QUERIES = { HEAD, CHANGED, BARRIERS };

/**
 * The shared folders and mounts of a subtree, the top itself included: it is not moved between owners with those (M11). Reads what is
 * above each shared folder and mount of the space, of which there are some hundreds at most (M12).
 */
export async function findBarriers({ shard, spaceId, top, withTrash }: Subtree): Promise<string[]> {
  const { results } = await shard.db.prepare(BARRIERS).bind(spaceId, top).all<NodeRow & { is_marked: 0 | 1 }>();
  const places = new Places(results, top);
  const counted: readonly SubtreeChange["place"][] = withTrash ? ["live", "trashed"] : ["live"];
  return results.filter(({ id, is_marked }) => is_marked === 1 && counted.includes(places.of(id))).map(({ id }) => id);
}
