/** A signed-in device, as its owner sees it. Times are milliseconds since 1970. */
export interface SessionInfo {
  readonly id: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** The account's live sessions, newest first. */
export async function listSessions(directory: D1Database, userId: string, now: number): Promise<SessionInfo[]> {
  const { results } = await directory
    .prepare(
      `SELECT id, created_at AS createdAt, updated_at AS lastUsedAt, expires_at AS expiresAt,
         nullif(ip_address, '') AS ipAddress, nullif(user_agent, '') AS userAgent
       FROM sessions WHERE user_id = ? AND expires_at > ? ORDER BY id DESC LIMIT 1000`,
    )
    .bind(userId, now)
    .all<SessionInfo>();
  return results;
}

/** Ends sessions of the account; answers how many of them it had. */
export async function revokeSessions(directory: D1Database, userId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { meta } = await directory
    .prepare("DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?)) AND user_id = ?")
    .bind(JSON.stringify(ids), userId)
    .run();
  return meta.changes;
}

/** When the session began, ms since 1970; null where there is none with that id. */
export async function sessionStart(directory: D1Database, id: string): Promise<number | null> {
  return directory.prepare("SELECT created_at FROM sessions WHERE id = ?").bind(id).first<number>("created_at");
}

/** What expires, with its key. */
const EXPIRING = [
  ["sessions", "id"],
  ["device_codes", "id"],
  ["verifications", "id"],
  ["spent_codes", "digest"],
  ["mail_tokens", "secret_hash"],
] as const;

/** Deletes what has expired, at most `limit` rows of each kind. */
export async function dropExpired(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory.batch(
    EXPIRING.map(([table, key]) =>
      directory
        .prepare(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE expires_at <= ? LIMIT ?)`)
        .bind(now, limit),
    ),
  );
}
