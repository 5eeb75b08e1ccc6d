import type { Notification } from "../../protocol/activity.ts";
import { newId } from "../../protocol/new-id.ts";

/** Something that an account is to be told of. */
export interface NewNotification {
  /** Who is told. */
  readonly accountId: string;
  readonly kind: Notification["kind"];
  /** The account that did it; null where nobody with one did. */
  readonly byId: string | null;
  readonly subject: Notification["subject"];
  readonly detail?: string | null;
  /** How many; 1 where it is not said. */
  readonly count?: number;
  /**
   * The id of the event that it tells of. What has the same is one notification, unread again, whose counts add up.
   * Absent: one of its own.
   */
  readonly event?: string;
  readonly at: number;
}

/** The statement that leaves accounts the same notification, for a batch on the directory: four rows an account. */
function statement(
  directory: D1Database,
  accounts: readonly string[],
  { kind, byId, subject, detail, count, event, at }: Told,
): D1PreparedStatement {
  return directory
    .prepare(INSERT)
    .bind(
      JSON.stringify(accounts),
      event ?? newId(at),
      at,
      kind,
      byId,
      subject.kind,
      subject.id,
      subject.name,
      detail ?? null,
      count ?? 1,
    );
}

/** What several accounts are told of. */
type Told = Omit<NewNotification, "accountId">;

/** The statement that leaves a notification, for a batch on the directory: four rows. */
export function notificationStatement(directory: D1Database, told: NewNotification): D1PreparedStatement {
  return statement(directory, [told.accountId], told);
}

/** Leaves accounts the same notification, in one statement. Who is no account any more is told nothing. */
export async function notifyAlike(directory: D1Database, accounts: readonly string[], told: Told): Promise<void> {
  if (accounts.length > 0) await statement(directory, accounts, told).run();
}

/** Leaves notifications, all or none. Who is no account any more is told nothing. */
export async function notifyAccounts(directory: D1Database, told: readonly NewNotification[]): Promise<void> {
  if (told.length > 0) await directory.batch(told.map((each) => notificationStatement(directory, each)));
}

/** As `notifyAccounts`, one. */
export async function notifyAccount(directory: D1Database, told: NewNotification): Promise<void> {
  await notificationStatement(directory, told).run();
}

const INSERT = `
  INSERT INTO notifications (account_id, id, at, kind, by_id, subject_kind, subject_id, subject_name, detail, count)
  SELECT u.id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM json_each(?1) j CROSS JOIN users u ON u.id = j.value WHERE true
  ON CONFLICT (account_id, id) DO UPDATE SET at = excluded.at, subject_name = excluded.subject_name,
    detail = excluded.detail, count = notifications.count + excluded.count, read_at = NULL`;
