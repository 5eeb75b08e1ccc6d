import type { Shard } from "./shards.ts";

/** Folders of a space that are out of reach: what lies in them is neither live nor, if purged, in the trash. */
export interface DeadFolders {
  /** In the trash, by themselves or by an ancestor. */
  readonly trashed: ReadonlySet<string>;
  /** Purged, or below something purged, and not reaped yet (T8); or imported, and out of sight until it appears (M11). */
  readonly purged: ReadonlySet<string>;
  /** False where there are more than these. */
  readonly complete: boolean;
}

/** Rows of one query. */
const PAGE = 5_000;

/** Things of the trash that are looked through for folders: of one indexed row each. */
const TRASHED = `
  SELECT id, parent_id FROM (
    SELECT n.id, n.parent_id, n.type FROM nodes n INDEXED BY nodes_trash
    WHERE n.space_id = ?1 AND n.state = 'trashed' ORDER BY n.trashed_at DESC LIMIT ?2
  ) WHERE type = 'folder'`;

/** Whether there are more of them than are looked through. */
const TRASHED_BEYOND = `
  SELECT n.id FROM nodes n INDEXED BY nodes_trash
  WHERE n.space_id = ?1 AND n.state = 'trashed' ORDER BY n.trashed_at DESC LIMIT 1 OFFSET ?2`;

const PURGED = `
  SELECT n.id FROM nodes n INDEXED BY nodes_reap
  WHERE n.space_id = ?1 AND n.state = 'purged' AND n.trashed_at IS NOT NULL LIMIT ?2`;

/** Tops of what is imported and has not appeared yet: out of reach as what is purged (core/commit/staging.ts). */
const STAGED = `
  SELECT n.id FROM nodes n INDEXED BY nodes_gone
  WHERE n.space_id = ?1 AND n.parent_id IS NULL AND n.state = 'purged' AND n.state <> 'live' LIMIT ?2`;

/** Live folders in some folders, from behind a name key on. */
const BELOW = `
  SELECT j.key AS folder, n.id, n.name_key FROM json_each(?2) j CROSS JOIN nodes n INDEXED BY nodes_folders
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key > j.value ->> 1 AND n.state = 'live' AND n.type = 'folder'
  LIMIT ${PAGE}`;

/** Every query here, for the test that reads their plans. */
export const DEAD_FOLDER_QUERIES = { TRASHED, TRASHED_BEYOND, PURGED, STAGED, BELOW };

/** Finds at most about `limit` dead folders; reads some two rows each, and two for each file in the trash by itself. */
export async function deadFolders(shard: Shard, spaceId: string, limit: number): Promise<DeadFolders> {
  const [trash, pending, beyond, staged] = await shard.db.batch<{ id: string; parent_id: string }>([
    shard.db.prepare(TRASHED).bind(spaceId, 5 * limit),
    shard.db.prepare(PURGED).bind(spaceId, limit),
    shard.db.prepare(TRASHED_BEYOND).bind(spaceId, 5 * limit),
    shard.db.prepare(STAGED).bind(spaceId, limit),
  ]);
  const walk = new Walk(shard, spaceId, limit);
  const purged = new Set<string>();
  const roots = trash?.results ?? [];
  let found = [...(pending?.results ?? []), ...(staged?.results ?? [])].map(({ id }) => id);
  // What was put in the trash and then lost a folder above it is gone with that.
  while (found.length > 0) {
    await walk.addBelow(found, purged);
    found = roots.filter(({ id, parent_id }) => purged.has(parent_id) && !purged.has(id)).map(({ id }) => id);
  }
  const trashed = new Set<string>();
  const reachable = roots.filter(({ id }) => !purged.has(id)).map(({ id }) => id);
  await walk.addBelow(reachable, trashed);
  return { trashed, purged, complete: !walk.isOver && beyond?.results.length === 0 };
}

class Walk {
  readonly #shard: Shard;
  readonly #spaceId: string;
  #left: number;

  constructor(shard: Shard, spaceId: string, limit: number) {
    this.#shard = shard;
    this.#spaceId = spaceId;
    this.#left = limit;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** Adds the folders `from` and the live folders below them to `found`, until the limit is reached. */
  async addBelow(from: readonly string[], found: Set<string>): Promise<void> {
    for (const id of from) found.add(id);
    this.#left -= from.length;
    let waiting = from.map((id): readonly [string, string] => [id, ""]);
    while (waiting.length > 0 && !this.isOver) {
      const listed = waiting.slice(0, PAGE);
      waiting = waiting.slice(PAGE);
      const { results } = await this.#shard.db
        .prepare(BELOW)
        .bind(this.#spaceId, JSON.stringify(listed))
        .all<{ folder: number; id: string; name_key: string }>();
      const last = results.at(-1);
      if (last && results.length === PAGE) {
        const [cut, ...later] = listed.slice(last.folder) as [
          readonly [string, string],
          ...(readonly [string, string])[],
        ];
        waiting.push([cut[0], last.name_key], ...later);
      }
      for (const { id } of results) {
        found.add(id);
        waiting.push([id, ""]);
      }
      this.#left -= results.length;
    }
  }
}
