/** How a text's bytes are to be read, and written again. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
  /** Whether the bytes begin with a byte order mark, which `text` does not hold. */
  readonly hasMark: boolean;
}

const MARKS: readonly (readonly [TextEncoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * The text that bytes are: by their mark, else as UTF-8, else as Latin-1 (as browsers read it: Windows-1252). Null where
 * they are no text: a NUL, or more control characters than a text has.
 *
 * @param isCut - Whether the bytes are the beginning of more: a character that the cut goes through is left out.
 */
export function decodeText(bytes: Uint8Array, isCut = false): DecodedText | null {
  for (const [encoding, mark] of MARKS) {
    if (!mark.every((byte, at) => bytes[at] === byte)) continue;
    const text = new TextDecoder(encoding).decode(bytes, { stream: isCut });
    return { text, encoding, hasMark: true };
  }
  if (!looksLikeText(bytes)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
    return { text, encoding: "utf-8", hasMark: false };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252", hasMark: false };
  }
}

/** Bytes that are looked at to tell text from the rest. */
const LOOKED_AT = 64 * 1024;

function looksLikeText(bytes: Uint8Array): boolean {
  const looked = bytes.subarray(0, LOOKED_AT);
  let odd = 0;
  for (const byte of looked) {
    if (byte === 0) return false;
    // Tab, line feed, form feed, carriage return and escape (of coloured logs) are what texts hold.
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) odd++;
  }
  return odd * 100 <= looked.length;
}

/**
 * The bytes of a text in an encoding, with its mark where it had one. A text that Latin-1 cannot hold any more becomes
 * UTF-8.
 */
export function encodeText({ text, encoding, hasMark }: DecodedText): Uint8Array<ArrayBuffer> {
  if (encoding === "windows-1252") return encodeLatin(text) ?? new TextEncoder().encode(text);
  if (encoding === "utf-8") return new TextEncoder().encode(hasMark ? `\ufeff${text}` : text);
  const marked = hasMark ? `\ufeff${text}` : text;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < marked.length; at++) view.setUint16(at * 2, marked.charCodeAt(at), encoding === "utf-16le");
  return bytes;
}

/** The bytes 0x80 to 0x9f of Windows-1252, by character. */
let upper: ReadonlyMap<string, number> | undefined;

function encodeLatin(text: string): Uint8Array<ArrayBuffer> | null {
  upper ??= new Map(
    [...new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at))].map(
      (character, at) => [character, 0x80 + at],
    ),
  );
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const byte = code < 0x80 || (code >= 0xa0 && code < 0x100) ? code : upper.get(text.charAt(at));
    if (byte === undefined) return null;
    bytes[at] = byte;
  }
  return bytes;
}

/**
 * How lines end: CRLF where all do, else LF (a stray CR then is a character of its line), so that a text that nobody
 * changed is written as it was read.
 */
export function lineBreakOf(text: string): "\r\n" | "\n" {
  return /\r\n/.test(text) && !/\r(?!\n)|(?<!\r)\n/.test(text) ? "\r\n" : "\n";
}
