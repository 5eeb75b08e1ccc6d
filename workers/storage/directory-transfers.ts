import type { Transfer, TransferState } from "../../protocol/transfers.ts";

/** One end of a transfer: a space, and where its rows are. */
export interface TransferSide {
  readonly shard: string;
  /** Of the rows: the owner's home space. */
  readonly spaceId: string;
  readonly ownerId: string;
  /** The shared folder that the asker has; null for the asker's own home. */
  readonly scope: string | null;
}

export interface TransferError {
  readonly code: string;
  readonly detail: string;
}

/** A transfer as the directory keeps it. Times are milliseconds since 1970. */
export interface TransferRow {
  readonly id: string;
  /** Who asked. */
  readonly accountId: string;
  readonly kind: Transfer["kind"];
  readonly state: TransferState;
  /** Whether something is left to do, clearing away included. */
  readonly isOpen: boolean;
  /** Whether it is too late to cancel it. */
  readonly isAppearing: boolean;
  /** JSON of the request. */
  readonly asked: string;
  /** The session or token that it came with, and the device. */
  readonly origin: string | null;
  readonly label: string | null;
  readonly from: TransferSide;
  readonly to: TransferSide;
  readonly nodeId: string;
  readonly targetId: string;
  readonly name: string;
  /** JSON: see workers/transfers. */
  readonly progress: string;
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number | null;
  readonly totalBytes: number | null;
  readonly error: TransferError | null;
  readonly leasedUntil: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a step changes of a transfer. */
export type TransferChanges = Partial<
  Pick<
    TransferRow,
    | "state"
    | "isOpen"
    | "isAppearing"
    | "targetId"
    | "name"
    | "progress"
    | "files"
    | "bytes"
    | "totalFiles"
    | "totalBytes"
    | "error"
  >
>;

/** How long transfers that ended are kept, milliseconds. */
const KEPT_MS = 30 * 86_400_000;
/** Transfers that one listing answers. */
const LISTED = 200;

/**
 * Writes a transfer down, where there is none of that id and the account has fewer than `most` under way.
 *
 * @returns the transfer of that id, whoever asked for it; null where the account has too many.
 */
export async function addTransfer(
  directory: D1Database,
  row: TransferRow,
  most: number,
): Promise<{ readonly row: TransferRow; readonly isNew: boolean } | null> {
  const [added, found] = await directory.batch([
    directory
      .prepare(
        `INSERT INTO transfers (id, account_id, kind, state, is_open, is_appearing, asked, origin, label, from_home, to_home,
           node_id, target_id, name, progress, leased_until, created_at, updated_at)
         SELECT ?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16
         WHERE (SELECT count(*) FROM transfers WHERE account_id = ?2 AND state = 'copying') < ?17 ON CONFLICT DO NOTHING`,
      )
      .bind(
        row.id,
        row.accountId,
        row.kind,
        row.state,
        row.isOpen ? 1 : 0,
        row.asked,
        row.origin,
        row.label,
        JSON.stringify(row.from),
        JSON.stringify(row.to),
        row.nodeId,
        row.targetId,
        row.name,
        row.progress,
        row.leasedUntil,
        row.createdAt,
        most,
      ),
    directory.prepare("SELECT * FROM transfers WHERE id = ?").bind(row.id),
  ]);
  const [kept] = found?.results ?? [];
  return kept === undefined ? null : { row: rowFrom(kept), isNew: (added?.meta.changes ?? 0) > 0 };
}

export async function readTransfer(directory: D1Database, id: string): Promise<TransferRow | null> {
  const row = await directory.prepare("SELECT * FROM transfers WHERE id = ?").bind(id).first();
  return row && rowFrom(row);
}

/** The account's, newest first. */
export async function listTransfers(directory: D1Database, accountId: string): Promise<TransferRow[]> {
  const { results } = await directory
    .prepare("SELECT * FROM transfers WHERE account_id = ? ORDER BY created_at DESC, id DESC LIMIT ?")
    .bind(accountId, LISTED)
    .all();
  return results.map(rowFrom);
}

/**
 * Takes a transfer that something is left to do of for one runner, until `until`.
 *
 * @returns null where another one has it, or nothing is left.
 */
export async function leaseTransfer(
  directory: D1Database,
  id: string,
  now: number,
  until: number,
): Promise<TransferRow | null> {
  const row = await directory
    .prepare("UPDATE transfers SET leased_until = ?3 WHERE id = ?1 AND is_open = 1 AND leased_until <= ?2 RETURNING *")
    .bind(id, now, until)
    .first();
  return row && rowFrom(row);
}

/** The runner's lease ends at `until`. */
export async function endLease(directory: D1Database, row: TransferRow, until: number): Promise<void> {
  await directory
    .prepare("UPDATE transfers SET leased_until = ?3 WHERE id = ?1 AND leased_until = ?2")
    .bind(row.id, row.leasedUntil, until)
    .run();
}

/**
 * Writes down what a step changed. What began to appear stays so.
 *
 * @returns the transfer as it is then; null where the lease is another's by now, or the state another than `row` says: then
 *   nothing was written.
 */
export async function saveTransfer(
  directory: D1Database,
  row: TransferRow,
  changes: TransferChanges,
  now: number,
): Promise<TransferRow | null> {
  const next = { ...row, ...changes };
  const saved = await directory
    .prepare(
      `UPDATE transfers SET state = ?4, is_open = ?5, is_appearing = max(is_appearing, ?6), target_id = ?7, name = ?8, progress = ?9, files = ?10,
         bytes = ?11, total_files = ?12, total_bytes = ?13, error = ?14, updated_at = ?15
       WHERE id = ?1 AND leased_until = ?2 AND state = ?3 RETURNING *`,
    )
    .bind(
      row.id,
      row.leasedUntil,
      row.state,
      next.state,
      next.isOpen ? 1 : 0,
      next.isAppearing ? 1 : 0,
      next.targetId,
      next.name,
      next.progress,
      next.files,
      next.bytes,
      next.totalFiles,
      next.totalBytes,
      next.error && JSON.stringify(next.error),
      now,
    )
    .first();
  return saved && rowFrom(saved);
}

/**
 * Cancels a transfer of the account's that has not begun to appear; what is to be cleared away is a runner's.
 *
 * @returns whether it was.
 */
export async function cancelTransfer(
  directory: D1Database,
  id: string,
  accountId: string,
  now: number,
): Promise<boolean> {
  const { meta } = await directory
    .prepare(
      `UPDATE transfers SET state = 'cancelled', updated_at = ?3
       WHERE id = ?1 AND account_id = ?2 AND kind = 'move' AND state = 'copying' AND is_appearing = 0`,
    )
    .bind(id, accountId, now)
    .run();
  return meta.changes > 0;
}

/** Transfers that no runner has, and that nothing was written of since `before`; longest first. */
export async function standingTransfers(
  directory: D1Database,
  now: number,
  before: number,
  limit: number,
): Promise<string[]> {
  const { results } = await directory
    .prepare(
      `SELECT id FROM transfers INDEXED BY transfers_open
       WHERE is_open = 1 AND updated_at <= ?2 AND leased_until <= ?1 ORDER BY updated_at LIMIT ?3`,
    )
    .bind(now, before, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Forgets transfers that ended 30 days ago, `limit` at most. */
export async function forgetTransfers(directory: D1Database, now: number, limit: number): Promise<void> {
  await directory
    .prepare(
      `DELETE FROM transfers WHERE id IN (
         SELECT id FROM transfers INDEXED BY transfers_ended WHERE is_open = 0 AND updated_at < ?1 LIMIT ?2)`,
    )
    .bind(now - KEPT_MS, limit)
    .run();
}

/** Whether an account is there and not suspended (R2). */
export async function isActive(directory: D1Database, accountId: string): Promise<boolean> {
  const row = await directory
    .prepare("SELECT 1 FROM users WHERE id = ? AND suspended_at IS NULL")
    .bind(accountId)
    .first();
  return row !== null;
}

function rowFrom(found: unknown): TransferRow {
  const row = found as Record<string, unknown>;
  return {
    id: row["id"] as string,
    accountId: row["account_id"] as string,
    kind: row["kind"] as TransferRow["kind"],
    state: row["state"] as TransferState,
    isOpen: row["is_open"] === 1,
    isAppearing: row["is_appearing"] === 1,
    asked: row["asked"] as string,
    origin: row["origin"] as string | null,
    label: row["label"] as string | null,
    from: JSON.parse(row["from_home"] as string) as TransferSide,
    to: JSON.parse(row["to_home"] as string) as TransferSide,
    nodeId: row["node_id"] as string,
    targetId: row["target_id"] as string,
    name: row["name"] as string,
    progress: row["progress"] as string,
    files: row["files"] as number,
    bytes: row["bytes"] as number,
    totalFiles: row["total_files"] as number | null,
    totalBytes: row["total_bytes"] as number | null,
    error: row["error"] === null ? null : (JSON.parse(row["error"] as string) as TransferError),
    leasedUntil: row["leased_until"] as number,
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}
