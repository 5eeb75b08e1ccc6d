import type { AccountSort, ManagedAccount } from "../../protocol/admin.ts";
import type { Env } from "../env.ts";
import { recordAct, recordIfChanged, type Actor } from "./admin-events.ts";
import { placeAccount } from "./placements.ts";
import { openShard } from "./shards.ts";

/** An account as the directory knows it; quota and use are on its shard. */
interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: number;
  readonly admin: number;
  readonly two_factor: number;
  readonly created_at: number;
  readonly suspended_at: number | null;
  readonly seen_at: number;
  readonly shared_folders: number;
  readonly links: number;
  readonly shard: string | null;
}

const ACCOUNT = `
  SELECT u.id, u.name, u.email, u.email_verified, u.admin, u.two_factor, u.created_at, u.suspended_at,
    max(coalesce(u.signed_in_at, 0),
      coalesce((SELECT max(updated_at) FROM sessions WHERE user_id = u.id), 0),
      coalesce((SELECT max(last_used_at) FROM tokens WHERE user_id = u.id), 0)) AS seen_at,
    (SELECT count(*) FROM shared_folders WHERE owner_id = u.id) AS shared_folders,
    (SELECT count(*) FROM links WHERE owner_id = u.id) AS links,
    (SELECT shard FROM placements WHERE user_id = u.id) AS shard
  FROM users u`;

/** How each order seeks, and which index it walks. Parameters: the last row's sort value and id. */
const ORDERS = {
  newest: { index: "", seek: "u.id < ?2 AND ?1 IS NOT NULL", order: "u.id DESC" },
  name: {
    index: "INDEXED BY users_name",
    seek: "(u.name COLLATE NOCASE, u.id) > (?1, ?2)",
    order: "u.name COLLATE NOCASE, u.id",
  },
  email: { index: "", seek: "u.email > ?1 AND ?2 IS NOT NULL", order: "u.email" },
} as const satisfies Record<AccountSort, object>;

/** Where each order begins. */
const START: Readonly<Record<AccountSort, AccountPosition>> = {
  newest: ["", "~"],
  name: ["", ""],
  email: ["", ""],
};

/** The last row of a page: what it was sorted by, and its id. */
export type AccountPosition = [value: string, id: string];

/**
 * Accounts, as `sort` orders them: one query of the directory, and one of each shard that an account of the page is on. With a
 * search it reads accounts until the page is full.
 *
 * @param search - Part of a name or an email, or an id; small and capital letters of ASCII are the same.
 */
export async function listAccounts(
  env: Env,
  page: {
    readonly sort: AccountSort;
    readonly search: string;
    readonly after: AccountPosition | undefined;
    readonly limit: number;
  },
): Promise<ManagedAccount[]> {
  const { index, seek, order } = ORDERS[page.sort];
  const { results } = await env.DIRECTORY.prepare(
    `${ACCOUNT} ${index} WHERE ${seek} AND (?3 = '' OR u.id = ?3 OR instr(lower(u.name), lower(?3)) OR instr(u.email, lower(?3)))
     ORDER BY ${order} LIMIT ?4`,
  )
    .bind(...(page.after ?? START[page.sort]), page.search, page.limit)
    .all<AccountRow>();
  return withQuotas(env, results);
}

/** What the next page of `sort` begins behind. */
export function positionOf(sort: AccountSort, { id, name, email }: ManagedAccount): AccountPosition {
  return [sort === "name" ? name : sort === "email" ? email : "", id];
}

/** One account; null where there is none of that id. */
export async function readAccount(env: Env, id: string): Promise<ManagedAccount | null> {
  const { results } = await env.DIRECTORY.prepare(`${ACCOUNT} WHERE u.id = ?`).bind(id).all<AccountRow>();
  return (await withQuotas(env, results))[0] ?? null;
}

interface OwnerRow {
  readonly id: string;
  readonly quota: number;
  readonly used: number;
  readonly reserved: number;
}

async function withQuotas(env: Env, rows: readonly AccountRow[]): Promise<ManagedAccount[]> {
  const shards = [...new Set(rows.map(({ shard }) => shard))].filter((shard) => shard !== null);
  const owners = await Promise.all(
    shards.map(async (shard) => {
      const ids = rows.filter((row) => row.shard === shard).map(({ id }) => id);
      const { results } = await openShard(env, shard, "first-primary")
        .db.prepare("SELECT id, quota, used, reserved FROM owners WHERE id IN (SELECT value FROM json_each(?))")
        .bind(JSON.stringify(ids))
        .all<OwnerRow>();
      return results;
    }),
  );
  const byId = new Map(owners.flat().map((owner) => [owner.id, owner]));
  return rows.map((row) => view(row, byId.get(row.id), Number(env.DEFAULT_QUOTA_BYTES)));
}

/** An account that has no home yet will be given the deployment's quota. */
function view(row: AccountRow, owner: OwnerRow | undefined, defaultQuota: number): ManagedAccount {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    verified: row.email_verified === 1,
    admin: row.admin === 1,
    twoFactor: row.two_factor === 1,
    createdAt: row.created_at,
    lastSeenAt: row.seen_at === 0 ? null : row.seen_at,
    suspendedAt: row.suspended_at,
    quota: owner?.quota ?? defaultQuota,
    used: owner?.used ?? 0,
    reserved: owner?.reserved ?? 0,
    sharedFolders: row.shared_folders,
    links: row.links,
  };
}

/**
 * Changes how many bytes an account may hold; one that holds more keeps it, and takes no more. What is done is recorded
 * before, because the two databases have no common transaction: no change goes unrecorded.
 */
export async function changeQuota(
  env: Env,
  actor: Actor,
  accountId: string,
  quota: number,
  now: number,
): Promise<void> {
  const { shard } = await placeAccount(env, accountId, now);
  const { db } = openShard(env, shard, "first-primary");
  const before = await db.prepare("SELECT quota FROM owners WHERE id = ?").bind(accountId).first<number>("quota");
  if (before === quota) return;
  const act = { action: "quota", accountId, detail: String(quota) } as const;
  await recordAct(env.DIRECTORY, actor, act, now).run();
  await db.prepare("UPDATE owners SET quota = ? WHERE id = ?").bind(quota, accountId).run();
}

/** Another administrator who can do something. Parameter 1 is the account that must not be the last. */
const ANOTHER = `EXISTS (SELECT 1 FROM users WHERE admin = 1 AND suspended_at IS NULL AND id <> ?1)`;

/**
 * Makes an account an administrator, or takes that away, which it does not where no other would be left.
 *
 * @returns whether the account is now as asked.
 */
export async function changeAdministrator(
  directory: D1Database,
  actor: Actor,
  accountId: string,
  admin: boolean,
  now: number,
): Promise<boolean> {
  const change = admin
    ? "UPDATE users SET admin = 1, updated_at = ?2 WHERE id = ?1 AND admin = 0"
    : `UPDATE users SET admin = 0, updated_at = ?2 WHERE id = ?1 AND admin = 1 AND ${ANOTHER}`;
  const action = admin ? "makeAdministrator" : "endAdministrator";
  const [, , after] = await directory.batch<{ admin: number }>([
    directory.prepare(change).bind(accountId, now),
    recordIfChanged(directory, actor, { action, accountId }, now),
    directory.prepare("SELECT admin FROM users WHERE id = ?").bind(accountId),
  ]);
  return (after?.results[0]?.admin === 1) === admin;
}

/** What lets somebody in, or is about to. */
const CREDENTIALS = [
  "DELETE FROM sessions WHERE user_id = ?1",
  "DELETE FROM verifications WHERE value = ?1 AND (identifier GLOB 'trust-device-*' OR identifier GLOB '2fa-*')",
  "DELETE FROM device_codes WHERE user_id = ?1",
] as const;

/**
 * Suspends an account, with the end of its sessions and of the sign-ins that wait, in one transaction. Not the last
 * administrator who can do something.
 *
 * @returns whether the account is suspended now.
 */
export async function suspendAccount(
  directory: D1Database,
  actor: Actor,
  accountId: string,
  now: number,
): Promise<boolean> {
  const [, , after] = await directory.batch<{ suspended_at: number | null }>([
    directory
      .prepare(
        `UPDATE users SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL AND (admin = 0 OR ${ANOTHER})`,
      )
      .bind(accountId, now),
    recordIfChanged(directory, actor, { action: "suspend", accountId }, now),
    directory.prepare("SELECT suspended_at FROM users WHERE id = ?").bind(accountId),
    ...CREDENTIALS.map((sql) =>
      directory
        .prepare(`${sql} AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND suspended_at IS NOT NULL)`)
        .bind(accountId),
    ),
  ]);
  return typeof after?.results[0]?.suspended_at === "number";
}

/** Lifts a suspension. Tokens, links and shared folders are as they were; sessions are not. */
export async function liftSuspension(
  directory: D1Database,
  actor: Actor,
  accountId: string,
  now: number,
): Promise<void> {
  await directory.batch([
    directory.prepare("UPDATE users SET suspended_at = NULL WHERE id = ? AND suspended_at IS NOT NULL").bind(accountId),
    recordIfChanged(directory, actor, { action: "lift", accountId }, now),
  ]);
}

/** Ends all sessions of an account, and the sign-ins that wait. */
export async function endAllSessions(
  directory: D1Database,
  actor: Actor,
  accountId: string,
  now: number,
): Promise<void> {
  const [sessions, ...others] = CREDENTIALS.map((sql) => directory.prepare(sql).bind(accountId));
  if (!sessions) return;
  await directory.batch([
    sessions,
    recordIfChanged(directory, actor, { action: "endSessions", accountId }, now),
    ...others,
  ]);
}

/** Whether an account is suspended. One row, from the primary. */
export async function isSuspended(directory: D1Database, accountId: string): Promise<boolean> {
  const row = await directory
    .prepare("SELECT 1 FROM users WHERE id = ? AND suspended_at IS NOT NULL")
    .bind(accountId)
    .first();
  return row !== null;
}
