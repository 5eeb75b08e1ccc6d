/** How old a half-made account must be before it counts as abandoned, milliseconds. */
const ABANDONED_AFTER = 60_000;

/**
 * Frees an email whose sign-up crashed between the user and its password: nobody could ever sign in to that account.
 */
export async function dropAbandoned(directory: D1Database, email: string, now: number): Promise<void> {
  await directory
    .prepare(
      `DELETE FROM users WHERE email = ? AND created_at < ?
       AND NOT EXISTS (SELECT 1 FROM credentials WHERE user_id = users.id)`,
    )
    .bind(email, now - ABANDONED_AFTER)
    .run();
}

/** Changes the account's display name. */
export async function renameAccount(directory: D1Database, userId: string, name: string, now: number): Promise<void> {
  await directory.prepare("UPDATE users SET name = ?, updated_at = ? WHERE id = ?").bind(name, now, userId).run();
}

/** Changes the account's email, in lower case; another one is unverified. False where another account has it. */
export async function changeEmail(directory: D1Database, userId: string, email: string, now: number): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      "UPDATE OR IGNORE users SET email = ?1, email_verified = iif(email = ?1, email_verified, 0), updated_at = ?2 WHERE id = ?3",
    )
    .bind(email, now, userId)
    .run();
  return meta.changes > 0;
}
