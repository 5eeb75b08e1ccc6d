import { decodeCursor } from "../../protocol/cursor.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { TicketClaims } from "./tickets.ts";

/** All that is known of a socket; its attachment, so that it outlives the object's eviction (W2). */
export interface SocketState {
  readonly claims: TicketClaims;
  /** The last cursor that the client acknowledged. */
  readonly acked: string | null;
  /** The message that was not acknowledged yet: the cursor it leads to, and when it was sent (ms since 1970). */
  readonly sent: { readonly cursor: string; readonly at: number } | null;
  /** The newest cursor of what was not sent because of `sent`. */
  readonly behind: string | null;
  /** When the device's row was last written from here, ms since 1970. */
  readonly savedAt: number;
  /** See `chargeAttempt`: the relayed messages. */
  readonly relayPaidUntil: number;
}

/** A socket and what is known of it. */
export interface OpenSocket {
  readonly socket: WebSocket;
  readonly state: SocketState;
}

/** A socket's tags: by device and by credential. */
export const tagOf = {
  device: (id: string) => `device:${id}`,
  credential: (id: string) => `credential:${id}`,
} as const;

/** The open sockets of one account: hibernating ones, so that none costs anything while nothing is said (W2). */
export class Sockets {
  readonly #context: DurableObjectState;

  constructor(context: DurableObjectState) {
    this.#context = context;
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** The open ones, or those of them with a tag. Ones that are closing are not counted. */
  open(tag?: string): OpenSocket[] {
    return this.#context
      .getWebSockets(tag)
      .filter(({ readyState }) => readyState === WebSocket.OPEN)
      .map((socket) => ({ socket, state: stateOf(socket) }));
  }

  /** Begins a socket; the answer's WebSocket is the client's end. */
  accept(claims: TicketClaims, acked: string | null, now: number): Response {
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    this.#context.acceptWebSocket(server, [tagOf.device(claims.device), tagOf.credential(claims.credential)]);
    keep(server, { claims, acked, sent: null, behind: null, savedAt: now, relayPaidUntil: 0 });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** When the socket last said anything, its pings included; null where it has not pinged. */
  lastPing(socket: WebSocket): number | null {
    return this.#context.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null;
  }
}

export function stateOf(socket: WebSocket): SocketState {
  return socket.deserializeAttachment() as SocketState;
}

export function keep(socket: WebSocket, state: SocketState): void {
  socket.serializeAttachment(state);
}

/** Sends, or closes a socket that cannot be sent to. */
export function send(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    close(socket, 1011, "sending failed");
  }
}

/** Closes a socket, whatever state it is in. */
export function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed already.
  }
}

/** Whether the socket's credential still holds; closes the socket where not (W5). */
export function isLive({ socket, state }: OpenSocket, now: number): boolean {
  const { credentialExpiresAt } = state.claims;
  if (credentialExpiresAt === null || credentialExpiresAt > now) return true;
  close(socket, CLOSE.expired, "expired: subscribe again");
  return false;
}

/** Whether who has `cursor` has all up to `target`. Cursors of different epochs cannot be compared: false. */
export function covers(cursor: string | null, target: string): boolean {
  const [a, b] = [cursor === null ? null : decodeCursor(cursor), decodeCursor(target)];
  return a !== null && b !== null && a.space === b.space && a.epoch === b.epoch && a.seq >= b.seq;
}
