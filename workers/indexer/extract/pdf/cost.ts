import { Buffer } from "node:buffer";

/** How deep `q` may save the state of drawing. Programs go some tens deep; the parser's time grows with the square. */
const SAVED = 500;
/** Fonts that may be chosen in a row without a word being written in any of them. */
const CHOSEN = 100;
/** Longest string, in bytes: the parser takes some fifty times as many to lay it out. */
const STRING = 256 * 1024;
/** Bytes that may be gone over for ends of pictures in the line, each of which may have none. */
const SOUGHT = 256 * 1024 * 1024;
/** Codes that ranges of a character map may name: as many as there are in two bytes, a few times over. */
const CODES = 0x40000;

/**
 * Whether few bytes of a decoded stream would cost the parser much: states that are saved in each other, fonts that write
 * nothing, endless strings, pictures without an end, vast ranges of codes.
 */
export function isCostly(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    savedDepth(bytes) > SAVED || choosesMany(file) || hasLongString(file) || seeksMuch(file) || namesManyCodes(file)
  );
}

/** Whether operator `Tf` comes often without one that shows text (9.4.3): each may have the parser open a font. */
function choosesMany(file: Buffer): boolean {
  let from = 0;
  let chosen = 0;
  for (let at = file.indexOf(" Tf"); at >= 0; at = file.indexOf(" Tf", at + 3)) {
    if (++chosen <= CHOSEN) continue;
    const since = file.subarray(from, at);
    if (!["Tj", "TJ", "'", '"'].some((shows) => since.includes(shows))) return true;
    from = at;
    chosen = 0;
  }
  return false;
}

/** Strings in brackets, and hexadecimal ones (7.3.4); a dictionary's `<<` is none. */
function hasLongString(file: Buffer): boolean {
  return ["()", "<>"].some(([opens = "", closes = ""]) => {
    for (let at = file.indexOf(opens); at >= 0;) {
      const isDictionary = opens === "<" && file[at + 1] === 0x3c;
      const end = isDictionary ? at + 2 : file.indexOf(closes, at);
      if ((end < 0 ? file.length : end) - at > STRING) return true;
      at = end < 0 ? -1 : file.indexOf(opens, end);
    }
    return false;
  });
}

/** Pictures in the line (8.9.7) whose filters the parser looks through for their end. */
function seeksMuch(file: Buffer): boolean {
  const most = SOUGHT / file.length;
  return ["/DCT", "/A85", "/ASCII85", "/AHx", "/ASCIIHex"].some((filter) => {
    let pictures = 0;
    for (let at = file.indexOf(filter); at >= 0 && pictures <= most; at = file.indexOf(filter, at + 4)) pictures++;
    return pictures > most;
  });
}

/** How deep operators `q` and `Q` go (ISO 32000-2, 8.4.4). Stops looking where it is too deep. */
function savedDepth(bytes: Uint8Array): number {
  let depth = 0;
  for (let at = 0; at < bytes.length && depth <= SAVED; at++) {
    const byte = bytes[at];
    if ((byte !== 0x71 && byte !== 0x51) || !isBlank(bytes[at - 1]) || !isBlank(bytes[at + 1])) continue;
    depth = byte === 0x71 ? depth + 1 : Math.max(0, depth - 1);
  }
  return depth;
}

/** White space, a delimiter, or an end: what an operator stands between. */
function isBlank(byte: number | undefined): boolean {
  return byte === undefined || byte <= 0x20 || "()<>[]{}/%".includes(String.fromCharCode(byte));
}

/** A range's first and last code, and what they stand for. */
const RANGE = /<([\da-f\s]{1,16})>\s*<([\da-f\s]{1,16})>\s*(?:<[\da-f\s]{0,64}>|\d)/gi;

/** Ranges of a character map, between `beginbfrange` or its like and its end (ISO 32000-2, 9.7.5). */
function namesManyCodes(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.includes("range")) return false;
  let codes = 0;
  for (const section of file
    .toString("latin1")
    .split(/begin(?:bf|cid|notdef)range/)
    .slice(1)) {
    const [ranges = ""] = section.split("end", 1);
    for (const [, from = "", to = ""] of withoutLists(ranges).matchAll(RANGE)) {
      codes += Math.max(0, hexValue(to) - hexValue(from));
      if (codes > CODES) return true;
    }
  }
  return false;
}

/** With `<0>` for each list in brackets: of one that has no end, or has others in it, what is before it is all that counts. */
function withoutLists(ranges: string): string {
  return ranges.replaceAll(/\[[^[\]]*\]/g, "<0>");
}

function hexValue(digits: string): number {
  return Number.parseInt(digits.replaceAll(/\s/g, "") || "0", 16);
}
