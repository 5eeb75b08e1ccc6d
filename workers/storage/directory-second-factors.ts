/**
 * Whose second step of signing in has this identifier, if it has not ended: better-auth's twoFactor plugin keeps it under
 * `verifications`, beside the count of wrong codes. One row and its index entry.
 */
export async function findChallenge(
  directory: D1Database,
  identifier: string,
  now: number,
): Promise<{ readonly userId: string } | undefined> {
  if (!identifier.startsWith("2fa-") || identifier.startsWith("2fa-attempts-")) return undefined;
  const row = await directory
    .prepare("SELECT value AS userId FROM verifications WHERE identifier = ? AND expires_at > ?")
    .bind(identifier, now)
    .first<{ userId: string }>();
  return row ?? undefined;
}

/**
 * Uses up what is good once. False where it was used before and `expiresAt` (ms since 1970) of that use has not come yet;
 * of several at the same time, one is answered true.
 */
export async function spendOnce(
  directory: D1Database,
  digest: ArrayBuffer,
  expiresAt: number,
  now: number,
): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `INSERT INTO spent_codes (digest, expires_at) VALUES (?1, ?2)
       ON CONFLICT (digest) DO UPDATE SET expires_at = ?2 WHERE expires_at <= ?3`,
    )
    .bind(digest, expiresAt, now)
    .run();
  return meta.changes > 0;
}

/**
 * Makes every browser that was told to be trusted ask for the second factor again, and ends the sign-ins that wait for
 * theirs: they knew a password, or a second factor, that is no more.
 */
export async function forgetSecondSteps(directory: D1Database, userId: string): Promise<void> {
  await directory
    .prepare(
      "DELETE FROM verifications WHERE value = ? AND (identifier GLOB 'trust-device-*' OR identifier GLOB '2fa-*')",
    )
    .bind(userId)
    .run();
}
