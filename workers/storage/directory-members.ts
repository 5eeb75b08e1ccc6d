import { LIMITS } from "../../protocol/limits.ts";
import type { Member, Person, Role } from "../../protocol/members.ts";
import { offersSince } from "./directory-offers.ts";

/** A shared folder, as the directory knows it for one who has it. Times are milliseconds since 1970. */
export interface SpaceRow {
  readonly folder_id: string;
  readonly owner_id: string;
  readonly owner_name: string;
  readonly owner_email: string;
  /** Where the owner's rows are, and the owner's home space. */
  readonly shard: string;
  readonly space_id: string;
  /** As it was when it was last looked at. */
  readonly name: string;
  readonly role: "owner" | Role;
  /** The member's; null for the owner. */
  readonly mount_id: string | null;
  readonly joined_at: number;
  /** Members and the owner. */
  readonly people: number;
  /** Whether it changes hands at this moment (M13): then its rows are in no one place. */
  readonly is_moving: 0 | 1;
  /** To whom it is offered; null where it is to nobody, and for all but its owner and that member. */
  readonly offered_to: string | null;
  readonly offered_name: string | null;
  readonly offered_email: string | null;
}

const SPACE = `s.folder_id, s.owner_id, o.name AS owner_name, o.email AS owner_email, s.shard, s.space_id, s.name,
  s.is_moving, t.id AS offered_to, t.name AS offered_name, t.email AS offered_email`;
const PEOPLE = `(SELECT count(*) + 1 FROM members p WHERE p.folder_id = s.folder_id) AS people`;

/** The shared folders that the account owns or is a member of, those of suspended owners left out. */
export async function listSpaces(directory: D1Database, accountId: string): Promise<SpaceRow[]> {
  const { results } = await directory.prepare(LIST_SPACES).bind(accountId, offersSince()).all<SpaceRow>();
  return results;
}

const LIST_SPACES = `
  SELECT ${SPACE}, 'owner' AS role, NULL AS mount_id, s.created_at AS joined_at, ${PEOPLE}
  FROM shared_folders s INDEXED BY shared_folders_owner CROSS JOIN users o ON o.id = s.owner_id
  LEFT JOIN users t ON t.id = s.offered_to AND s.offered_at > ?2 WHERE s.owner_id = ?1
  UNION ALL
  SELECT ${SPACE}, m.role, m.mount_id, m.joined_at, ${PEOPLE}
  FROM members m INDEXED BY members_account CROSS JOIN shared_folders s ON s.folder_id = m.folder_id
  CROSS JOIN users o ON o.id = s.owner_id LEFT JOIN users t ON t.id = s.offered_to AND t.id = ?1 AND s.offered_at > ?2
  WHERE m.account_id = ?1 AND o.suspended_at IS NULL`;

/** A shared folder; null where there is none, the account does not have it, or its owner is suspended. */
export async function readSpace(directory: D1Database, folderId: string, accountId: string): Promise<SpaceRow | null> {
  return directory.prepare(READ_SPACE).bind(folderId, accountId, offersSince()).first<SpaceRow>();
}

const READ_SPACE = `
  SELECT ${SPACE}, CASE WHEN s.owner_id = ?2 THEN 'owner' ELSE m.role END AS role, m.mount_id,
    coalesce(m.joined_at, s.created_at) AS joined_at, ${PEOPLE}
  FROM shared_folders s CROSS JOIN users o ON o.id = s.owner_id
  LEFT JOIN members m ON m.folder_id = s.folder_id AND m.account_id = ?2
  LEFT JOIN users t ON t.id = s.offered_to AND ?2 IN (s.owner_id, s.offered_to) AND s.offered_at > ?3
  WHERE s.folder_id = ?1 AND (s.owner_id = ?2 OR (m.role IS NOT NULL AND o.suspended_at IS NULL))`;

/** What a device is to hear of: shared folders that the account is a member of, and whose they are. */
export interface Followed {
  readonly folder: string;
  readonly owner: string;
}

/** Two rows a folder. */
export async function followedBy(directory: D1Database, accountId: string): Promise<Followed[]> {
  const { results } = await directory
    .prepare(
      `SELECT m.folder_id AS folder, s.owner_id AS owner
       FROM members m INDEXED BY members_account CROSS JOIN shared_folders s ON s.folder_id = m.folder_id
       WHERE m.account_id = ?`,
    )
    .bind(accountId)
    .all<Followed>();
  return results;
}

/** Where a folder that is to be shared is. */
export interface NewSharedFolder {
  readonly folderId: string;
  readonly ownerId: string;
  readonly shard: string;
  readonly spaceId: string;
  readonly name: string;
}

/**
 * Writes a shared folder down, where it is not yet.
 *
 * @returns `full` where the account has `LIMITS.sharedFolders`; `taken` where another one shares a folder of that id.
 */
export async function addSharedFolder(
  directory: D1Database,
  folder: NewSharedFolder,
  now: number,
): Promise<"kept" | "full" | "taken"> {
  const { folderId, ownerId, shard, spaceId, name } = folder;
  const [, there] = await directory.batch([
    directory
      .prepare(
        `INSERT INTO shared_folders (folder_id, owner_id, shard, space_id, name, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ${spacesOf("?2")} < ?7 ON CONFLICT DO NOTHING`,
      )
      .bind(folderId, ownerId, shard, spaceId, name, now, LIMITS.sharedFolders),
    directory.prepare("SELECT owner_id FROM shared_folders WHERE folder_id = ?").bind(folderId),
  ]);
  const [row] = (there?.results ?? []) as { owner_id: string }[];
  return row ? (row.owner_id === ownerId ? "kept" : "taken") : "full";
}

/** Whose shared folder has this id; null: nobody's. */
export async function ownerOf(directory: D1Database, folderId: string): Promise<string | null> {
  const row = await directory
    .prepare("SELECT owner_id FROM shared_folders WHERE folder_id = ?")
    .bind(folderId)
    .first<{ owner_id: string }>();
  return row && row.owner_id;
}

/** How many shared folders an account owns or is a member of, in SQL. */
export function spacesOf(account: string): string {
  return `((SELECT count(*) FROM shared_folders WHERE owner_id = ${account})
    + (SELECT count(*) FROM members WHERE account_id = ${account}))`;
}

/** Writes down what folders are called now; each a row. */
export async function renameSharedFolders(
  directory: D1Database,
  names: readonly { readonly folder: string; readonly name: string }[],
): Promise<void> {
  if (names.length === 0) return;
  await directory
    .prepare(
      `UPDATE shared_folders SET name = (SELECT value ->> 'name' FROM json_each(?1) WHERE value ->> 'folder' = folder_id)
       WHERE folder_id IN (SELECT value ->> 'folder' FROM json_each(?1))`,
    )
    .bind(JSON.stringify(names))
    .run();
}

/** What ended with a folder's sharing. */
export interface EndedSharing {
  readonly ownerId: string;
  readonly name: string;
  readonly members: readonly string[];
}

/** Ends the memberships and invitations of a space's folder (M10); null where it is not shared, or changes hands (M13). */
export async function endSharedFolder(
  directory: D1Database,
  spaceId: string,
  folderId: string,
): Promise<EndedSharing | null> {
  const [folder, members] = await directory.batch([
    directory
      .prepare("SELECT owner_id, name FROM shared_folders WHERE folder_id = ? AND space_id = ? AND is_moving = 0")
      .bind(folderId, spaceId),
    directory.prepare("SELECT account_id FROM members WHERE folder_id = ?").bind(folderId),
    directory
      .prepare("DELETE FROM shared_folders WHERE folder_id = ? AND space_id = ? AND is_moving = 0")
      .bind(folderId, spaceId),
  ]);
  const [row] = (folder?.results ?? []) as { owner_id: string; name: string }[];
  const ids = (members?.results ?? []) as { account_id: string }[];
  return row ? { ownerId: row.owner_id, name: row.name, members: ids.map(({ account_id }) => account_id) } : null;
}

interface PersonRow {
  readonly person_id: string;
  readonly person_name: string;
  readonly person_email: string;
}

interface MemberRow extends PersonRow {
  readonly role: Member["role"];
  readonly joined_at: number;
}

/** The statement that lists a folder's owner and members, the owner first, then by when they came. */
export function membersStatement(directory: D1Database, folderId: string): D1PreparedStatement {
  return directory.prepare(LIST_MEMBERS).bind(folderId);
}

const LIST_MEMBERS = `
  SELECT o.id AS person_id, o.name AS person_name, o.email AS person_email, 'owner' AS role, s.created_at AS joined_at,
    0 AS place
  FROM shared_folders s JOIN users o ON o.id = s.owner_id WHERE s.folder_id = ?1
  UNION ALL
  SELECT u.id, u.name, u.email, m.role, m.joined_at, 1 AS place
  FROM members m CROSS JOIN users u ON u.id = m.account_id WHERE m.folder_id = ?1
  ORDER BY place, joined_at, person_id`;

/** A row of `membersStatement`. */
export function memberFrom(row: unknown): Member {
  const { role, joined_at, ...person } = row as MemberRow;
  return { person: personFrom(person), role, joinedAt: joined_at };
}

export function personFrom({ person_id, person_name, person_email }: PersonRow): Person {
  return { id: person_id, name: person_name, email: person_email };
}

/** Changes a member's role, where it is another; null where there is no such member. Else what the role was before. */
export async function changeRole(
  directory: D1Database,
  folderId: string,
  accountId: string,
  role: Role,
): Promise<{ readonly member: Member; readonly before: Role } | null> {
  const [before, , after] = await directory.batch([
    directory.prepare("SELECT role FROM members WHERE folder_id = ? AND account_id = ?").bind(folderId, accountId),
    directory
      .prepare("UPDATE members SET role = ?3 WHERE folder_id = ?1 AND account_id = ?2 AND role <> ?3")
      .bind(folderId, accountId, role),
    directory
      .prepare(
        `SELECT u.id AS person_id, u.name AS person_name, u.email AS person_email, m.role, m.joined_at
         FROM members m JOIN users u ON u.id = m.account_id WHERE m.folder_id = ? AND m.account_id = ?`,
      )
      .bind(folderId, accountId),
  ]);
  const [was] = (before?.results ?? []) as { role: Role }[];
  const [is] = after?.results ?? [];
  return was && is ? { member: memberFrom(is), before: was.role } : null;
}

/**
 * Ends a membership (M9); null where there is none, and while the folder changes hands (M13). Its mount, if it has one, is in
 * `unmounts` from then on.
 */
export async function removeMember(
  directory: D1Database,
  folderId: string,
  accountId: string,
): Promise<{ readonly mountId: string | null } | null> {
  const row = await directory
    .prepare(
      `DELETE FROM members WHERE folder_id = ?1 AND account_id = ?2
         AND NOT EXISTS (SELECT 1 FROM shared_folders s WHERE s.folder_id = ?1 AND s.is_moving = 1) RETURNING mount_id`,
    )
    .bind(folderId, accountId)
    .first<{ mount_id: string | null }>();
  return row && { mountId: row.mount_id };
}

/**
 * Gives a membership another mount, where it still has the one that is named.
 *
 * @returns the mount that it has then; undefined where there is no such membership.
 */
export async function changeMount(
  directory: D1Database,
  membership: { readonly folderId: string; readonly accountId: string },
  from: string | null,
  to: string,
): Promise<string | null | undefined> {
  const { folderId, accountId } = membership;
  const [, now] = await directory.batch<{ mount_id: string | null }>([
    directory
      .prepare("UPDATE members SET mount_id = ?4 WHERE folder_id = ?1 AND account_id = ?2 AND mount_id IS ?3")
      .bind(folderId, accountId, from, to),
    directory.prepare("SELECT mount_id FROM members WHERE folder_id = ? AND account_id = ?").bind(folderId, accountId),
  ]);
  return now?.results[0]?.mount_id;
}
