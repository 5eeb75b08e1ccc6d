import type { Scope } from "./directory-identities.ts";

/** A personal access token, as its owner sees it: never the token itself. Times are milliseconds since 1970. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** Tokens that one account may hold. */
export const MAX_TOKENS = 100;

/** The account's tokens, newest first, expired ones included. */
export async function listTokens(directory: D1Database, userId: string): Promise<TokenInfo[]> {
  const { results } = await directory
    .prepare(
      `SELECT id, name, scopes, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt
       FROM tokens WHERE user_id = ? ORDER BY id DESC`,
    )
    .bind(userId)
    .all<Omit<TokenInfo, "scopes"> & { scopes: string }>();
  return results.map((row) => ({ ...row, scopes: row.scopes.split(" ") as Scope[] }));
}

/** Keeps a token by its SHA-256. False where the account holds `MAX_TOKENS` already. */
export async function addToken(
  directory: D1Database,
  userId: string,
  hash: ArrayBuffer,
  token: TokenInfo,
): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `INSERT INTO tokens (hash, id, user_id, name, scopes, expires_at, created_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM tokens WHERE user_id = ?3) < ?8`,
    )
    .bind(hash, token.id, userId, token.name, token.scopes.join(" "), token.expiresAt, token.createdAt, MAX_TOKENS)
    .run();
  return meta.changes > 0;
}

/** Forgets a token of the account. False where it has none with that id. */
export async function removeToken(directory: D1Database, userId: string, id: string): Promise<boolean> {
  const { meta } = await directory.prepare("DELETE FROM tokens WHERE id = ? AND user_id = ?").bind(id, userId).run();
  return meta.changes > 0;
}
