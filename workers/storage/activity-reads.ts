import { z } from "zod";
import type { ActivityAction } from "../../protocol/activity.ts";
import { idTime } from "../../protocol/new-id.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";
import type { Shard } from "./shards.ts";
import { CHAINS_QUERY, type NodeRow } from "./tree-reads.ts";

/** A record as its row has it. */
export interface ActivityRow {
  readonly space_id: string;
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly origin: string | null;
  readonly label: string | null;
  readonly action: ActivityAction;
  readonly node_id: string;
  readonly name: string;
  readonly type: "file" | "folder";
  readonly parent_id: string | null;
  readonly count: number;
  readonly detail: string | null;
}

/** What somebody may see: a space, or one folder of it. */
export interface Sight {
  readonly shard: Shard;
  readonly spaceId: string;
  readonly scope: string | null;
}

export interface ActivityRows {
  readonly rows: readonly ActivityRow[];
  readonly next: string | null;
}

export interface ActivityRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export const ACTIVITY_COLUMNS = `a.space_id, a.id, a.at, a.actor, a.origin, a.label, a.action, a.node_id, a.name, a.type,
  a.parent_id, a.count, a.detail`;

/** Records that one query looks at, where not all are answered, and queries of a page. */
const LOOK = 400;
const LOOKS = 5;

const SPACE_RECORDS = `
  SELECT ${ACTIVITY_COLUMNS} FROM activity a WHERE a.space_id = ?1 AND a.id < ?2 ORDER BY a.id DESC LIMIT ?3`;

const Position = z.tuple([z.literal("activity"), z.string()]);

/**
 * What was done in a space, newest first; with `folder` only what was done to what is in that folder at this moment, the
 * folder included (V2): of what has left it, or was purged, nothing. Of several nodes that were one record the one that is
 * named counts. A page looks at 2,000 records at most, and then says where to go on.
 *
 * @throws LedgeError `invalid_cursor`.
 */
export async function listActivity(
  sight: Sight,
  folder: string | null,
  { limit, cursor }: ActivityRequest,
): Promise<ActivityRows> {
  const { shard, spaceId } = sight;
  const found: ActivityRow[] = [];
  let before = cursor === undefined ? "~" : decodePagePosition(Position, cursor)[1];
  const look = folder === null ? limit + 1 : LOOK;
  for (let looks = 0; looks < LOOKS && found.length < limit; looks++) {
    const { results } = await shard.db.prepare(SPACE_RECORDS).bind(spaceId, before, look).all<ActivityRow>();
    const seen = await Seen.of(sight, results, folder !== null);
    for (const row of results) {
      if (found.length === limit) return { rows: found, next: positionAt(before) };
      before = row.id;
      if (folder === null || seen.isIn(folder, row.node_id)) found.push(seen.shown(row));
    }
    if (results.length < look) return { rows: found, next: null };
  }
  return { rows: found, next: positionAt(before) };
}

function positionAt(before: string): string {
  return encodePagePosition<z.infer<typeof Position>>(["activity", before]);
}

/** Nodes with all that is above them, as they are now. */
export class Seen {
  readonly #nodes: ReadonlyMap<string, NodeRow>;
  readonly #scope: string | null;

  private constructor(nodes: ReadonlyMap<string, NodeRow>, scope: string | null) {
    this.#nodes = nodes;
    this.#scope = scope;
  }

  /**
   * One query, two look-ups a node; none where nothing is to be looked up.
   *
   * @param isPlaced - Whether it is to be told where the records' own nodes are.
   */
  static async of({ shard, spaceId, scope }: Sight, rows: readonly ActivityRow[], isPlaced: boolean): Promise<Seen> {
    const ids = new Set(
      rows.flatMap((row) => [
        cameFrom(row),
        isPlaced ? row.node_id : null,
        // Who has all of the space may see each folder.
        scope === null ? null : row.parent_id,
      ]),
    );
    ids.delete(null);
    if (ids.size === 0) return new Seen(new Map(), scope);
    const { results } = await shard.db
      .prepare(CHAINS_QUERY)
      .bind(spaceId, JSON.stringify([...ids]))
      .all<NodeRow>();
    return new Seen(new Map(results.map((row) => [row.id, row])), scope);
  }

  /** Whether a node is in a folder, or the folder itself, and nothing up to there was purged. */
  isIn(folder: string, id: string): boolean {
    for (
      let node = this.#nodes.get(id);
      node && node.state !== "purged";
      node = this.#nodes.get(node.parent_id ?? "")
    ) {
      if (node.id === folder) return true;
    }
    return false;
  }

  /** A record without what its reader may not see: folders that are not in the one that they have. */
  shown(row: ActivityRow): ActivityRow {
    const from = cameFrom(row);
    return {
      ...row,
      parent_id: row.parent_id !== null && this.#mayBeSeen(row.parent_id) ? row.parent_id : null,
      ...(row.action === "move" && { detail: from !== null && this.#mayBeSeen(from) ? this.#nameOf(from) : null }),
    };
  }

  #mayBeSeen(folder: string): boolean {
    return this.#scope === null || this.isIn(this.#scope, folder);
  }

  #nameOf(folder: string): string | null {
    const node = this.#nodes.get(folder);
    return node && node.state !== "purged" ? node.name : null;
  }
}

/** The folder that a move came from, where all of it came from one. */
function cameFrom({ action, detail }: Pick<ActivityRow, "action" | "detail">): string | null {
  return action === "move" ? detail : null;
}

/** The ids of a millisecond: at least the first, less than the second. */
export function idsAt(millis: number): [from: string, until: string] {
  return [idTime(millis), idTime(millis + 1)];
}

/** Every query here, for the test that reads their plans. */
export const ACTIVITY_QUERIES = { SPACE_RECORDS };
