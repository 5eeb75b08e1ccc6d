import { decodeCursor } from "../../protocol/cursor.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { SubscribeRequest } from "../../protocol/push.ts";

/** Sessions of a device that are remembered beside the one that it last subscribed with. */
const EARLIER_SESSIONS = 8;
/** Revoked devices that are remembered, so that they stay refused. */
const REVOKED_KEPT = 1_000;

/** A device as the account's object keeps it. Times are ms since 1970. */
export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly cursor: string | null;
  /** What it last subscribed with. */
  readonly credential: string;
  readonly via: "session" | "token";
}

type Row = Record<string, SqlStorageValue> & {
  id: string;
  name: string;
  platform: string;
  createdAt: number;
  lastSeenAt: number;
  cursor: string | null;
  credential: string;
  via: "session" | "token";
};

const COLUMNS = `id, name, platform, created_at AS createdAt, last_seen_at AS lastSeenAt, cursor, credential, via`;

/** What came of registering a device; `heldBy` tells the other credential that it stays with. */
export type Registration = "registered" | "revoked" | { readonly heldBy: Holder };

/** What a device subscribes with. */
export type Holder = Pick<DeviceRow, "credential" | "via">;

/** The account's devices, in the object's own storage: an idle one costs no row of D1 (W7). */
export class Devices {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    // `told_name` is what the device calls itself: its owner's name for it holds until the device calls itself otherwise.
    sql.exec(
      `CREATE TABLE IF NOT EXISTS devices (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, told_name TEXT NOT NULL, platform TEXT NOT NULL,
         created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, cursor TEXT, credential TEXT NOT NULL,
         via TEXT NOT NULL, revoked_at INTEGER) WITHOUT ROWID`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS earlier_sessions (
         device TEXT NOT NULL, session TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (device, session)) WITHOUT ROWID`,
    );
  }

  /**
   * Writes down that a device subscribes. It stays with the credential that it was made with, but a session takes over
   * what another session has, and anybody what a token has that is no more (W1).
   *
   * @param ended - A token that is no longer live.
   */
  register(
    { id, name, platform }: SubscribeRequest["device"],
    { credential, via }: Holder,
    ended: string | null,
    now: number,
  ): Registration {
    const holder = this.find(id);
    if (holder && holder.credential !== credential) {
      const mayTake = holder.via === "session" ? via === "session" : holder.credential === ended;
      if (!mayTake) return { heldBy: { credential: holder.credential, via: holder.via } };
      if (holder.via === "session") this.#noteEarlier(id, holder.credential, now);
    }
    const written = this.#sql.exec(
      `INSERT INTO devices (id, name, told_name, platform, created_at, last_seen_at, credential, via)
       VALUES (?1, ?2, ?2, ?3, ?4, ?4, ?5, ?6)
       ON CONFLICT (id) DO UPDATE SET name = iif(told_name = ?2, name, ?2), told_name = ?2, platform = ?3,
         last_seen_at = ?4, credential = ?5, via = ?6 WHERE revoked_at IS NULL
       RETURNING id`,
      id,
      name,
      platform,
      now,
      credential,
      via,
    );
    return written.toArray().length > 0 ? "registered" : "revoked";
  }

  #noteEarlier(device: string, session: string, now: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO earlier_sessions VALUES (?, ?, ?)", device, session, now);
    this.#sql.exec(
      `DELETE FROM earlier_sessions WHERE device = ?1 AND session IN (
         SELECT session FROM earlier_sessions WHERE device = ?1 ORDER BY until DESC, session DESC LIMIT -1 OFFSET ?2)`,
      device,
      EARLIER_SESSIONS,
    );
  }

  /** The sessions that a device has subscribed with: the last one, and the latest of those before it. */
  sessionsOf({ id, credential, via }: Pick<DeviceRow, "id" | "credential" | "via">): string[] {
    const earlier = this.#sql.exec<{ session: string }>("SELECT session FROM earlier_sessions WHERE device = ?", id);
    const sessions = new Set(earlier.toArray().map(({ session }) => session));
    if (via === "session") sessions.add(credential);
    return [...sessions];
  }

  /** All but the revoked ones, last seen first. */
  list(): DeviceRow[] {
    const found = this.#sql.exec<Row>(
      `SELECT ${COLUMNS} FROM devices WHERE revoked_at IS NULL ORDER BY last_seen_at DESC, id`,
    );
    return found.toArray();
  }

  /** Null where there is none, or it was revoked. */
  find(id: string): DeviceRow | null {
    return (
      this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM devices WHERE id = ? AND revoked_at IS NULL`, id).toArray()[0] ?? null
    );
  }

  rename(id: string, name: string): void {
    this.#sql.exec("UPDATE devices SET name = ? WHERE id = ? AND revoked_at IS NULL", name, id);
  }

  /** Notes when a device was there, and how far it was. */
  saw(id: string, cursor: string | null, now: number): void {
    this.#sql.exec(
      "UPDATE devices SET last_seen_at = ?2, cursor = coalesce(?3, cursor) WHERE id = ?1",
      id,
      now,
      cursor,
    );
  }

  /** Refuses a device from now on. Null where there was none; one that was revoked already is answered again. */
  revoke(id: string, now: number): DeviceRow | null {
    const revoked = this.#sql.exec<Row>(
      `UPDATE devices SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1 RETURNING ${COLUMNS}`,
      id,
      now,
    );
    const [row] = revoked.toArray();
    this.#sql.exec(
      `DELETE FROM devices WHERE id IN (
         SELECT id FROM devices WHERE revoked_at IS NOT NULL ORDER BY revoked_at DESC, id LIMIT -1 OFFSET ?)`,
      REVOKED_KEPT,
    );
    this.#forgetSessions();
    return row ?? null;
  }

  /** Forgets those that were not seen for longest, over `LIMITS.devices`; none that is in `kept`. */
  dropOldest(kept: readonly string[]): void {
    this.#sql.exec(
      `DELETE FROM devices WHERE id NOT IN (SELECT value FROM json_each(?1)) AND id IN (
         SELECT id FROM devices WHERE revoked_at IS NULL ORDER BY last_seen_at DESC, id LIMIT -1 OFFSET ?2)`,
      JSON.stringify(kept),
      LIMITS.devices,
    );
    this.#forgetSessions();
  }

  /** Forgets the sessions of devices that were forgotten. */
  #forgetSessions(): void {
    this.#sql.exec("DELETE FROM earlier_sessions WHERE device NOT IN (SELECT id FROM devices)");
  }
}

/** The seq of a cursor that a device acknowledged. */
export function seqOf(cursor: string | null): number | null {
  return cursor === null ? null : (decodeCursor(cursor)?.seq ?? null);
}
