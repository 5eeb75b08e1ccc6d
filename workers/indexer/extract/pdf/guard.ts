import { Buffer } from "node:buffer";
import { constants, inflateSync } from "node:zlib";
import { isCostly } from "./cost.ts";
import { PdfFonts, packingOf } from "./fonts.ts";
import { countMappedFonts } from "./maps.ts";
import { PdfObjectStreams } from "./object-streams.ts";
import { PdfObjects } from "./objects.ts";
import { ascii85Bytes, hexBytes, lzwBytes, runLengthBytes } from "./filters.ts";
import type { Reading } from "../reading.ts";

/** Bytes that one stream may decode to: a page of text, a font, a list of objects. What is longer draws maps. */
const STREAM_BYTES = 16 * 1024 * 1024;
/** Bytes that all streams of a document may decode to, those of pictures apart: the parser goes through 16 MB in a second. */
const DECODED_BYTES = 128 * 1024 * 1024;
/** Longest dictionary of a stream that is looked for, in bytes. */
const DICTIONARY = 16 * 1024;
/** Bytes in which an object's numbers are written before their keyword. */
const NUMBERS = 40;
/** Bytes that run lengths may decode to: they are decoded here one by one. */
const RUN_LENGTHS = 1024 * 1024;
/** The most bytes that deflate makes of one. */
const DEFLATE = 1032;
/** Largest encrypted file: what its streams decode to cannot be told beforehand. */
const ENCRYPTED_BYTES = 8 * 1024 * 1024;

export interface Guarded {
  /** Whether text may be lost by it. */
  readonly lost: boolean;
  /** Fonts that may use maps (pdf-maps.ts), as far as that can be told. */
  readonly mappedFonts: number;
}

/**
 * Blanks the streams of a PDF that are not needed for its text, images above all, and those that would decode to more
 * than the limits allow: the parser holds each stream that it decodes in memory, whole and without a limit. Of fonts'
 * programs it leaves what codes stand for. Changes `bytes`.
 */
export function guardPdf(bytes: Uint8Array, reading: Reading): Guarded {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isEncrypted = file.includes("/Encrypt");
  if (isEncrypted && file.length > ENCRYPTED_BYTES) {
    reading.stop("over_bytes", `encrypted, and larger than ${ENCRYPTED_BYTES} bytes`);
  }
  const objects = new PdfObjects(reading);
  // Of what is encrypted nothing can be told, and nothing written.
  const fonts = isEncrypted ? undefined : new PdfFonts(file, reading);
  const streams = isEncrypted ? undefined : new PdfObjectStreams(reading);
  let decodedBytes = 0;
  let outside = 0;
  let lost = false;
  let mappedFonts = isEncrypted ? Infinity : countMappedFonts(file);
  for (let at = file.indexOf("stream"); at >= 0; at = file.indexOf("stream", at + 6)) {
    if (file.toString("latin1", Math.max(0, at - 3), at) === "end") continue;
    objects.countWidths(file.toString("latin1", outside, at));
    const start = streamStart(file, at + 6);
    const { number, dictionary } = objectBefore(file, at);
    // Looked at again for each stream that follows it without an object of its own.
    reading.countPassed(dictionary.length);
    objects.checkTable(dictionary);
    const image = /\/Subtype\s*\/Image\b/.test(dictionary);
    const end = file.indexOf("endstream", start);
    outside = end < 0 ? file.length : end;
    const decoded = image ? undefined : decodedWithin(file, { start, end: outside }, dictionary, reading);
    if (decoded) {
      decodedBytes += decoded.length;
      if (decodedBytes > DECODED_BYTES)
        reading.stop("over_expansion", `more than ${DECODED_BYTES} bytes in its streams`);
      fonts?.take({ number, start, end: outside, packing: packingOf(dictionary) }, decoded);
      if (/\/W\s*\[/.test(dictionary)) streams?.takeTable(dictionary, decoded);
      if (/\/(ObjStm|First)\b/.test(dictionary)) {
        if (streams?.take(number, { start, end: outside }, dictionary, decoded) === false) {
          file.fill(0, start, outside);
          lost = true;
        }
        fonts?.findPrograms(decoded);
        mappedFonts += countMappedFonts(decoded);
        objects.countWidths(decoded.toString("latin1"));
      }
      continue;
    }
    file.fill(0, start, outside);
    lost ||= !image;
  }
  objects.countWidths(file.toString("latin1", outside));
  fonts?.replaceOthers();
  const lacking = streams?.lacking ?? [];
  for (const { start, end } of lacking) file.fill(0, start, end);
  return { lost: lost || lacking.length > 0, mappedFonts };
}

/** After the keyword: its line end is not the stream's (ISO 32000-2, 7.3.8.1). */
function streamStart(file: Buffer, at: number): number {
  if (file[at] === 0x0d) return file[at + 1] === 0x0a ? at + 2 : at + 1;
  return file[at] === 0x0a ? at + 1 : at;
}

/** What is written of the object whose stream begins at `at`: its number, and its dictionary with the names' `#41` written out. */
function objectBefore(file: Buffer, at: number): { readonly number: number | undefined; readonly dictionary: string } {
  const before = file.subarray(Math.max(0, at - DICTIONARY), at);
  const from = before.lastIndexOf("obj");
  if (from < 0) return { number: undefined, dictionary: "" };
  const [, number] = /(\d+)\s+\d+\s*$/.exec(before.toString("latin1", Math.max(0, from - NUMBERS), from)) ?? [];
  const dictionary = before
    .toString("latin1", from)
    .replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { number: number === undefined ? undefined : Number(number), dictionary };
}

/** What a stream decodes to; undefined where that is too much. */
function decodedWithin(
  file: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  dictionary: string,
  reading: Reading,
): Buffer | undefined {
  const filters = dictionary.match(/\/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|BrotliDecode)\b/g) ?? [];
  if (filters.length > 1 || filters[0] === "/BrotliDecode" || /\/(Filter|F)\s*(\[\s*)?\d+\s+\d+\s+R/.test(dictionary)) {
    return undefined;
  }
  const ascii = asciiDecoded(file, start, dictionary);
  if (ascii === null) return undefined;
  // What is compressed ends by itself: where the file says that it ends need not be true.
  const packed = ascii ?? file.subarray(start);
  const bare = ascii ?? file.subarray(start, end);
  const decoded = filters[0]?.startsWith("/L")
    ? lzwBytes(packed, STREAM_BYTES)
    : filters[0]?.startsWith("/R")
      ? runLengthBytes(packed, RUN_LENGTHS)
      : inflated(packed, bare);
  reading.countPassed((ascii?.length ?? 0) + (decoded?.length ?? STREAM_BYTES));
  if (!decoded || isCostly(decoded)) return undefined;
  return Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength);
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
