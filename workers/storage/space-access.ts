import type { Role } from "../../protocol/members.ts";

/** What an account may do in a shared folder, and where the folder's rows are. */
export interface Membership {
  readonly shard: string;
  /** The owner's home space. */
  readonly spaceId: string;
  readonly ownerId: string;
  readonly role: "owner" | Role;
  /** Whether the folder changes hands at this moment (M13): then its rows are in no one place. */
  readonly isMoving: 0 | 1;
}

/**
 * Whether an account has a shared folder: three rows of the directory. Always answered by the primary, so that who was removed
 * is refused at the next request (M9).
 *
 * @returns null where its owner is suspended (R2), for everybody else, and for what is no shared folder, alike (M3).
 */
export async function findMembership(
  directory: D1Database,
  folderId: string,
  accountId: string,
): Promise<Membership | null> {
  return directory
    .prepare(
      `SELECT f.shard, f.space_id AS spaceId, f.owner_id AS ownerId, f.is_moving AS isMoving,
         CASE WHEN f.owner_id = ?2 THEN 'owner' ELSE m.role END AS role
       FROM shared_folders f JOIN users u ON u.id = f.owner_id LEFT JOIN members m ON m.folder_id = f.folder_id AND m.account_id = ?2
       WHERE f.folder_id = ?1 AND (f.owner_id = ?2 OR m.role IS NOT NULL)
         AND u.suspended_at IS NULL`,
    )
    .bind(folderId, accountId)
    .first<Membership>();
}
