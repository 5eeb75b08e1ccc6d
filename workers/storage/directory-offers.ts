import type { Person } from "../../protocol/members.ts";

/** How long an offer is good, milliseconds (M13). */
export const OFFER_LIFETIME = 30 * 86_400_000;

/** Offers that were made later than this are good; milliseconds since 1970. */
export function offersSince(): number {
  return Date.now() - OFFER_LIFETIME;
}

/** An offer of a shared folder to a member. */
export interface Offer {
  readonly folderId: string;
  readonly ownerId: string;
  /** The member's account. */
  readonly to: string;
}

/**
 * Offers a folder to a member, in place of whom it was offered to before (M13).
 *
 * @param along - Statements of the same batch.
 * @returns false where there is no such member, the folder has another owner, or it changes hands: then nothing was done.
 */
export async function offerFolder(
  directory: D1Database,
  { folderId, ownerId, to }: Offer,
  now: number,
  along: readonly D1PreparedStatement[],
): Promise<boolean> {
  try {
    await directory.batch([
      directory.prepare(OFFER).bind(folderId, ownerId, to, now),
      directory.prepare(FENCE).bind(folderId, ownerId, to, now),
      ...along,
    ]);
    return true;
  } catch (error) {
    if (String(error).includes("NOT NULL constraint failed: members")) return false;
    throw error;
  }
}

const OFFER = `
  UPDATE shared_folders SET offered_to = ?3, offered_at = ?4
  WHERE folder_id = ?1 AND owner_id = ?2 AND is_moving = 0
    AND EXISTS (SELECT 1 FROM members m WHERE m.folder_id = ?1 AND m.account_id = ?3)`;

/** Fails the batch, by a row that cannot be, where nothing was offered. */
const FENCE = `
  INSERT INTO members (folder_id, account_id, role, joined_at)
  SELECT ?1, NULL, 'viewer', 0 WHERE NOT EXISTS (
    SELECT 1 FROM shared_folders WHERE folder_id = ?1 AND owner_id = ?2 AND offered_to = ?3 AND offered_at = ?4)`;

/** A member, as a person; null where the account is none. */
export async function findMember(directory: D1Database, folderId: string, accountId: string): Promise<Person | null> {
  return directory
    .prepare(
      `SELECT u.id, u.name, u.email FROM members m JOIN users u ON u.id = m.account_id
       WHERE m.folder_id = ? AND m.account_id = ?`,
    )
    .bind(folderId, accountId)
    .first<Person>();
}

/** Ends an offer, which its owner or its receiver may; false where there was none, or it changes hands. */
export async function endOffer(directory: D1Database, { folderId, ownerId, to }: Offer): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `UPDATE shared_folders SET offered_to = NULL, offered_at = NULL
       WHERE folder_id = ? AND owner_id = ? AND offered_to = ? AND is_moving = 0`,
    )
    .bind(folderId, ownerId, to)
    .run();
  return meta.changes > 0;
}
