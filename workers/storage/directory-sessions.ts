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

/** Ends one session of the account. False where it has none with that id. */
export async function revokeSession(directory: D1Database, userId: string, id: string): Promise<boolean> {
  const { meta } = await directory.prepare("DELETE FROM sessions WHERE id = ? AND user_id = ?").bind(id, userId).run();
  return meta.changes > 0;
}

/** Deletes what has expired, at most `limit` rows of each kind: sessions and device codes. */
export async function dropExpired(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory.batch([
    directory
      .prepare("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)")
      .bind(now, limit),
    directory
      .prepare("DELETE FROM device_codes WHERE id IN (SELECT id FROM device_codes WHERE expires_at <= ? LIMIT ?)")
      .bind(now, limit),
  ]);
}
