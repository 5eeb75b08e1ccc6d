import { newId } from "../../protocol/new-id.ts";

/** Milliseconds a ticket is good for (W1). */
const TICKET_LIFETIME = 60_000;

/** Carries the claims of a ticket whose signature was verified, as JSON, to the object's `fetch`. */
export const TICKET_HEADER = "ledge-ticket";

/** What a ticket vouches for: who opens the socket, and with which credential. */
export interface TicketClaims {
  readonly id: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  readonly user: string;
  readonly space: string;
  readonly device: string;
  readonly credential: string;
  readonly via: "session" | "token";
  /** ms since 1970; null: never. */
  readonly credentialExpiresAt: number | null;
  /** Whether the credential may write: others are told of its chunks only then. */
  readonly mayWrite: boolean;
}

/** The tickets that were given out and not used: a ticket that is not here is good for nothing. */
export class Tickets {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, device TEXT NOT NULL, credential TEXT NOT NULL, via TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID",
    );
  }

  /** Makes a ticket in place of the device's last one, and forgets those that have expired. */
  issue(claims: Omit<TicketClaims, "id" | "expiresAt">, now: number): TicketClaims {
    const ticket = { ...claims, id: newId(now), expiresAt: now + TICKET_LIFETIME };
    this.#sql.exec("DELETE FROM tickets WHERE expires_at <= ? OR device = ?", now, claims.device);
    this.#sql.exec(
      "INSERT INTO tickets VALUES (?, ?, ?, ?, ?)",
      ticket.id,
      ticket.device,
      ticket.credential,
      ticket.via,
      ticket.expiresAt,
    );
    return ticket;
  }

  /** Takes a ticket out. False where it was used or replaced already, or its device or credential was revoked since. */
  use(id: string, now: number): boolean {
    const rows = this.#sql.exec("DELETE FROM tickets WHERE id = ? AND expires_at > ? RETURNING id", id, now);
    return rows.toArray().length > 0;
  }

  /** How many may still be used by devices other than `device`. */
  countOthers(device: string, now: number): number {
    const rows = this.#sql.exec("SELECT count(*) AS n FROM tickets WHERE expires_at > ? AND device <> ?", now, device);
    return Number(rows.one()["n"]);
  }

  /** The sessions that tickets were made with. */
  sessions(): string[] {
    const rows = this.#sql.exec<{ credential: string }>("SELECT credential FROM tickets WHERE via = 'session'");
    return rows.toArray().map(({ credential }) => credential);
  }

  /** The devices that have tickets. */
  devices(): string[] {
    return this.#sql
      .exec<{ device: string }>("SELECT device FROM tickets")
      .toArray()
      .map(({ device }) => device);
  }

  revokeCredential(credential: string): void {
    this.#sql.exec("DELETE FROM tickets WHERE credential = ?", credential);
  }

  revokeAll(): void {
    this.#sql.exec("DELETE FROM tickets");
  }

  revokeDevice(device: string): void {
    this.#sql.exec("DELETE FROM tickets WHERE device = ?", device);
  }
}
