import { Buffer } from "node:buffer";
import { constants, inflateSync } from "node:zlib";
import { isCostly } from "./pdf-cost.ts";
import { ascii85Bytes, hexBytes, lzwBytes, runLengthBytes } from "./pdf-filters.ts";
import type { Reading } from "./reading.ts";

/** Bytes that one stream may decode to: a page of text, a font, a list of objects. What is longer draws maps. */
const STREAM_BYTES = 16 * 1024 * 1024;
/** Longest dictionary of a stream that is looked for, in bytes. */
const DICTIONARY = 16 * 1024;
/** Bytes that run lengths may decode to: they are decoded here one by one. */
const RUN_LENGTHS = 1024 * 1024;
/** The most bytes that deflate makes of one. */
const DEFLATE = 1032;
/** Largest encrypted file: what its streams decode to cannot be told beforehand. */
const ENCRYPTED_BYTES = 8 * 1024 * 1024;

/**
 * Blanks the streams of a PDF that are not needed for its text, images above all, and those that would decode to more
 * than the limits allow: the parser holds each stream that it decodes in memory, whole and without a limit. Changes
 * `bytes`. True where text may be lost by it.
 */
export function guardPdf(bytes: Uint8Array, reading: Reading): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.includes("/Encrypt") && file.length > ENCRYPTED_BYTES) {
    reading.stop("over_bytes", `encrypted, and larger than ${ENCRYPTED_BYTES} bytes`);
  }
  let lost = false;
  for (let at = file.indexOf("stream"); at >= 0; at = file.indexOf("stream", at + 6)) {
    if (file.toString("latin1", Math.max(0, at - 3), at) === "end") continue;
    const start = streamStart(file, at + 6);
    const dictionary = dictionaryBefore(file, at);
    // Looked at again for each stream that follows it without an object of its own.
    reading.countPassed(dictionary.length);
    const image = /\/Subtype\s*\/Image\b/.test(dictionary);
    if (!image && decodesWithin(file, start, dictionary, reading)) continue;
    const end = file.indexOf("endstream", start);
    file.fill(0, start, end < 0 ? file.length : end);
    lost ||= !image;
  }
  return lost;
}

/** After the keyword: its line end is not the stream's (ISO 32000-2, 7.3.8.1). */
function streamStart(file: Buffer, at: number): number {
  if (file[at] === 0x0d) return file[at + 1] === 0x0a ? at + 2 : at + 1;
  return file[at] === 0x0a ? at + 1 : at;
}

/** The dictionary of the stream that begins at `at`, with its names' `#41` written out. Empty where it is too long. */
function dictionaryBefore(file: Buffer, at: number): string {
  const before = file.subarray(Math.max(0, at - DICTIONARY), at);
  const from = before.lastIndexOf("obj");
  if (from < 0) return "";
  return before
    .toString("latin1", from)
    .replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decodesWithin(file: Buffer, start: number, dictionary: string, reading: Reading): boolean {
  const filters = dictionary.match(/\/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|BrotliDecode)\b/g) ?? [];
  if (filters.length > 1 || filters[0] === "/BrotliDecode" || /\/(Filter|F)\s*(\[\s*)?\d+\s+\d+\s+R/.test(dictionary)) {
    return false;
  }
  const end = file.indexOf("endstream", start);
  const length = (end < 0 ? file.length : end) - start;
  const ascii = asciiDecoded(file, start, dictionary);
  if (ascii === null) return false;
  // What is compressed ends by itself: where the file says that it ends need not be true.
  const packed = ascii ?? file.subarray(start);
  const bare = ascii ?? file.subarray(start, start + length);
  const decoded = filters[0]?.startsWith("/L")
    ? lzwBytes(packed, STREAM_BYTES)
    : filters[0]?.startsWith("/R")
      ? runLengthBytes(packed, RUN_LENGTHS)
      : inflated(packed, bare);
  reading.countPassed((ascii?.length ?? 0) + (decoded?.length ?? STREAM_BYTES));
  return decoded !== undefined && !isCostly(decoded);
}

/** Undefined where it is not written in letters, null where that is too much. */
function asciiDecoded(file: Buffer, start: number, dictionary: string): Uint8Array | null | undefined {
  if (/\/(ASCII85Decode|A85)\b/.test(dictionary)) return ascii85Bytes(file, start, STREAM_BYTES);
  return /\/(ASCIIHexDecode|AHx)\b/.test(dictionary) ? hexBytes(file, start) : undefined;
}

/**
 * What a zlib stream inflates to, as long as that is less than `STREAM_BYTES`; `bare` where it is none. A stream that
 * breaks off counts as all that it might have been, and is left to the parser, which reads as far as it goes.
 */
function inflated(bytes: Uint8Array, bare: Uint8Array): Uint8Array | undefined {
  const [first = 0, second = 0] = bytes;
  if ((first & 0x0f) !== 8 || ((first << 8) | second) % 31 !== 0) return bare;
  try {
    return inflateSync(bytes, { maxOutputLength: STREAM_BYTES - 1, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    const tooLong = error instanceof RangeError || bare.length * DEFLATE >= STREAM_BYTES;
    return tooLong ? undefined : bare;
  }
}
