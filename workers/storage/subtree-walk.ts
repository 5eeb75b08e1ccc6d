import type { Shard } from "./shards.ts";
import { NODE_COLUMNS, type NodeRow } from "./tree-reads.ts";

/** A node of a space, with what is below it. */
export interface Subtree {
  /** At its primary, where what was read last is to be the latest. */
  readonly shard: Shard;
  readonly spaceId: string;
  /** Of the space: whose its contents are. */
  readonly ownerId: string;
  readonly top: string;
  /** Whether what is in the trash below the top belongs to it (M13), by itself or by a folder between them; else only what is live (M11). */
  readonly withTrash: boolean;
}

/** A folder of which children are still to be listed: live ones by name key, or those in the trash by id, from behind `after` on. */
type Unlisted = readonly [folder: string, state: "live" | "trashed", after: string];

/** Where a walk stands. Plain JSON, to be kept between requests; good whatever changes in the tree meanwhile. */
export interface SubtreePosition {
  /** Last first. */
  readonly pending: readonly Unlisted[];
  /** A node that is next, before all of those, and how many of its versions were read; null for none. */
  readonly partial: readonly [node: string, versions: number] | null;
}

/** Folders that one query lists. */
const FOLDERS = 100;

/** Parameters: space, `[folder, state, after]` triples, limit. CROSS JOIN and INDEXED BY give the order of the triples. */
const LIVE = `
  SELECT j.key AS place, ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n INDEXED BY nodes_name
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 2 AND n.state = 'live' LIMIT ?3`;

const TRASHED = `
  SELECT j.key AS place, ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n INDEXED BY nodes_gone
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.id > j.value ->> 2 AND n.state = 'trashed' AND n.state <> 'live'
  LIMIT ?3`;

/** Every query here, for the test that reads their plans. */
export const SUBTREE_WALK_QUERIES = { LIVE, TRASHED };

type ListedRow = NodeRow & { readonly place: number };

/**
 * A walk over what is below a node, a folder before what is in it, in steps. Depth first, so that what is pending is a few
 * folders for each level. What neither changes nor is moved, itself or a folder between it and the top, is met once.
 */
export class SubtreeWalk {
  readonly #subtree: Subtree;
  readonly #pending: Unlisted[];
  #listed: Unlisted[] = [];
  #rows: ListedRow[] = [];
  #isCut = false;

  constructor(subtree: Subtree, at: SubtreePosition | null) {
    this.#subtree = subtree;
    this.#pending = at ? [...at.pending] : this.#childrenOf(subtree.top);
  }

  get pending(): readonly Unlisted[] {
    return this.#pending;
  }

  get isDone(): boolean {
    return this.#pending.length === 0;
  }

  /** The next rows, at most `limit`: one query. There may be none though the walk goes on. `take` is to follow. */
  async next(limit: number): Promise<readonly NodeRow[]> {
    const kind = this.#pending.at(-1)?.[1];
    const first = this.#pending.findLastIndex(([, state]) => state !== kind) + 1;
    this.#listed = this.#pending.splice(Math.max(first, this.#pending.length - FOLDERS)).reverse();
    const { results } = await this.#subtree.shard.db
      .prepare(kind === "live" ? LIVE : TRASHED)
      .bind(this.#subtree.spaceId, JSON.stringify(this.#listed), limit)
      .all<ListedRow>();
    this.#rows = results;
    this.#isCut = results.length === limit;
    return results;
  }

  /** Goes on behind the first `count` of the rows that `next` answered. */
  take(count: number): void {
    const taken = this.#rows.slice(0, count);
    if (this.#isCut || count < this.#rows.length) this.#goBack(taken.at(-1));
    for (const { id, type } of taken) if (type === "folder") this.#pending.push(...this.#childrenOf(id));
  }

  #goBack(last: ListedRow | undefined): void {
    const [cut, ...later] = this.#listed.slice(last?.place ?? 0);
    if (!cut) return;
    const [folder, state, after] = cut;
    this.#pending.push(...later.reverse(), [folder, state, last ? keyOf(last, state) : after]);
  }

  #childrenOf(folder: string): Unlisted[] {
    return this.#subtree.withTrash
      ? [
          [folder, "trashed", ""],
          [folder, "live", ""],
        ]
      : [[folder, "live", ""]];
  }
}

function keyOf(row: NodeRow, state: Unlisted[1]): string {
  return state === "live" ? row.name_key : row.id;
}
