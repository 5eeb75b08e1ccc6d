import { ID_PATTERN } from "./new-id.ts";

/** A place in a space's change sequence. Opaque on the wire; see `encodeCursor`. */
export interface Cursor {
  readonly space: string;
  /** Changes when the server's history was replaced (restored from a backup). */
  readonly epoch: string;
  /** Everything up to and including this seq has been seen. */
  readonly seq: number;
}

/** The wire form: base64url of `1.space.epoch.seq`. */
export function encodeCursor(cursor: Cursor): string {
  return btoa(`1.${cursor.space}.${cursor.epoch}.${cursor.seq}`)
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
  const [version, space, epoch, seqText, ...rest] = plain.split(".");
  if (version !== "1" || rest.length > 0 || !space || !epoch || !seqText) return null;
  if (!ID_PATTERN.test(space) || !ID_PATTERN.test(epoch) || !/^(0|[1-9]\d{0,15})$/.test(seqText)) return null;
  const seq = Number(seqText);
  return Number.isSafeInteger(seq) ? { space, epoch, seq } : null;
}
