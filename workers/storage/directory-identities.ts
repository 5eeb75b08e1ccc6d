import { deviceOf } from "../../core/user-agent.ts";

/** What a credential may do. */
export type Scope = "read" | "write";

/** How long a session lives without use, and how old it may grow before a use extends it. Milliseconds. */
export const SESSION_LIFETIME = 30 * 86_400_000;
export const SESSION_EXTEND_AFTER = 86_400_000;
/** `last_used_at` of a token is this coarse, so that a busy token costs one write an hour. Milliseconds. */
export const TOKEN_USE_RESOLUTION = 3_600_000;

/** Where the user's home space is; `ready` says that the shard is known to have it. */
export interface Placement {
  readonly shard: string;
  readonly spaceId: string;
  readonly rootId: string;
  readonly ready: boolean;
}

/** The bearer of a live credential, with all that a request needs from the directory. */
export interface Identity {
  readonly userId: string;
  readonly email: string;
  /** Whether it is known to be the account's own (E4). */
  readonly emailVerified: boolean;
  readonly name: string;
  readonly admin: boolean;
  /** Whether a password alone does not sign in (B3). */
  readonly twoFactor: boolean;
  readonly via: "session" | "token";
  readonly credentialId: string;
  /** The browser or program that signed in, or the token's name; null where it is not known. */
  readonly device: string | null;
  /** When it ends, ms since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly scopes: ReadonlySet<Scope>;
  readonly placement: Placement | undefined;
  /** True where the credential's use should be written down (`touchIdentity`): rarely, whatever the traffic. */
  readonly stale: boolean;
}

interface IdentityRow {
  credential_id: string;
  device: string | null;
  expires_at: number | null;
  last_used_at: number | null;
  scopes: string;
  user_id: string;
  email: string;
  email_verified: number;
  name: string;
  admin: number;
  two_factor: number;
  shard: string | null;
  space_id: string | null;
  root_id: string | null;
  ready: number | null;
}

const USER_AND_PLACEMENT = `u.id AS user_id, u.email, u.email_verified, u.name, u.admin, u.two_factor, p.shard, p.space_id, p.root_id, p.ready`;

/**
 * Who holds the session token with this SHA-256 (hex), if it is live. Three rows and the index entry of the digest.
 * Always answered by the primary, so that a revoked session is refused at once (A7).
 */
export async function findSession(directory: D1Database, digest: string, now: number): Promise<Identity | undefined> {
  const row = await directory
    .prepare(
      `SELECT s.id AS credential_id, s.user_agent AS device, s.expires_at, NULL AS last_used_at, 'read write' AS scopes, ${USER_AND_PLACEMENT}
       FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN placements p ON p.user_id = u.id
       WHERE s.token = ? AND s.expires_at > ? AND u.suspended_at IS NULL`,
    )
    .bind(digest, now)
    .first<IdentityRow>();
  if (!row) return undefined;
  const stale = (row.expires_at ?? 0) - now < SESSION_LIFETIME - SESSION_EXTEND_AFTER;
  return identity({ ...row, device: deviceOf(row.device ?? "") }, "session", stale);
}

/** Who holds the personal access token with this SHA-256, if it is live. Three rows. */
export async function findToken(directory: D1Database, hash: ArrayBuffer, now: number): Promise<Identity | undefined> {
  const row = await directory
    .prepare(
      `SELECT t.id AS credential_id, t.name AS device, t.expires_at, t.last_used_at, t.scopes, ${USER_AND_PLACEMENT}
       FROM tokens t JOIN users u ON u.id = t.user_id LEFT JOIN placements p ON p.user_id = u.id
       WHERE t.hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?) AND u.suspended_at IS NULL`,
    )
    .bind(hash, now)
    .first<IdentityRow>();
  if (!row) return undefined;
  return identity(row, "token", now - (row.last_used_at ?? 0) >= TOKEN_USE_RESOLUTION);
}

/** Whether a credential that was live a moment ago still is. Two rows, from the primary. */
export async function isLiveCredential(
  directory: D1Database,
  { via, credentialId }: Pick<Identity, "via" | "credentialId">,
  now: number,
): Promise<boolean> {
  const table = via === "session" ? "sessions" : "tokens";
  const row = await directory
    .prepare(
      `SELECT 1 FROM ${table} k JOIN users u ON u.id = k.user_id
       WHERE k.id = ? AND (k.expires_at IS NULL OR k.expires_at > ?) AND u.suspended_at IS NULL`,
    )
    .bind(credentialId, now)
    .first();
  return row !== null;
}

/** Writes the use of a stale credential down: a session lives on, a token shows its last use. */
export async function touchIdentity(directory: D1Database, who: Identity, now: number): Promise<void> {
  const statement =
    who.via === "session"
      ? directory
          .prepare("UPDATE sessions SET expires_at = ?1 + ?2, updated_at = ?1 WHERE id = ?3")
          .bind(now, SESSION_LIFETIME, who.credentialId)
      : directory.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?").bind(now, who.credentialId);
  await statement.run();
}

function identity(row: IdentityRow, via: "session" | "token", stale: boolean): Identity {
  const { shard, space_id: spaceId, root_id: rootId } = row;
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    admin: row.admin === 1,
    emailVerified: row.email_verified === 1,
    twoFactor: row.two_factor === 1,
    via,
    credentialId: row.credential_id,
    device: row.device,
    expiresAt: row.expires_at,
    scopes: new Set(row.scopes.split(" ") as Scope[]),
    placement: shard && spaceId && rootId ? { shard, spaceId, rootId, ready: row.ready === 1 } : undefined,
    stale,
  };
}
