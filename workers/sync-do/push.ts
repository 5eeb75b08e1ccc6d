import type { ErrorCode } from "../../protocol/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { Device, NoticeAbout, SubscribeRequest } from "../../protocol/push.ts";
import type { SpaceChange } from "../storage/space-change.ts";
import { encode, tellAll } from "./broadcast.ts";
import { receive } from "./client-messages.ts";
import { Devices, seqOf, type DeviceRow, type Holder } from "./devices.ts";
import type { SharedChange } from "./peers.ts";
import { close, isLive, keep, send, Sockets, stateOf, tagOf } from "./sockets.ts";
import { Tickets, type TicketClaims } from "./tickets.ts";

/** How often an open socket's device is written down at most, milliseconds. */
const SAVE_EVERY = 60_000;

/** Who subscribes: what a ticket vouches for, but for the device. */
export type Subscriber = Omit<TicketClaims, "id" | "expiresAt" | "device">;

/** A ticket, or why there is none: values, because errors lose their members on the way through RPC. */
export type TicketOutcome =
  | { readonly ok: true; readonly claims: TicketClaims }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      /** With `forbidden`: whose the device is. */
      readonly heldBy?: Holder;
    };

/** A device as its owner sees it, with the credential that it last subscribed with. */
export type DeviceState = Omit<Device, "current"> & Pick<DeviceRow, "credential" | "via">;

/** One account's devices, tickets and sockets (W1-W7). All of its state is in the object's storage and the attachments. */
export class Push {
  readonly #sockets: Sockets;
  readonly #tickets: Tickets;
  readonly #devices: Devices;

  constructor(context: DurableObjectState) {
    this.#sockets = new Sockets(context);
    this.#tickets = new Tickets(context.storage.sql);
    this.#devices = new Devices(context.storage.sql);
  }

  /**
   * Registers a device and gives out a ticket (W1).
   *
   * @param ended - A token that is no longer live: a device that it has may be taken over.
   */
  subscribe(
    device: SubscribeRequest["device"],
    subscriber: Subscriber,
    ended: string | null,
    now: number,
  ): TicketOutcome {
    // A device's own socket and ticket will be replaced, and do not count.
    const others = this.#sockets.open().filter(({ state }) => state.claims.device !== device.id);
    const taken = others.length + this.#tickets.countOthers(device.id, now);
    if (taken >= LIMITS.sockets) return { ok: false, code: "too_many_sockets" };
    const registered = this.#devices.register(device, subscriber, ended, now);
    if (registered === "revoked") return { ok: false, code: "device_revoked" };
    if (registered !== "registered") return { ok: false, code: "forbidden", heldBy: registered.heldBy };
    const claims = this.#tickets.issue({ ...subscriber, device: device.id }, now);
    this.#devices.dropOldest([...others.map(({ state }) => state.claims.device), ...this.#tickets.devices()]);
    return { ok: true, claims };
  }

  /** Opens the socket of a ticket whose signature was verified; or answers why not. */
  open(claims: TicketClaims, now: number): Response {
    const device = this.#tickets.use(claims.id, now) ? this.#devices.find(claims.device) : null;
    if (device === null) return refusal("invalid_ticket");
    for (const { socket } of this.#sockets.open(tagOf.device(claims.device))) {
      this.#save(socket, now);
      close(socket, CLOSE.replaced, "another socket of this device was opened");
    }
    if (this.#sockets.open().length >= LIMITS.sockets) return refusal("too_many_sockets");
    this.#devices.saw(claims.device, null, now);
    return this.#sockets.accept(claims, device.cursor, now);
  }

  /** Tells the space's sockets of a change (W3). */
  tell(change: SpaceChange, bookmark: string | null, now: number): void {
    tellAll(this.#sockets.open(), change, bookmark, now);
  }

  /** Tells all sockets that something of the account changed. */
  notify(about: NoticeAbout, bookmark: string | null, now: number): void {
    const text = encode({ type: "notice", about, ...(bookmark !== null && { bookmark }) });
    for (const each of this.#sockets.open()) if (isLive(each, now)) send(each.socket, text);
  }

  /** Tells all sockets what changed in folders of others (M8). */
  tellShared(changes: readonly SharedChange[], now: number): void {
    const texts = changes.map(({ folder, cursor, bookmark }) =>
      encode({ type: "shared", space: folder, cursor, ...(bookmark !== null && { bookmark }) }),
    );
    for (const each of this.#sockets.open()) if (isLive(each, now)) for (const text of texts) send(each.socket, text);
  }

  /** Whether there is a socket, or a ticket for one. */
  isConnected(now: number): boolean {
    return this.#sockets.open().length > 0 || this.#tickets.countOthers("", now) > 0;
  }

  /** Takes a client's message. */
  receive(socket: WebSocket, data: string | ArrayBuffer, now: number): void {
    receive(this.#sockets, socket, data, now);
    if (now - stateOf(socket).savedAt >= SAVE_EVERY) this.#save(socket, now);
  }

  /** Notes how far the device of a socket that closed was, unless a newer socket tells. */
  closed(socket: WebSocket, now: number): void {
    const { device } = stateOf(socket).claims;
    if (this.#sockets.open(tagOf.device(device)).length === 0) this.#save(socket, now);
  }

  /** Ends the sockets and tickets of credentials that were revoked (W5). */
  disconnect(credentials: readonly string[]): void {
    for (const credential of credentials) {
      this.#tickets.revokeCredential(credential);
      this.#closeAll(tagOf.credential(credential));
    }
  }

  /** Ends all sockets and tickets of the account (R2). */
  disconnectAll(): void {
    this.#tickets.revokeAll();
    for (const { socket } of this.#sockets.open()) close(socket, CLOSE.revoked, "revoked");
  }

  /** The sessions that have sockets or tickets. */
  sessions(): string[] {
    const open = this.#sockets.open().map(({ state }) => state.claims);
    const connected = open.filter(({ via }) => via === "session").map(({ credential }) => credential);
    return [...new Set([...connected, ...this.#tickets.sessions()])];
  }

  devices(): DeviceState[] {
    return this.#devices.list().map((row) => this.#stateOf(row));
  }

  /** Null where there is no such device. */
  rename(id: string, name: string, now: number): DeviceState | null {
    this.#devices.rename(id, name);
    const row = this.#devices.find(id);
    if (row) this.notify("devices", null, now);
    return row && this.#stateOf(row);
  }

  /**
   * Refuses the device from now on, and ends its sockets (W5).
   *
   * @returns the sessions that it subscribed with; null where there is no such device.
   */
  revoke(id: string, now: number): string[] | null {
    const row = this.#devices.revoke(id, now);
    if (row === null) return null;
    this.#tickets.revokeDevice(id);
    this.#closeAll(tagOf.device(id));
    this.notify("devices", null, now);
    return this.#devices.sessionsOf(row);
  }

  #closeAll(tag: string): void {
    for (const { socket } of this.#sockets.open(tag)) close(socket, CLOSE.revoked, "revoked");
  }

  #save(socket: WebSocket, now: number): void {
    const state = stateOf(socket);
    this.#devices.saw(state.claims.device, state.acked, now);
    keep(socket, { ...state, savedAt: now });
  }

  /** A connected device's row may be a minute old: its socket knows better. */
  #stateOf(row: DeviceRow): DeviceState {
    const [open] = this.#sockets.open(tagOf.device(row.id));
    const cursor = open?.state.acked ?? row.cursor;
    const ping = open ? (this.#sockets.lastPing(open.socket) ?? 0) : 0;
    const lastSeenAt = Math.max(row.lastSeenAt, ping);
    return { ...row, lastSeenAt, connected: open !== undefined, cursor, seq: seqOf(cursor) };
  }
}

/** Read by the API, which makes the problem document. */
function refusal(code: ErrorCode): Response {
  return Response.json({ code }, { status: 403 });
}
