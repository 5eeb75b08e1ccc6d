import { decodeCursor, encodeCursor } from "../../protocol/cursor.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import type { SpaceChange } from "../storage/space-change.ts";
import { close, covers, isLive, keep, send, type OpenSocket, type SocketState } from "./sockets.ts";

/** What one message carries at most (W3). */
const INLINE_NODES = 64;
const INLINE_BYTES = 32 * 1024;
/** How long a message may stay unacknowledged before the next commit no longer waits for it, milliseconds. */
const PATIENCE = 10_000;

/**
 * Tells sockets of a change (W3): inline to those that wait for nothing, nothing yet to those that have not acknowledged
 * the last message. Where nothing changed, it pokes those that do not know of the space's seq: an earlier write of which
 * no answer came was carried out after all.
 *
 * @param bookmark - D1's, with which what changed can be read; null where it is not known.
 */
export function tellAll(
  sockets: readonly OpenSocket[],
  change: SpaceChange,
  bookmark: string | null,
  now: number,
): void {
  if (sockets.length === 0) return;
  const cursor = encodeCursor({ space: change.space, epoch: change.epoch, seq: change.seq });
  const marked = bookmark === null ? {} : { bookmark };
  const poke = encode({ type: "poke", space: change.space, cursor, ...marked });
  const inline = inlineMessage(change, cursor, marked) ?? poke;
  const isChange = change.seq > change.baseSeq;
  for (const each of sockets) {
    if (each.state.claims.space !== change.space || !isLive(each, now)) continue;
    if (isChange || !knows(each.state, cursor)) tell(each, cursor, { inline, poke }, now);
  }
}

function knows({ acked, sent, behind }: SocketState, cursor: string): boolean {
  return [acked, sent?.cursor ?? null, behind].some((known) => covers(known, cursor));
}

function tell({ socket, state }: OpenSocket, cursor: string, message: { inline: string; poke: string }, now: number) {
  const { sent } = state;
  const isWaiting = sent !== null && now - sent.at < PATIENCE;
  if (isWaiting) return keep(socket, { ...state, behind: cursor });
  keep(socket, { ...state, sent: { cursor, at: now }, behind: null });
  send(socket, sent === null ? message.inline : message.poke);
}

/**
 * Takes an acknowledgement. A client that does not have all that it was or would have been told gets one poke. An
 * acknowledgement of something older than the last message is such a case: messages may cross.
 */
export function acknowledge({ socket, state }: OpenSocket, cursor: string, now: number): void {
  const acked = decodeCursor(cursor);
  const { space } = state.claims;
  if (acked === null || acked.space !== space) return close(socket, 1008, "not a cursor of this space");
  const newest = state.behind ?? state.sent?.cursor ?? null;
  // What is of another epoch cannot be compared. A message of it was enough: whoever got that pulls, and is told that the
  // older epoch's cursors have expired. What was held back is told once.
  const isPassed = state.behind === null && newest !== null && decodeCursor(newest)?.epoch !== acked.epoch;
  const missing = newest === null || isPassed || covers(cursor, newest) ? null : newest;
  keep(socket, { ...state, acked: cursor, behind: null, sent: missing === null ? null : { cursor: missing, at: now } });
  if (missing !== null) send(socket, encode({ type: "poke", space, cursor: missing }));
}

/** The change as one message, or null where it is none or too large for one. */
function inlineMessage(
  { space, epoch, baseSeq, seq, nodes }: SpaceChange,
  cursor: string,
  marked: { readonly bookmark?: string },
): string | null {
  if (seq === baseSeq || nodes.length > INLINE_NODES) return null;
  const since = encodeCursor({ space, epoch, seq: baseSeq });
  const text = encode({ type: "changes", since, cursor, space, epoch, changes: [...nodes], ...marked });
  return new TextEncoder().encode(text).length <= INLINE_BYTES ? text : null;
}

export function encode(message: ServerMessage): string {
  return JSON.stringify(message);
}
