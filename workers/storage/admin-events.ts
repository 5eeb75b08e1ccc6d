import type { AdminAction, AdminEvent } from "../../protocol/admin.ts";
import { newId } from "../../protocol/new-id.ts";

/** Records are kept for a year. Milliseconds. */
const KEPT_FOR = 365 * 86_400_000;

/** Which administrator acts, and by which session. */
export interface Actor {
  readonly userId: string;
  readonly credentialId: string;
}

/** What is done, and to whom. */
export interface AdminAct {
  readonly action: AdminAction;
  readonly accountId: string | null;
  readonly detail?: string | null;
}

const INSERT = `INSERT INTO admin_events (id, at, actor_id, device, action, account_id, detail)
  SELECT ?1, ?2, ?3, (SELECT nullif(user_agent, '') FROM sessions WHERE id = ?4), ?5, ?6, ?7`;

/** Writes down what is about to be done, or is done elsewhere. */
export function recordAct(directory: D1Database, actor: Actor, act: AdminAct, now: number): D1PreparedStatement {
  return bindAct(directory, INSERT, actor, act, now);
}

/** As `recordAct`, to stand in a batch right behind what it tells of: nothing where that changed nothing. */
export function recordIfChanged(directory: D1Database, actor: Actor, act: AdminAct, now: number): D1PreparedStatement {
  return bindAct(directory, `${INSERT} WHERE changes() > 0`, actor, act, now);
}

function bindAct(
  directory: D1Database,
  sql: string,
  { userId, credentialId }: Actor,
  { action, accountId, detail = null }: AdminAct,
  now: number,
): D1PreparedStatement {
  return directory.prepare(sql).bind(newId(now), now, userId, credentialId, action, accountId, detail);
}

/** Of which records a page is. */
export interface EventFilter {
  /** Only those whose id sorts before it. */
  readonly before: string;
  readonly limit: number;
  readonly action?: AdminAction | undefined;
  /** Who did it, or whom it was done to. */
  readonly account?: string | undefined;
  /** Milliseconds since 1970; the first is included. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

interface EventRow {
  readonly id: string;
  readonly at: number;
  readonly device: string | null;
  readonly action: AdminAction;
  readonly detail: string | null;
  readonly actor_id: string;
  readonly actor_name: string | null;
  readonly actor_email: string | null;
  readonly account_id: string | null;
  readonly account_name: string | null;
  readonly account_email: string | null;
}

/** What administrators did, newest first. Reads what it passes over, too, where a filter is given: at most a year's. */
export async function listAdminEvents(directory: D1Database, filter: EventFilter): Promise<AdminEvent[]> {
  const { before, limit, action = null, account = null, from = null, until = null } = filter;
  const { results } = await directory
    .prepare(
      `SELECT e.id, e.at, e.device, e.action, e.detail, e.actor_id, a.name AS actor_name, a.email AS actor_email,
         e.account_id, u.name AS account_name, u.email AS account_email
       FROM admin_events e LEFT JOIN users a ON a.id = e.actor_id LEFT JOIN users u ON u.id = e.account_id
       WHERE e.id < ?1 AND (?3 IS NULL OR e.action = ?3) AND (?4 IS NULL OR e.account_id = ?4 OR e.actor_id = ?4)
         AND (?5 IS NULL OR e.at >= ?5) AND (?6 IS NULL OR e.at < ?6)
       ORDER BY e.id DESC LIMIT ?2`,
    )
    .bind(before, limit, action, account, from, until)
    .all<EventRow>();
  return results.map((row) => ({
    id: row.id,
    at: row.at,
    by: personOf(row.actor_id, row.actor_name, row.actor_email),
    device: row.device,
    action: row.action,
    account: row.account_id === null ? null : personOf(row.account_id, row.account_name, row.account_email),
    detail: row.detail,
  }));
}

function personOf(id: string, name: string | null, email: string | null) {
  return { id, name: name ?? "", email: email ?? "" };
}

/** Deletes records that are older than a year, at most `limit`. */
export async function pruneAdminEvents(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory
    .prepare("DELETE FROM admin_events WHERE id IN (SELECT id FROM admin_events WHERE id < ? ORDER BY id LIMIT ?)")
    .bind(newId(now - KEPT_FOR), limit)
    .run();
}
