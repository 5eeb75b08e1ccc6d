import type { Shard } from "./shards.ts";

type Database = Pick<D1DatabaseSession, "prepare" | "batch">;

/**
 * Notes on the shard that a folder is shared: commits that touch it write its journal from then on (M7). To be called in the
 * line of the owner's commits, so that none puts a mount into the folder meanwhile.
 *
 * @returns `mounts` where a mount is below the folder (M5); `gone` where it is no live folder below the root.
 */
export async function shareOnShard(
  db: Database,
  spaceId: string,
  folderId: string,
): Promise<"shared" | "mounts" | "gone"> {
  const [mounts, , , there] = await db.batch([
    db.prepare(HAS_MOUNTS).bind(spaceId, folderId),
    db.prepare(SHARE).bind(spaceId, folderId),
    db.prepare(UNEND).bind(spaceId, folderId),
    db.prepare(IS_SHARED).bind(spaceId, folderId),
  ]);
  if (there?.results.length) return "shared";
  return mounts?.results.length ? "mounts" : "gone";
}

/** Mounts in the folder's trash count, as they do where something is moved into one that is shared. */
const HAS_MOUNTS = `
  WITH RECURSIVE up (id) AS (
    SELECT parent_id FROM nodes n INDEXED BY nodes_mounts
    WHERE n.space_id = ?1 AND n.mount IS NOT NULL AND n.state <> 'purged'
    UNION
    SELECT n.parent_id FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.id
    WHERE n.parent_id IS NOT NULL AND n.state <> 'purged'
  )
  SELECT 1 FROM up WHERE id = ?2 LIMIT 1`;

const SHARE = `
  INSERT INTO shared_folders (space_id, folder_id, since_seq)
  SELECT s.id, n.id, s.seq FROM spaces s JOIN nodes n ON n.space_id = s.id AND n.id = ?2
  WHERE s.id = ?1 AND n.type = 'folder' AND n.state = 'live' AND n.parent_id IS NOT NULL AND n.mount IS NULL
    AND NOT EXISTS (${HAS_MOUNTS})
  ON CONFLICT DO NOTHING`;

const UNEND = `
  DELETE FROM ended_folders WHERE space_id = ?1 AND folder_id = ?2
    AND EXISTS (SELECT 1 FROM shared_folders s WHERE s.space_id = ?1 AND s.folder_id = ?2)`;

const IS_SHARED = "SELECT 1 FROM shared_folders WHERE space_id = ? AND folder_id = ?";

/** Notes that a folder is no longer shared; its journal is left to `clearEnded`. */
export async function unshareOnShard(shard: Shard, spaceId: string, folderId: string): Promise<void> {
  await shard.db
    .prepare("DELETE FROM shared_folders WHERE space_id = ? AND folder_id = ?")
    .bind(spaceId, folderId)
    .run();
}

/** A folder that is no longer shared. */
export interface EndedFolder {
  readonly spaceId: string;
  readonly folderId: string;
  /** The account whose it was. */
  readonly ownerId: string;
  /** True where it was purged: then nobody may have told the directory. */
  readonly isPurged: boolean;
}

/** Folders that are no longer shared and not cleared away yet; of one space where it is given. */
export async function listEnded(shard: Shard, limit: number, spaceId: string | null = null): Promise<EndedFolder[]> {
  const { results } = await shard.db
    .prepare(LIST_ENDED)
    .bind(spaceId, limit)
    .all<{ space_id: string; folder_id: string; owner_id: string; purged: number }>();
  return results.map(({ space_id, folder_id, owner_id, purged }) => ({
    spaceId: space_id,
    folderId: folder_id,
    ownerId: owner_id,
    isPurged: purged === 1,
  }));
}

const LIST_ENDED = `
  SELECT e.space_id, e.folder_id, s.owner_id, n.state = 'purged' AS purged
  FROM ended_folders e CROSS JOIN spaces s ON s.id = e.space_id
  CROSS JOIN nodes n ON n.space_id = e.space_id AND n.id = e.folder_id
  WHERE ?1 IS NULL OR e.space_id = ?1 LIMIT ?2`;

/** Deletes up to `limit` rows of an ended folder's journal, and the note of its end with the last; true once all is gone. */
export async function clearEnded(shard: Shard, { spaceId, folderId }: EndedFolder, limit: number): Promise<boolean> {
  const [cleared, left] = await shard.db.batch([
    shard.db.prepare(CLEAR_JOURNAL).bind(spaceId, folderId, limit),
    shard.db.prepare(FORGET_ENDED).bind(spaceId, folderId),
  ]);
  return (cleared?.meta.changes ?? 0) < limit || (left?.meta.changes ?? 0) > 0;
}

/** Not of a folder that was shared again meanwhile, whose note is gone. */
const CLEAR_JOURNAL = `
  DELETE FROM folder_changes WHERE space_id = ?1 AND folder_id = ?2
    AND node_id IN (SELECT node_id FROM folder_changes WHERE space_id = ?1 AND folder_id = ?2 LIMIT ?3)
    AND EXISTS (SELECT 1 FROM ended_folders WHERE space_id = ?1 AND folder_id = ?2)`;

const FORGET_ENDED = `
  DELETE FROM ended_folders WHERE space_id = ?1 AND folder_id = ?2
    AND NOT EXISTS (SELECT 1 FROM folder_changes WHERE space_id = ?1 AND folder_id = ?2)`;

/** What was put in the trash in a folder while it was shared, and is there still. */
export async function trashedWhileShared(shard: Shard, spaceId: string, folderId: string): Promise<string[]> {
  const found: string[] = [];
  for (let after = ""; ;) {
    const { results } = await shard.db
      .prepare(TRASHED)
      .bind(spaceId, folderId, after, TRASHED_AT_ONCE)
      .all<{ id: string }>();
    found.push(...results.map(({ id }) => id));
    const last = results.at(-1);
    if (!last || results.length < TRASHED_AT_ONCE) return found;
    after = last.id;
  }
}

const TRASHED_AT_ONCE = 5_000;

const TRASHED = `
  SELECT c.node_id AS id FROM folder_changes c CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = c.node_id
  WHERE c.space_id = ?1 AND c.folder_id = ?2 AND c.node_id > ?3 AND c.is_left = 0 AND n.state = 'trashed'
    AND n.id <> ?2 ORDER BY c.node_id LIMIT ?4`;

/** Whether a folder of the space is shared, or in one that is. */
export async function isInShared(shard: Shard, spaceId: string, folderId: string): Promise<boolean> {
  return (await shard.db.prepare(IN_SHARED).bind(spaceId, folderId).first()) !== null;
}

const IN_SHARED = `
  WITH RECURSIVE up (id, parent_id) AS (
    SELECT id, parent_id FROM nodes WHERE space_id = ?1 AND id = ?2
    UNION
    SELECT n.id, n.parent_id FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.parent_id
  )
  SELECT 1 FROM up CROSS JOIN shared_folders s ON s.space_id = ?1 AND s.folder_id = up.id LIMIT 1`;

/** Where a folder is: for a look at many folders of many spaces. */
export interface FolderPlace {
  readonly shard: string;
  readonly spaceId: string;
  readonly folderId: string;
}

/** How a node stands with its ancestors counted in; `gone`: purged, or in what was. */
type Reach = "live" | "trashed" | "gone";

/** What a folder is called, and how it stands. */
export interface FolderLook {
  readonly name: string;
  readonly reach: Reach;
}

/** Looks at folders of one shard, by id: one row and an index look-up for each and for each folder above. */
export async function lookAtFolders(
  shard: Shard,
  places: readonly Omit<FolderPlace, "shard">[],
): Promise<Map<string, FolderLook>> {
  const ids = JSON.stringify(places.map(({ spaceId, folderId }) => [spaceId, folderId]));
  const { results } = await shard.db.prepare(LOOK).bind(ids).all<LookRow>();
  return new Map(
    places.flatMap(({ spaceId, folderId }) => {
      // By space: ids are made by clients, and two spaces may have the same.
      const rows = new Map(results.filter((row) => row.space_id === spaceId).map((row) => [row.id, row]));
      const row = rows.get(folderId);
      return row ? [[folderId, { name: row.name, reach: reachOf(rows, row) }] as const] : [];
    }),
  );
}

interface LookRow {
  readonly space_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly state: string;
}

const LOOK = `
  WITH RECURSIVE up AS (
    SELECT n.space_id, n.id, n.parent_id, n.name, n.state
    FROM json_each(?1) j CROSS JOIN nodes n ON n.space_id = j.value ->> 0 AND n.id = j.value ->> 1
    UNION
    SELECT n.space_id, n.id, n.parent_id, n.name, n.state
    FROM up CROSS JOIN nodes n ON n.space_id = up.space_id AND n.id = up.parent_id
  )
  SELECT * FROM up`;

type Standing = Pick<LookRow, "parent_id" | "state">;

function reachOf(rows: ReadonlyMap<string, Standing>, from: Standing): Reach {
  let reach: Reach = "live";
  for (let row: Standing | undefined = from; row; row = rows.get(row.parent_id ?? "")) {
    if (row.state === "purged") return "gone";
    if (row.state === "trashed") reach = "trashed";
    if (row.parent_id === null) return reach;
  }
  return "gone";
}

/** A mount in a home. */
export interface Mount {
  readonly id: string;
  /** The shared folder that it stands for. */
  readonly folder: string;
  readonly reach: Reach;
}

/** All mounts of a space that are not purged. */
export async function listMounts(shard: Shard, spaceId: string): Promise<Mount[]> {
  const { results } = await shard.db.prepare(MOUNTS).bind(spaceId).all<MountRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  return results.flatMap((row) =>
    row.mount === null ? [] : [{ id: row.id, folder: row.mount, reach: reachOf(rows, row) }],
  );
}

interface MountRow {
  readonly id: string;
  readonly parent_id: string | null;
  readonly state: string;
  readonly mount: string | null;
}

const MOUNTS = `
  WITH RECURSIVE up AS (
    SELECT n.id, n.parent_id, n.state, n.mount FROM nodes n INDEXED BY nodes_mounts
    WHERE n.space_id = ?1 AND n.mount IS NOT NULL AND n.state <> 'purged'
    UNION
    SELECT n.id, n.parent_id, n.state, n.mount FROM up CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = up.parent_id
  )
  SELECT * FROM up`;

/** Every query here, for the test that reads their plans. */
export const SHARED_FOLDER_QUERIES = { HAS_MOUNTS, SHARE, LIST_ENDED, CLEAR_JOURNAL, FORGET_ENDED, LOOK, MOUNTS };
