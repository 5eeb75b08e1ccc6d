import { chargeAttempt } from "../../core/attempts.ts";
import { ClientMessage } from "../../protocol/push.ts";
import { acknowledge, encode } from "./broadcast.ts";
import { close, isLive, keep, send, stateOf, type OpenSocket, type Sockets } from "./sockets.ts";

/** Largest message of a client, in UTF-16 units: 64 chunks take less than half of it. */
const MESSAGE_LENGTH = 16 * 1024;
/** Relayed messages of one socket; more are dropped: they are hints. */
const RELAYS = { burst: 50, everyMs: 20 } as const;

/** Takes a message of a client. What is none closes the socket (RFC 6455, section 7.4.1). */
export function receive(sockets: Sockets, socket: WebSocket, data: string | ArrayBuffer, now: number): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const from: OpenSocket = { socket, state: stateOf(socket) };
  if (!isLive(from, now)) return;
  if (typeof data !== "string") return close(socket, 1003, "text only");
  if (data.length > MESSAGE_LENGTH) return close(socket, 1009, "too long");
  const message = parse(data);
  if (message === null) return close(socket, 1008, "not a message");
  if (message.type === "ack") acknowledge(from, message.cursor, now);
  else relay(sockets, from, message.chunks, now);
}

function relay(sockets: Sockets, { socket, state }: OpenSocket, chunks: ChunkRefs, now: number): void {
  if (!state.claims.mayWrite) return;
  const { allowed, paidUntil } = chargeAttempt(state.relayPaidUntil, RELAYS, now);
  if (!allowed) return;
  keep(socket, { ...state, relayPaidUntil: paidUntil });
  const text = encode({ type: "chunks", chunks });
  for (const other of sockets.open()) if (other.socket !== socket && isLive(other, now)) send(other.socket, text);
}

type ChunkRefs = Extract<ClientMessage, { type: "chunks" }>["chunks"];

function parse(text: string): ClientMessage | null {
  try {
    return ClientMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
