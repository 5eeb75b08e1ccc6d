import { LIMITS } from "../../protocol/limits.ts";
import type { Invitation, PendingInvitation, Person, Role } from "../../protocol/members.ts";
import { personFrom, spacesOf } from "./directory-members.ts";

/** How long an invitation is good, milliseconds (M4). */
export const INVITATION_LIFETIME = 30 * 86_400_000;

/** What one request invites emails to. */
export interface Inviting {
  readonly folderId: string;
  readonly invitedBy: string;
  readonly role: Role;
  /** Milliseconds. */
  readonly now: number;
}

/** An invitation that is to be. The digest is the SHA-256, hex, of the secret that its mail carries. */
export interface NewInvitation {
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly digest: string;
  readonly message?: string | null;
}

/** Those of the emails that are the owner's or a member's. Two rows an email. */
export async function emailsOfMembers(
  directory: D1Database,
  folderId: string,
  emails: readonly string[],
): Promise<Set<string>> {
  const { results } = await directory
    .prepare(
      `SELECT u.email FROM json_each(?2) j CROSS JOIN users u ON u.email = j.value
       WHERE EXISTS (SELECT 1 FROM members m WHERE m.folder_id = ?1 AND m.account_id = u.id)
         OR EXISTS (SELECT 1 FROM shared_folders s WHERE s.folder_id = ?1 AND s.owner_id = u.id)`,
    )
    .bind(folderId, JSON.stringify(emails))
    .all<{ email: string }>();
  return new Set(results.map(({ email }) => email));
}

/** What an account wrote with its invitations of these emails that are pending, by email. Two rows an email. */
export async function messagesSent(
  directory: D1Database,
  { folderId, invitedBy }: Pick<Inviting, "folderId" | "invitedBy">,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const { results } = await directory
    .prepare(
      `SELECT i.email, i.message FROM json_each(?3) j
       CROSS JOIN invitations i ON i.folder_id = ?1 AND i.email = j.value AND i.invited_by = ?2
       WHERE i.message IS NOT NULL`,
    )
    .bind(folderId, invitedBy, JSON.stringify(emails))
    .all<{ email: string; message: string }>();
  return new Map(results.map(({ email, message }) => [email, message]));
}

/**
 * Keeps invitations, all or none, with what goes along. One that an email had is replaced under its id: other secret, role
 * and time (M4).
 *
 * @param along - Statements of the same batch.
 * @returns `full` where the folder would have more than `LIMITS.members`; `gone` where it is no longer shared; `unmanaged`
 *   where who invites is neither its owner nor a manager at that moment.
 */
export async function addInvitations(
  directory: D1Database,
  inviting: Inviting,
  invitations: readonly NewInvitation[],
  along: readonly D1PreparedStatement[],
): Promise<"kept" | "full" | "gone" | "unmanaged"> {
  if (invitations.length === 0) return "kept";
  const { folderId, invitedBy, role, now } = inviting;
  const rows = JSON.stringify(invitations.map(({ id, email, digest, message }) => [id, email, digest, message]));
  try {
    await directory.batch([
      directory.prepare("DELETE FROM invitations WHERE folder_id = ? AND expires_at <= ?").bind(folderId, now),
      directory.prepare(ADD_INVITATIONS).bind(folderId, rows, role, invitedBy, now, now + INVITATION_LIFETIME),
      directory.prepare(FENCE).bind(folderId, LIMITS.members),
      directory.prepare(MANAGED).bind(folderId, invitedBy),
      ...along,
    ]);
    return "kept";
  } catch (error) {
    if (String(error).includes("NOT NULL constraint failed: invitations")) return "full";
    if (String(error).includes("CHECK constraint failed")) return "unmanaged";
    if (String(error).includes("FOREIGN KEY constraint failed")) return "gone";
    throw error;
  }
}

const ADD_INVITATIONS = `
  INSERT INTO invitations (id, folder_id, email, role, secret_hash, invited_by, message, created_at, expires_at)
  SELECT value ->> 0, ?1, value ->> 1, ?3, unhex(value ->> 2), ?4, value ->> 3, ?5, ?6 FROM json_each(?2) WHERE true
  ON CONFLICT (folder_id, email) DO UPDATE SET role = excluded.role, secret_hash = excluded.secret_hash,
    invited_by = excluded.invited_by, message = excluded.message, created_at = excluded.created_at,
    expires_at = excluded.expires_at`;

/** Fails the batch, by a row that cannot be, where the folder has more than it may. */
const FENCE = `
  INSERT INTO invitations (id, folder_id, email, role, secret_hash, invited_by, created_at, expires_at)
  SELECT NULL, ?1, '', 'viewer', x'', '', 0, 0
  WHERE (SELECT count(*) FROM members WHERE folder_id = ?1) + (SELECT count(*) FROM invitations WHERE folder_id = ?1) > ?2`;

/** Fails the batch, by a role that is none, where who invites may not: the others would be good for ever (M4). */
const MANAGED = `
  INSERT INTO invitations (id, folder_id, email, role, secret_hash, invited_by, created_at, expires_at)
  SELECT '', ?1, '', '', x'', ?2, 0, 0
  WHERE NOT EXISTS (SELECT 1 FROM shared_folders WHERE folder_id = ?1 AND owner_id = ?2)
    AND NOT EXISTS (SELECT 1 FROM members WHERE folder_id = ?1 AND account_id = ?2 AND role = 'manager')`;

/** The accounts whose verified emails these are, with the invitations that they have to the folder. Three rows an account. */
export async function invitedAccounts(
  directory: D1Database,
  folderId: string,
  emails: readonly string[],
): Promise<{ readonly account: string; readonly invitation: string }[]> {
  const { results } = await directory
    .prepare(
      `SELECT u.id AS account, i.id AS invitation FROM json_each(?2) j CROSS JOIN users u ON u.email = j.value
       CROSS JOIN invitations i ON i.folder_id = ?1 AND i.email = u.email WHERE u.email_verified = 1`,
    )
    .bind(folderId, JSON.stringify(emails))
    .all<{ account: string; invitation: string }>();
  return results;
}

interface PendingRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly created_at: number;
  readonly expires_at: number;
  readonly person_id: string;
  readonly person_name: string;
  readonly person_email: string;
}

/** The statement that lists a folder's invitations which are still good, oldest first. */
export function pendingStatement(directory: D1Database, folderId: string, now: number): D1PreparedStatement {
  return directory
    .prepare(
      `SELECT i.id, i.email, i.role, i.created_at, i.expires_at,
         u.id AS person_id, u.name AS person_name, u.email AS person_email
       FROM invitations i JOIN users u ON u.id = i.invited_by WHERE i.folder_id = ? AND i.expires_at > ?
       ORDER BY i.created_at, i.id`,
    )
    .bind(folderId, now);
}

/** A row of `pendingStatement`. */
export function pendingFrom(row: unknown): PendingInvitation {
  const { id, email, role, created_at, expires_at, ...person } = row as PendingRow;
  return { id, email, role, invitedBy: personFrom(person), createdAt: created_at, expiresAt: expires_at };
}

/** Withdraws an invitation to a folder, and answers what email it was to; null where there is none. */
export async function withdrawInvitation(directory: D1Database, folderId: string, id: string): Promise<string | null> {
  const row = await directory
    .prepare("DELETE FROM invitations WHERE id = ? AND folder_id = ? RETURNING email")
    .bind(id, folderId)
    .first<{ email: string }>();
  return row && row.email;
}

/** How an invitation is proved to be somebody's. */
export interface InvitationClaim {
  readonly id: string;
  /** Null: nobody who is signed in. */
  readonly accountId: string | null;
  /** The digest of the secret that was shown; null: none was. */
  readonly secretHash: ArrayBuffer | null;
}

/** What an invitation is to, with where that is. */
export interface FoundInvitation {
  readonly invitation: Invitation;
  readonly email: string;
  readonly shard: string;
  readonly spaceId: string;
  /** Whether the folder changes hands at this moment (M13). */
  readonly isMoving: boolean;
}

interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly folder_id: string;
  readonly folder_name: string;
  readonly shard: string;
  readonly space_id: string;
  readonly is_moving: 0 | 1;
  readonly role: Role;
  readonly message: string | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly owner: string;
  readonly inviter: string;
}

const INVITATION = `
  SELECT i.id, i.email, i.folder_id, s.name AS folder_name, s.shard, s.space_id, s.is_moving, i.role, i.message, i.created_at,
    i.expires_at, json_object('id', o.id, 'name', o.name, 'email', o.email) AS owner,
    json_object('id', b.id, 'name', b.name, 'email', b.email) AS inviter
  FROM invitations i CROSS JOIN shared_folders s ON s.folder_id = i.folder_id CROSS JOIN users o ON o.id = s.owner_id
  CROSS JOIN users b ON b.id = i.invited_by`;

/** Neither the folder's owner nor who invites: what they made is good again when that is lifted (R2). */
const NOBODY_SUSPENDED = "o.suspended_at IS NULL AND b.suspended_at IS NULL";

/** Whether an invitation `i` is good and that of the account ?2 or of the secret ?3, at the time ?4 (M4). */
const IS_THEIRS = `i.expires_at > ?4 AND (i.secret_hash = ?3
  OR i.email = (SELECT email FROM users WHERE id = ?2 AND email_verified = 1))`;

/** The invitation, if it is good and the claim holds; null alike for all others. */
export async function findInvitation(
  directory: D1Database,
  { id, accountId, secretHash }: InvitationClaim,
  now: number,
): Promise<FoundInvitation | null> {
  const row = await directory
    .prepare(`${INVITATION} WHERE i.id = ?1 AND ${IS_THEIRS} AND ${NOBODY_SUSPENDED}`)
    .bind(id, accountId, secretHash, now)
    .first<InvitationRow>();
  return row && foundFrom(row);
}

/** The good invitation whose secret has this SHA-256. */
export async function findBySecret(
  directory: D1Database,
  secretHash: ArrayBuffer,
  now: number,
): Promise<FoundInvitation | null> {
  const row = await directory
    .prepare(`${INVITATION} WHERE i.secret_hash = ?1 AND i.expires_at > ?2 AND ${NOBODY_SUSPENDED}`)
    .bind(secretHash, now)
    .first<InvitationRow>();
  return row && foundFrom(row);
}

/** Good invitations to the account's email, if it is verified, newest first. */
export async function listInvitations(directory: D1Database, accountId: string, now: number): Promise<Invitation[]> {
  const { results } = await directory
    .prepare(
      `${INVITATION} WHERE i.email = (SELECT email FROM users WHERE id = ?1 AND email_verified = 1) AND i.expires_at > ?2
         AND ${NOBODY_SUSPENDED}
       ORDER BY i.created_at DESC, i.id DESC LIMIT 1000`,
    )
    .bind(accountId, now)
    .all<InvitationRow>();
  return results.map((row) => foundFrom(row).invitation);
}

function foundFrom(row: InvitationRow): FoundInvitation {
  const { id, email, shard, space_id: spaceId, role, message } = row;
  const invitation: Invitation = {
    id,
    folder: { id: row.folder_id, name: row.folder_name },
    role,
    owner: JSON.parse(row.owner) as Person,
    invitedBy: JSON.parse(row.inviter) as Person,
    message,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
  return { invitation, email, shard, spaceId, isMoving: row.is_moving === 1 };
}

/**
 * Turns an invitation into a membership: one of two that do so at once, or none where it is withdrawn meanwhile. Who is a
 * member already keeps their role and mount, and the invitation is used up.
 *
 * @param mountId - The mount's id, for a new membership.
 * @returns `full` where the account has as many shared folders as it may, or owns this one: the invitation stays. `gone`
 *   where it is not good, or no longer.
 */
export async function acceptInvitation(
  directory: D1Database,
  { id, accountId, secretHash }: InvitationClaim & { readonly accountId: string },
  mountId: string,
  now: number,
): Promise<"joined" | "member" | "full" | "gone"> {
  const [joined, used, left] = await directory.batch([
    directory
      .prepare(
        `INSERT INTO members (folder_id, account_id, role, mount_id, joined_at, invitation_id)
         SELECT i.folder_id, ?2, i.role, ?5, ?4, i.id
         FROM invitations i JOIN shared_folders s ON s.folder_id = i.folder_id
         WHERE i.id = ?1 AND ${IS_THEIRS} AND s.owner_id <> ?2 AND ${spacesOf("?2")} < ?6
         ON CONFLICT DO NOTHING`,
      )
      .bind(id, accountId, secretHash, now, mountId, LIMITS.sharedFolders),
    directory
      .prepare(
        `DELETE FROM invitations AS i WHERE i.id = ?1 AND ${IS_THEIRS}
           AND EXISTS (SELECT 1 FROM members m WHERE m.folder_id = i.folder_id AND m.account_id = ?2)`,
      )
      .bind(id, accountId, secretHash, now),
    directory.prepare("SELECT 1 FROM invitations WHERE id = ?").bind(id),
  ]);
  if (joined?.meta.changes && used?.meta.changes) return "joined";
  if (used?.meta.changes) return "member";
  return left?.results.length ? "full" : "gone";
}

/** The folder that an account came to have by this invitation; null where it did not, or has left. */
export async function joinedBy(directory: D1Database, id: string, accountId: string): Promise<string | null> {
  const row = await directory
    .prepare("SELECT folder_id FROM members INDEXED BY members_account WHERE account_id = ? AND invitation_id = ?")
    .bind(accountId, id)
    .first<{ folder_id: string }>();
  return row && row.folder_id;
}

/** Uses an invitation up without accepting it; null where it was not good, or not theirs. */
export async function declineInvitation(
  directory: D1Database,
  claim: InvitationClaim,
  now: number,
): Promise<FoundInvitation | null> {
  const found = await findInvitation(directory, claim, now);
  if (!found) return null;
  const { meta } = await directory.prepare("DELETE FROM invitations WHERE id = ?").bind(claim.id).run();
  return meta.changes > 0 ? found : null;
}

/** Deletes up to `limit` invitations whose time is over. */
export async function dropExpiredInvitations(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory
    .prepare("DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at <= ? LIMIT ?)")
    .bind(now, limit)
    .run();
}
