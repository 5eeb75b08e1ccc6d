import { jsonSlices } from "./json-slices.ts";
import type { Shard } from "./shards.ts";

/** Rows of a journal that one statement deletes. */
const SLICE = 5_000;

/**
 * Notes on the new owner's shard that a folder is shared which is still out of sight there (M13): the commit by which it
 * appears is the first of its journal, so that all cursors of before have expired. What was in its trash while it was shared
 * stays its trash: `trashed` is the first of the journal's rows. May be said again, until it has appeared.
 *
 * @param trashed - Nodes below it.
 */
export async function shareReceived(
  { db }: Pick<Shard, "db">,
  spaceId: string,
  folderId: string,
  trashed: readonly string[],
): Promise<void> {
  // What is left of its being shared here before.
  for (;;) {
    const { meta } = await db.prepare(CLEAR).bind(spaceId, folderId, SLICE).run();
    if (meta.changes < SLICE) break;
  }
  await db.batch([
    db.prepare(SHARE).bind(spaceId, folderId),
    db.prepare("DELETE FROM ended_folders WHERE space_id = ? AND folder_id = ?").bind(spaceId, folderId),
    ...jsonSlices(trashed).map((slice) => db.prepare(KEEP_TRASH).bind(spaceId, folderId, slice)),
  ]);
}

const CLEAR = `
  DELETE FROM folder_changes WHERE space_id = ?1 AND folder_id = ?2
    AND node_id IN (SELECT node_id FROM folder_changes WHERE space_id = ?1 AND folder_id = ?2 LIMIT ?3)`;

const SHARE = `
  INSERT INTO shared_folders (space_id, folder_id, since_seq) SELECT id, ?2, seq FROM spaces WHERE id = ?1
  ON CONFLICT DO UPDATE SET since_seq = excluded.since_seq`;

const KEEP_TRASH = `
  INSERT INTO folder_changes (space_id, folder_id, node_id, seq)
  SELECT n.space_id, ?2, n.id, n.seq FROM json_each(?3) j CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = j.value
  WHERE n.state = 'trashed' ON CONFLICT DO NOTHING`;
