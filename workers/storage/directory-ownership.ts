import { readTransfer, type TransferRow } from "./directory-transfers.ts";
import type { Role } from "../../protocol/members.ts";

/** A shared folder on its way to a new owner (M13). */
export interface HandedFolder {
  readonly folderId: string;
  /** Whose it is. */
  readonly from: string;
  /** The member whose it is to be. */
  readonly to: string;
}

/** How far a folder is on its way. */
export interface Handover {
  /** `offered`: it may begin, or go on. `moving`: it changes hands at this moment. `done`: it has its new owner. `ended`: none of these. */
  readonly state: "offered" | "moving" | "done" | "ended";
  /** The node that stands for it in the new owner's home until it is theirs; null: none does. */
  readonly mountId: string | null;
}

/** Three rows of the directory. That the offer is older than 30 days is nothing to one that was accepted. */
export async function readHandover(directory: D1Database, { folderId, from, to }: HandedFolder): Promise<Handover> {
  const row = await directory
    .prepare(
      `SELECT s.owner_id, s.is_moving, s.offered_to, m.account_id AS member, m.mount_id
       FROM shared_folders s LEFT JOIN members m ON m.folder_id = s.folder_id AND m.account_id = ?2 WHERE s.folder_id = ?1`,
    )
    .bind(folderId, to)
    .first<{
      owner_id: string;
      is_moving: 0 | 1;
      offered_to: string | null;
      member: string | null;
      mount_id: string | null;
    }>();
  if (row?.owner_id === to) return { state: "done", mountId: null };
  if (row?.owner_id !== from || row.offered_to !== to || row.member === null) return { state: "ended", mountId: null };
  return { state: row.is_moving ? "moving" : "offered", mountId: row.mount_id };
}

/** From now on requests below the folder are `busy`; false where the offer has ended. May be said again. */
export async function beginHandover(directory: D1Database, { folderId, from, to }: HandedFolder): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `UPDATE shared_folders SET is_moving = 1 WHERE folder_id = ?1 AND owner_id = ?2 AND offered_to = ?3
         AND EXISTS (SELECT 1 FROM members m WHERE m.folder_id = ?1 AND m.account_id = ?3)`,
    )
    .bind(folderId, from, to)
    .run();
  return meta.changes > 0;
}

/** The folder stays its owner's, and is answered again. */
export async function endHandover(directory: D1Database, { folderId, from }: HandedFolder): Promise<void> {
  await directory
    .prepare("UPDATE shared_folders SET is_moving = 0 WHERE folder_id = ? AND owner_id = ? AND is_moving = 1")
    .bind(folderId, from)
    .run();
}

/** Where the folder's rows are now, and where it stands for its former owner. */
export interface NewPlace {
  readonly shard: string;
  readonly spaceId: string;
  /** The former owner's mount; null: none could be made. */
  readonly mountId: string | null;
}

/** What the former owner of a folder is in it. */
const AFTERWARDS: Role = "manager";

/**
 * Gives the folder to its new owner, who is a member no more, and makes the former one a manager, all in one batch. The new
 * owner's mount is none to be purged: the folder stands in its place. May be said again.
 */
export async function handOver(
  directory: D1Database,
  { folderId, from, to }: HandedFolder,
  { shard, spaceId, mountId }: NewPlace,
  now: number,
): Promise<void> {
  const isMoving = "EXISTS (SELECT 1 FROM shared_folders WHERE folder_id = ?1 AND owner_id = ?2 AND is_moving = 1)";
  await directory.batch([
    directory
      .prepare(
        `INSERT INTO members (folder_id, account_id, role, mount_id, joined_at) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE ${isMoving} ON CONFLICT DO NOTHING`,
      )
      .bind(folderId, from, AFTERWARDS, mountId, now),
    directory
      .prepare(`UPDATE members SET mount_id = NULL WHERE folder_id = ?1 AND account_id = ?3 AND ${isMoving}`)
      .bind(folderId, from, to),
    directory
      .prepare(`DELETE FROM members WHERE folder_id = ?1 AND account_id = ?3 AND ${isMoving}`)
      .bind(folderId, from, to),
    directory
      .prepare(
        `UPDATE shared_folders SET owner_id = ?3, shard = ?4, space_id = ?5, is_moving = 0, offered_to = NULL,
           offered_at = NULL
         WHERE folder_id = ?1 AND owner_id = ?2 AND is_moving = 1`,
      )
      .bind(folderId, from, to, shard, spaceId),
  ]);
}

/** All who have a folder but its owner. */
export async function membersOf(directory: D1Database, folderId: string): Promise<string[]> {
  const { results } = await directory
    .prepare("SELECT account_id FROM members WHERE folder_id = ?")
    .bind(folderId)
    .all<{ account_id: string }>();
  return results.map(({ account_id }) => account_id);
}

/** The transfer of a folder that is under way, or still to be cleared away; null: none is. */
export async function handoverOf(directory: D1Database, folderId: string): Promise<TransferRow | null> {
  const row = await directory
    .prepare(
      "SELECT id FROM transfers INDEXED BY transfers_handover WHERE node_id = ? AND kind = 'ownership' AND is_open = 1",
    )
    .bind(folderId)
    .first<{ id: string }>();
  return row && readTransfer(directory, row.id);
}

/** The transfer by which a folder came to be the account's; null: it was theirs, or that is long ago. */
export async function lastHandover(directory: D1Database, folderId: string, to: string): Promise<TransferRow | null> {
  const row = await directory
    .prepare(
      `SELECT id FROM transfers INDEXED BY transfers_account
       WHERE account_id = ? AND node_id = ? AND kind = 'ownership' AND state = 'done' ORDER BY created_at DESC LIMIT 1`,
    )
    .bind(to, folderId)
    .first<{ id: string }>();
  return row && readTransfer(directory, row.id);
}

/** Cancels the transfers of a folder whose offer has ended; what is to be cleared away is a runner's. */
export async function cancelHandovers(directory: D1Database, folderId: string, to: string, now: number): Promise<void> {
  await directory
    .prepare(
      `UPDATE transfers SET state = 'cancelled', updated_at = ?3
       WHERE account_id = ?1 AND node_id = ?2 AND kind = 'ownership' AND state = 'copying' AND is_appearing = 0`,
    )
    .bind(to, folderId, now)
    .run();
}
