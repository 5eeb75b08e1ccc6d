import { newId } from "../../protocol/new-id.ts";

/** A message to be written down. Times are milliseconds since 1970. */
export interface NewMailRow {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly recipient: string;
  readonly payload: ArrayBuffer;
  readonly expiresAt: number;
}

/** Writes a message down, once for its key. Three rows, its indexes' entries included. */
export function insertMail(directory: D1Database, mail: NewMailRow, now: number): D1PreparedStatement {
  const { id, key, kind, recipient, payload, expiresAt } = mail;
  return directory
    .prepare(
      `INSERT INTO outbox (id, key, kind, recipient, payload, created_at, expires_at, next_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6) ON CONFLICT (key) DO NOTHING`,
    )
    .bind(id, key, kind, recipient, payload, now, expiresAt);
}

/** A message that a sender has for itself. */
export interface ClaimedMail {
  readonly id: string;
  readonly key: string;
  readonly recipient: string;
  readonly payload: number[];
  readonly attempts: number;
  readonly expires_at: number;
}

/**
 * Takes the message that is due longest, so that no other sender has it; null where none is. Whose sender tells nothing until
 * `leaseMs` are over is not tried again (`giveUpLost`): it may have been sent.
 */
export async function claimDue(directory: D1Database, now: number, leaseMs: number): Promise<ClaimedMail | null> {
  return directory
    .prepare(
      `UPDATE outbox SET next_at = NULL, claimed_until = ?1 + ?2, attempts = attempts + 1
       WHERE id = (SELECT id FROM outbox WHERE next_at <= ?1 ORDER BY next_at LIMIT 1)
       RETURNING id, key, recipient, payload, attempts, expires_at`,
    )
    .bind(now, leaseMs)
    .first<ClaimedMail>();
}

/** Notes that a message was sent. `isKept`: what it says stays. */
export async function noteSent(directory: D1Database, id: string, now: number, isKept: boolean): Promise<void> {
  await directory
    .prepare(
      `UPDATE outbox SET claimed_until = NULL, sent_at = ?2, error = NULL, payload = iif(?3, payload, NULL) WHERE id = ?1`,
    )
    .bind(id, now, isKept ? 1 : 0)
    .run();
}

/** Notes that a message could not be sent, and when to try again; null: never. */
export async function noteFailed(
  directory: D1Database,
  id: string,
  error: string,
  nextAt: number | null,
): Promise<void> {
  await directory
    .prepare(
      `UPDATE outbox SET claimed_until = NULL, next_at = ?2, error = ?3, payload = iif(?2 IS NULL, NULL, payload)
       WHERE id = ?1`,
    )
    .bind(id, nextAt, error)
    .run();
}

/** Gives up what a sender took and told nothing of: whether it was sent is not known, and nothing is sent twice (E2). */
export async function giveUpLost(directory: D1Database, now: number): Promise<void> {
  await directory
    .prepare(
      `UPDATE outbox SET claimed_until = NULL, payload = NULL, error = 'its sender stopped: it may have been sent or not'
       WHERE claimed_until <= ?`,
    )
    .bind(now)
    .run();
}

/** How long a message's row is kept, and with it its key. Milliseconds. */
const KEPT_FOR = 30 * 86_400_000;

/** Deletes messages that are old, at most `limit`; their keys are free again. */
export async function forgetMail(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory
    .prepare("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE id < ? ORDER BY id LIMIT ?)")
    .bind(newId(now - KEPT_FOR), limit)
    .run();
}

/** A message that was not sent, as the administrator sees it. Times are milliseconds since 1970. */
export interface UnsentMail {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly createdAt: number;
  readonly attempts: number;
  /** When it is tried again; null: never. */
  readonly nextAt: number | null;
  readonly error: string;
}

/** Messages that could not be sent so far, newest first. */
export async function listUnsent(
  directory: D1Database,
  before: string | undefined,
  most: number,
): Promise<UnsentMail[]> {
  const { results } = await directory
    .prepare(
      `SELECT id, kind, recipient, created_at AS createdAt, attempts, coalesce(next_at, claimed_until) AS nextAt, error
       FROM outbox INDEXED BY outbox_failed
       WHERE error IS NOT NULL AND sent_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?`,
    )
    .bind(before ?? "~", most)
    .all<UnsentMail>();
  return results;
}
