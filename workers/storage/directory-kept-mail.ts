/** A message that was kept instead of sent. Times are milliseconds since 1970. */
export interface KeptMail {
  readonly id: string;
  readonly key: string;
  readonly recipient: string;
  readonly payload: number[];
  readonly sentAt: number;
}

const COLUMNS = "id, key, recipient, payload, sent_at AS sentAt";

/** The latest messages that were kept, newest first. */
export async function listKept(directory: D1Database, most: number): Promise<KeptMail[]> {
  const { results } = await directory
    .prepare(`SELECT ${COLUMNS} FROM outbox WHERE sent_at IS NOT NULL AND payload IS NOT NULL ORDER BY id DESC LIMIT ?`)
    .bind(most)
    .all<KeptMail>();
  return results;
}

/** A message that was kept; null where there is none of that id. */
export function readKept(directory: D1Database, id: string): Promise<KeptMail | null> {
  return directory
    .prepare(`SELECT ${COLUMNS} FROM outbox WHERE id = ? AND sent_at IS NOT NULL AND payload IS NOT NULL`)
    .bind(id)
    .first<KeptMail>();
}
