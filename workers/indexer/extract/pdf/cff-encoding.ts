import type { Buffer } from "node:buffer";
import { CFF_NAMES } from "./cff-names.ts";
import type { FontEncoding } from "./font-programs.ts";

/** Glyphs that are gone through for their names. Codes are bytes, and encodings name the first glyphs. */
const GLYPHS = 0x10000;
/** Longest name that is read. */
const NAME = 200;
/** Operators of a CFF font's dictionary (Technical Note 5176, Appendix H). */
const CHARSET = 15;
const ENCODING = 16;
const CHAR_STRINGS = 17;
const FONT_MATRIX = 0x0c07;
const ROS = 0x0c1e;

/** Where each of an INDEX's parts begins, the last one's end at the end. */
type Index = readonly number[];

/** What codes stand for by a CFF font itself; undefined of bytes that are no such font. */
export function cffEncoding(font: Buffer): FontEncoding | undefined {
  const names = readIndex(font, font[2] ?? 0);
  const dictionaries = names && readIndex(font, endOf(names));
  const strings = dictionaries && readIndex(font, endOf(dictionaries));
  if (font[0] !== 1 || !strings || dictionaries.length < 2) return undefined;
  const top = readDictionary(font.subarray(dictionaries[0], dictionaries[1]));
  const glyphs = font.length >= 2 ? u16(font, top.get(CHAR_STRINGS)?.[0] ?? font.length) : 0;
  const matrix = top.get(FONT_MATRIX);
  if (glyphs === 0) return undefined;
  // A font of numbered glyphs gives no codes to them.
  if (top.has(ROS)) return { names: undefined, matrix };
  const encoding = top.get(ENCODING)?.[0] ?? 0;
  if (encoding < 2) return { names: encoding === 0 ? "StandardEncoding" : "ExpertEncoding", matrix };
  const ids = charset(font, top.get(CHARSET)?.[0] ?? 0, glyphs);
  const name = (id: number): string => {
    const custom = id - CFF_NAMES.length;
    const from = strings[custom] ?? 0;
    return CFF_NAMES[id] ?? font.toString("latin1", from, Math.min(strings[custom + 1] ?? 0, from + NAME));
  };
  const named = codes(font, encoding).map(([code, glyph]) => [code, name(ids[glyph] ?? 0)] as const);
  return {
    names: new Map([...named, ...supplement(font, encoding).map(([code, id]) => [code, name(id)] as const)]),
    matrix,
  };
}

function u16(font: Buffer, at: number): number {
  return ((font[at] ?? 0) << 8) | (font[at + 1] ?? 0);
}

/** Undefined where it is not within the font, or its parts are not one after the other. */
function readIndex(font: Buffer, at: number): Index | undefined {
  const count = u16(font, at);
  if (count === 0) return [at + 2];
  const size = font[at + 2] ?? 0;
  const offsets = at + 3;
  const base = offsets + (count + 1) * size - 1;
  if (size < 1 || size > 4 || base > font.length) return undefined;
  const index = Array.from({ length: count + 1 }, (_, each) => base + font.readUIntBE(offsets + each * size, size));
  const isInOrder = index.every((start, each) => start >= (index[each - 1] ?? base) && start <= font.length);
  return isInOrder ? index : undefined;
}

function endOf(index: Index): number {
  return index.at(-1) ?? 0;
}

/** Operands by operator, of two bytes as `0x0c07`. The last of an operator's counts. */
function readDictionary(bytes: Buffer): Map<number, number[]> {
  const found = new Map<number, number[]>();
  let operands: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at++] ?? 0;
    if (first <= 21) {
      found.set(first === 12 ? 0x0c00 | (bytes[at++] ?? 0) : first, operands);
      operands = [];
    } else if (first === 30) {
      const end = bytes.subarray(at).findIndex((pair) => (pair & 0x0f) === 0x0f || pair >> 4 === 0x0f);
      const digits = bytes.toString("hex", at, end < 0 ? bytes.length : at + end + 1);
      operands.push(realOf(digits));
      at = end < 0 ? bytes.length : at + end + 1;
    } else {
      const length = first === 28 ? 2 : first === 29 ? 4 : first >= 247 ? 1 : 0;
      if (at + length > bytes.length) break;
      operands.push(integerOf(first, bytes, at));
      at += length;
    }
  }
  return found;
}

function integerOf(first: number, bytes: Buffer, at: number): number {
  if (first === 28) return bytes.readInt16BE(at);
  if (first === 29) return bytes.readInt32BE(at);
  const next = bytes[at] ?? 0;
  return first < 247 ? first - 139 : first < 251 ? (first - 247) * 256 + next + 108 : -(first - 251) * 256 - next - 108;
}

/** A number whose digits are half bytes: `a` a point, `b` and `c` exponents, `e` a minus, `f` the end. */
function realOf(digits: string): number {
  const written: Readonly<Record<string, string>> = { a: ".", b: "e", c: "e-", d: "", e: "-" };
  const [number = ""] = digits.split("f", 1);
  return Number(number.replaceAll(/[a-e]/g, (digit) => written[digit] ?? ""));
}

/** Each glyph's number of a name. Of the charsets that are not in the font only the first is known. */
function charset(font: Buffer, at: number, glyphs: number): readonly number[] {
  if (at === 0) return CFF_NAMES.map((_, id) => id).slice(0, 229);
  const ids = [0];
  if (at <= 2) return ids;
  const format = font[at];
  const wide = format === 2 ? 1 : 0;
  for (let next = at + 1; next + 2 <= font.length && ids.length < Math.min(glyphs, GLYPHS);) {
    const first = u16(font, next);
    const more = format === 0 ? 0 : wide === 1 ? u16(font, next + 2) : (font[next + 2] ?? 0);
    for (let each = 0; each <= more && ids.length < GLYPHS; each++) ids.push(first + each);
    next += format === 0 ? 2 : 3 + wide;
  }
  return ids;
}

/** Codes, and the glyphs that they stand for. */
function codes(font: Buffer, at: number): [code: number, glyph: number][] {
  const count = font[at + 1] ?? 0;
  const format = (font[at] ?? 0) & 0x7f;
  if (format === 0) return [...font.subarray(at + 2, at + 2 + count)].map((code, each) => [code, each + 1]);
  const found: [number, number][] = [];
  for (let range = 0; range < count && format === 1; range++) {
    const first = font[at + 2 + range * 2] ?? 0;
    const more = font[at + 3 + range * 2] ?? 0;
    for (let code = first; code <= first + more; code++) found.push([code, found.length + 1]);
  }
  return found;
}

/** Codes beyond those, and the numbers of their glyphs' names. */
function supplement(font: Buffer, encoding: number): [code: number, id: number][] {
  const format = font[encoding] ?? 0;
  if (format < 0x80) return [];
  const at = encoding + 2 + (font[encoding + 1] ?? 0) * (format === 0x80 ? 1 : 2);
  return Array.from({ length: font[at] ?? 0 }, (_, each) => [
    font[at + 1 + each * 3] ?? 0,
    u16(font, at + 2 + each * 3),
  ]);
}
