import { z } from "zod";
import type { Notification, NotificationPage } from "../../protocol/activity.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";

/** Notifications are kept for 90 days (V4). Milliseconds. */
export const NOTIFICATION_MS = 90 * 86_400_000;
/** Unread ones are counted up to here. */
export const MOST_UNREAD = 1_000;
/** Those that one request marks as read at most where it names none. */
const MARKED = 10_000;

interface NotificationRow {
  readonly id: string;
  readonly at: number;
  readonly kind: Notification["kind"];
  readonly by_id: string | null;
  readonly by_name: string | null;
  readonly subject_kind: Notification["subject"]["kind"];
  readonly subject_id: string;
  readonly subject_name: string;
  readonly detail: string | null;
  readonly count: number;
  readonly read_at: number | null;
}

const Position = z.tuple([z.literal("notifications"), z.number(), z.string()]);

const NEWEST = `
  SELECT n.id, n.at, n.kind, u.id AS by_id, u.name AS by_name, n.subject_kind, n.subject_id, n.subject_name, n.detail,
    n.count, n.read_at
  FROM notifications n INDEXED BY notifications_newest LEFT JOIN users u ON u.id = n.by_id
  WHERE n.account_id = ?1 AND (n.at, n.id) < (?2, ?3) ORDER BY n.at DESC, n.id DESC LIMIT ?4`;

const UNREAD = `
  SELECT count(*) AS unread FROM (
    SELECT 1 FROM notifications INDEXED BY notifications_unread WHERE account_id = ?1 AND read_at IS NULL LIMIT ?2)`;

/**
 * What an account was told of, newest first, one page, and how many of all are unread, up to `MOST_UNREAD`.
 *
 * @throws LedgeError `invalid_cursor`.
 */
export async function listNotifications(
  directory: D1Database,
  accountId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<NotificationPage> {
  const after = cursor === undefined ? null : decodePagePosition(Position, cursor);
  const [newest, count] = await directory.batch<unknown>([
    directory.prepare(NEWEST).bind(accountId, after?.[1] ?? Number.MAX_SAFE_INTEGER, after?.[2] ?? "~", limit + 1),
    directory.prepare(UNREAD).bind(accountId, MOST_UNREAD),
  ]);
  const rows = (newest?.results ?? []) as NotificationRow[];
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    notifications: page.map(notificationFrom),
    unread: (count?.results[0] as { unread: number } | undefined)?.unread ?? 0,
    next: last ? encodePagePosition<z.infer<typeof Position>>(["notifications", last.at, last.id]) : null,
  };
}

function notificationFrom(row: NotificationRow): Notification {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind,
    by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? "" },
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    detail: row.detail,
    count: row.count,
    readAt: row.read_at,
  };
}

const READ = `
  UPDATE notifications SET read_at = ?2
  WHERE account_id = ?1 AND read_at IS NULL AND id IN (SELECT value FROM json_each(?3))`;

const READ_ALL = `
  UPDATE notifications SET read_at = ?2 WHERE account_id = ?1 AND id IN (
    SELECT id FROM notifications INDEXED BY notifications_unread WHERE account_id = ?1 AND read_at IS NULL LIMIT ?3)`;

/**
 * Marks notifications of the account as read, now; those that are read already keep their time.
 *
 * @param ids - Null: all.
 * @returns how many were unread.
 */
export async function readNotifications(
  directory: D1Database,
  accountId: string,
  ids: readonly string[] | null,
  now: number,
): Promise<number> {
  const statement =
    ids === null
      ? directory.prepare(READ_ALL).bind(accountId, now, MARKED)
      : directory.prepare(READ).bind(accountId, now, JSON.stringify(ids));
  return (await statement.run()).meta.changes;
}

const PRUNE = `
  DELETE FROM notifications WHERE (account_id, id) IN (
    SELECT account_id, id FROM notifications INDEXED BY notifications_time WHERE at < ?1 ORDER BY at LIMIT ?2)`;

/** Deletes notifications that are older than 90 days, at most `limit`; answers how many. */
export async function pruneNotifications(directory: D1Database, now: number, limit: number): Promise<number> {
  const { meta } = await directory
    .prepare(PRUNE)
    .bind(now - NOTIFICATION_MS, limit)
    .run();
  return meta.changes;
}

/** Every query here, for the test that reads their plans. */
export const NOTIFICATION_QUERIES = { NEWEST, UNREAD, READ, READ_ALL, PRUNE };
