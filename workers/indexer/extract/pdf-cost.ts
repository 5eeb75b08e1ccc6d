import { Buffer } from "node:buffer";

/** How deep `q` may save the state of drawing. Programs go some tens deep; the parser's time grows with the square. */
const SAVED = 500;
/** Codes that ranges of a character map may name: as many as there are in two bytes, a few times over. */
const CODES = 0x40000;

/** Whether few bytes of a decoded stream would cost the parser much: states that are saved in each other, vast ranges. */
export function isCostly(bytes: Uint8Array): boolean {
  return savedDepth(bytes) > SAVED || namesManyCodes(bytes);
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
