/** What a mailed link is good for: a new password once, or to say that an email is one's own until it expires. */
export type MailTokenKind = "reset" | "verify";

export interface NewMailToken {
  readonly secretHash: ArrayBuffer;
  readonly kind: MailTokenKind;
  readonly userId: string;
  readonly email: string;
  readonly expiresAt: number;
  /** Whether the link goes to that email; else it is handed on, and says nothing of whose the email is. */
  readonly isMailed: boolean;
}

/** Keeps the digest of a link's secret. Three rows, its indexes' entries included. */
export function insertMailToken(directory: D1Database, token: NewMailToken, now: number): D1PreparedStatement {
  const { secretHash, kind, userId, email, expiresAt, isMailed } = token;
  return directory
    .prepare(
      `INSERT INTO mail_tokens (secret_hash, kind, user_id, email, created_at, expires_at, is_mailed)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(secretHash, kind, userId, email, now, expiresAt, isMailed ? 1 : 0);
}

/** Whose link it is: that of secret `?1` and kind `?2`, at `?3`, while its email is still the account's. */
const OWNED = `SELECT t.user_id FROM mail_tokens t JOIN users u ON u.id = t.user_id AND u.email = t.email
  WHERE t.secret_hash = ?1 AND t.kind = ?2 AND t.expires_at > ?3`;
const OWNER = `(${OWNED})`;

/** Who has an account, as a mail to them needs it. */
export interface MailOwner {
  readonly userId: string;
  readonly email: string;
}

/**
 * Whose link this is, and whether it was known before that their email is theirs; null where it is good for nothing (any
 * more). Three rows at most.
 */
export async function findMailToken(
  directory: D1Database,
  secretHash: ArrayBuffer,
  kind: MailTokenKind,
  now: number,
): Promise<(MailOwner & { readonly isVerified: boolean }) | null> {
  const row = await directory
    .prepare(`SELECT id AS userId, email, email_verified AS verified FROM users WHERE id = ${OWNER}`)
    .bind(secretHash, kind, now)
    .first<MailOwner & { readonly verified: number }>();
  return row && { userId: row.userId, email: row.email, isVerified: row.verified === 1 };
}

/** The account of an email, in lower case; null where there is none. Two rows. */
export function findMailOwner(directory: D1Database, email: string): Promise<MailOwner | null> {
  return directory.prepare("SELECT id AS userId, email FROM users WHERE email = ?").bind(email).first<MailOwner>();
}

/**
 * Uses a link for a new password up (E3): sets it, ends all sessions, sign-ins that wait for their second factor, trusted
 * browsers and device codes, and notes that the email is the account's, where the link was mailed there. Where that was not
 * known before, tokens and passkeys end, too: whoever made them may have made the account with somebody else's email. All of
 * it or nothing; of two that use one link at the same time, one is answered true.
 *
 * @param password - A hash as A2 says.
 */
export async function resetPassword(
  directory: D1Database,
  secretHash: ArrayBuffer,
  password: string,
  now: number,
): Promise<boolean> {
  const where = [secretHash, "reset", now] as const;
  const [changed] = await directory.batch([
    directory
      .prepare(
        `UPDATE credentials SET password = ?4, updated_at = ?3 WHERE provider_id = 'credential' AND user_id = ${OWNER}`,
      )
      .bind(...where, password),
    ...["tokens", "passkeys"].map((table) =>
      directory
        .prepare(
          `DELETE FROM ${table} WHERE user_id = (SELECT id FROM users WHERE id = ${OWNER} AND email_verified = 0)`,
        )
        .bind(...where),
    ),
    directory
      .prepare(`UPDATE users SET email_verified = 1, updated_at = ?3 WHERE id = (${OWNED} AND t.is_mailed = 1)`)
      .bind(...where),
    directory.prepare(`DELETE FROM sessions WHERE user_id = ${OWNER}`).bind(...where),
    directory
      .prepare(
        `DELETE FROM verifications WHERE value = ${OWNER} AND (identifier GLOB 'trust-device-*' OR identifier GLOB '2fa-*')`,
      )
      .bind(...where),
    directory.prepare(`DELETE FROM device_codes WHERE user_id = ${OWNER}`).bind(...where),
    // Last: the others go by it.
    directory.prepare(`DELETE FROM mail_tokens WHERE kind = ?2 AND user_id = ${OWNER}`).bind(...where),
  ]);
  return (changed?.meta.changes ?? 0) > 0;
}

/** Notes that an account's email is its owner's, who has the link (E4); false where the link is good for nothing. */
export async function verifyEmail(directory: D1Database, secretHash: ArrayBuffer, now: number): Promise<boolean> {
  const { meta } = await directory
    .prepare(`UPDATE users SET email_verified = 1, updated_at = ?3 WHERE id = ${OWNER}`)
    .bind(secretHash, "verify", now)
    .run();
  return meta.changes > 0;
}
