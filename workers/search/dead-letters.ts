import type { DeadLetter } from "../../protocol/search.ts";

/** Days that they are kept. */
const KEPT_DAYS = 90;
const DAY = 86_400_000;

/** Writes down messages that were tried to the end, each once however often it comes, and acknowledges them (X6). */
export async function keepDead(search: D1Database, messages: readonly Message[], now: number): Promise<void> {
  const rows = messages.map(({ id, body }) => [id, JSON.stringify(body ?? null)]);
  await search
    .prepare(
      `INSERT INTO dead_letters (message_id, body, at)
       SELECT value ->> 0, value ->> 1, ?2 FROM json_each(?1) WHERE true ON CONFLICT (message_id) DO NOTHING`,
    )
    .bind(JSON.stringify(rows), now)
    .run();
  for (const message of messages) message.ack();
}

/** Newest first. */
export async function listDead(search: D1Database, limit: number): Promise<DeadLetter[]> {
  const { results } = await search
    .prepare("SELECT id, body, at, redriven_at AS redrivenAt FROM dead_letters ORDER BY id DESC LIMIT ?")
    .bind(limit)
    .all<DeadLetter>();
  return results;
}

/**
 * Those that were not sent again yet, oldest first, marked as sent. The caller sends them; the cron knows them besides.
 *
 * @param id - That one alone, where it was not sent again yet; absent: up to `limit`.
 */
export async function takeDead(search: D1Database, limit: number, now: number, id?: number): Promise<string[]> {
  const { results } = await search
    .prepare(
      `UPDATE dead_letters SET redriven_at = ?2
       WHERE id IN (SELECT id FROM dead_letters
         WHERE redriven_at IS NULL AND (?3 IS NULL OR id = ?3) ORDER BY id LIMIT ?1) RETURNING body`,
    )
    .bind(limit, now, id ?? null)
    .all<{ body: string }>();
  return results.map(({ body }) => body);
}

/** Deletes old ones, up to `limit`. */
export async function forgetDead(search: D1Database, now: number, limit: number): Promise<void> {
  await search
    .prepare("DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE at < ?1 ORDER BY id LIMIT ?2)")
    .bind(now - KEPT_DAYS * DAY, limit)
    .run();
}
