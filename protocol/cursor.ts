import { ID_PATTERN } from "./new-id.ts";

/** A place in a space's change sequence. Opaque on the wire; see `encodeCursor`. */
export interface Cursor {
  readonly space: string;
  /** Changes when the server's history was replaced (restored from a backup). */
  readonly epoch: string;
  /** Everything up to and including this seq has been seen. */
  readonly seq: number;
  /** Of a page of a shared folder's changes that is not the last: the seq that the first page began at (M7). */
  readonly from?: number;
}

/** The wire form: base64url of `1.space.epoch.seq`, with `.from` where there is one. */
export function encodeCursor(cursor: Cursor): string {
  const from = cursor.from === undefined ? "" : `.${cursor.from}`;
  return btoa(`1.${cursor.space}.${cursor.epoch}.${cursor.seq}${from}`)
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The cursor that `text` encodes, or null where it encodes none. */
export function decodeCursor(text: string): Cursor | null {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(text)) return null;
  let plain: string;
  try {
    plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const [version, space, epoch, seqText, fromText, ...rest] = plain.split(".");
  if (version !== "1" || rest.length > 0 || !space || !epoch) return null;
  if (!ID_PATTERN.test(space) || !ID_PATTERN.test(epoch)) return null;
  const seq = parseSeq(seqText);
  const from = fromText === undefined ? undefined : parseSeq(fromText);
  if (seq === null || from === null) return null;
  return { space, epoch, seq, ...(from !== undefined && { from }) };
}

function parseSeq(text: string | undefined): number | null {
  if (text === undefined || !/^(0|[1-9]\d{0,15})$/.test(text)) return null;
  const seq = Number(text);
  return Number.isSafeInteger(seq) ? seq : null;
}
