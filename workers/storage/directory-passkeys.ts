/** A passkey, as its owner sees it. Times are milliseconds since 1970. */
export interface PasskeyInfo {
  readonly id: string;
  readonly name: string;
  /** Whether it is synced to the person's other devices. */
  readonly backedUp: boolean;
  /** The authenticator's model (a UUID), all zeros where it does not say. */
  readonly aaguid: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** What a browser is told of a passkey that it may find again. */
export interface PasskeyHint {
  /** Base64url. */
  readonly credentialId: string;
  readonly transports: string[];
}

/** What its answers are checked against. */
export interface PasskeyKey extends PasskeyHint {
  readonly id: string;
  readonly userId: string;
  /** COSE. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
}

/** Passkeys that one account may hold. */
export const MAX_PASSKEYS = 25;

/** The account's passkeys, newest first. */
export async function listPasskeys(directory: D1Database, userId: string): Promise<PasskeyInfo[]> {
  const { results } = await directory
    .prepare(
      `SELECT id, name, backed_up AS backedUp, aaguid, created_at AS createdAt, last_used_at AS lastUsedAt
       FROM passkeys WHERE user_id = ? ORDER BY id DESC`,
    )
    .bind(userId)
    .all<Omit<PasskeyInfo, "backedUp"> & { backedUp: number }>();
  return results.map((row) => ({ ...row, backedUp: row.backedUp === 1 }));
}

export async function listPasskeyHints(directory: D1Database, userId: string): Promise<PasskeyHint[]> {
  const { results } = await directory
    .prepare("SELECT credential_id AS credentialId, transports FROM passkeys WHERE user_id = ?")
    .bind(userId)
    .all<{ credentialId: string; transports: string }>();
  return results.map(({ credentialId, transports }) => ({ credentialId, transports: split(transports) }));
}

/** The passkey with this credential id (base64url), whoever's it is. One row and its index entry. */
export async function findPasskey(directory: D1Database, credentialId: string): Promise<PasskeyKey | undefined> {
  const row = await directory
    .prepare(
      `SELECT id, user_id AS userId, public_key AS publicKey, counter, transports FROM passkeys WHERE credential_id = ?`,
    )
    .bind(credentialId)
    .first<{ id: string; userId: string; publicKey: number[]; counter: number; transports: string }>();
  if (!row) return undefined;
  const { publicKey, transports } = row;
  return { ...row, credentialId, publicKey: Uint8Array.from(publicKey), transports: split(transports) };
}

/** Keeps a passkey. False where the account holds `MAX_PASSKEYS`, or somebody has that credential already. */
export async function addPasskey(directory: D1Database, key: PasskeyKey, info: PasskeyInfo): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `INSERT OR IGNORE INTO passkeys
         (id, user_id, name, credential_id, public_key, counter, transports, backed_up, aaguid, created_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
       WHERE (SELECT count(*) FROM passkeys WHERE user_id = ?2) < ?11`,
    )
    .bind(
      info.id,
      key.userId,
      info.name,
      key.credentialId,
      key.publicKey,
      key.counter,
      key.transports.join(","),
      info.backedUp ? 1 : 0,
      info.aaguid,
      info.createdAt,
      MAX_PASSKEYS,
    )
    .run();
  return meta.changes > 0;
}

/** Writes a sign-in down. False where the passkey is gone, or signed with a higher count meanwhile: it was copied. */
export async function usePasskey(
  directory: D1Database,
  id: string,
  counter: number,
  backedUp: boolean,
  now: number,
): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `UPDATE passkeys SET counter = ?2, backed_up = ?3, last_used_at = ?4
       WHERE id = ?1 AND (counter < ?2 OR counter = 0)`,
    )
    .bind(id, counter, backedUp ? 1 : 0, now)
    .run();
  return meta.changes > 0;
}

/** False where the account has no passkey with that id. */
export async function renamePasskey(directory: D1Database, userId: string, id: string, name: string): Promise<boolean> {
  const { meta } = await directory
    .prepare("UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?")
    .bind(name, id, userId)
    .run();
  return meta.changes > 0;
}

/** False where the account has no passkey with that id. */
export async function removePasskey(directory: D1Database, userId: string, id: string): Promise<boolean> {
  const { meta } = await directory.prepare("DELETE FROM passkeys WHERE id = ? AND user_id = ?").bind(id, userId).run();
  return meta.changes > 0;
}

function split(transports: string): string[] {
  return transports === "" ? [] : transports.split(",");
}
