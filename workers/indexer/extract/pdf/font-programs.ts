import { Buffer } from "node:buffer";
import { cffEncoding } from "./cff-encoding.ts";

/** What a font's program says of its text: everything else in it draws. */
export interface FontEncoding {
  /** Glyphs' names by code, or the name of a known list of them; undefined where the program does not say. */
  readonly names: ReadonlyMap<number, string> | string | undefined;
  /** How glyphs' space becomes text's, by which widths are measured. Six numbers. */
  readonly matrix: readonly number[] | undefined;
}

/** Bytes in which a Type 1 program is written out, before it is encrypted. */
const CLEAR = 256 * 1024;
/** Bytes in which a program of tables says where they are. */
const DIRECTORY = 4096;
/** Codes are bytes. */
const CODES = 256;
/** Records of a TrueType font's names that are looked at, and how those in English of two systems begin. */
const NAME_RECORDS = 500;
const WINDOWS = "000300010409";
const MACINTOSH = "000100000000";
/** Longest name of a glyph. */
const NAME = 100;

/** The program of a font that says no more than which glyphs its codes stand for (Type 1, Adobe 1990). It has none itself. */
export function programOf({ names, matrix }: FontEncoding): Buffer {
  const scale = matrix?.length === 6 && matrix.every(Number.isFinite) ? `/FontMatrix [${matrix.join(" ")}] def ` : "";
  return Buffer.from(`%!\n${scale}${written(names)}currentfile eexec\n${"0".repeat(16)}\n`, "latin1");
}

function written(names: FontEncoding["names"]): string {
  if (names === undefined) return "";
  if (typeof names === "string") return `/Encoding ${names} def `;
  const named = [...names].filter(
    ([code, name]) => code < CODES && /^[^\s/%()<>[\]{}]+$/.test(name) && name.length <= NAME,
  );
  const dups = named.map(([code, name]) => `dup ${code} /${name} put`);
  return `/Encoding ${CODES} array ${dups.join("\n")}\nreadonly def `;
}

/** What a font's program says, of any kind that PDFs have; undefined of bytes that are not certainly one. */
export function readFontProgram(bytes: Buffer): FontEncoding | undefined {
  const start = bytes.toString("latin1", 0, 4);
  if (start.startsWith("%!") || start.startsWith("\x80\x01")) return type1Encoding(bytes);
  if (start === "OTTO") return outlinesEncoding(bytes);
  if (["\0\x01\0\0", "true", "ttcf"].includes(start)) return tablesEncoding(bytes);
  return start.startsWith("\x01") ? cffEncoding(bytes) : undefined;
}

/** Of a program that does not say what its codes stand for. */
export const NO_ENCODING: FontEncoding = { names: undefined, matrix: undefined };

/** Other PostScript begins alike: maps of characters do. */
function type1Encoding(bytes: Buffer): FontEncoding | undefined {
  const end = bytes.indexOf("eexec");
  if (end < 0) return undefined;
  const clear = bytes.toString("latin1", 0, Math.min(end, CLEAR));
  const [, matrix] = /\/FontMatrix\s*[[{]([^\]}]{0,200})[\]}]/.exec(clear) ?? [];
  const from = clear.indexOf("/Encoding");
  const [, known] = /^\/Encoding\s+([A-Z]\w*)/.exec(clear.slice(from)) ?? [];
  // Without the word there is none; the list ends at the first definition after it.
  const [list = ""] = from < 0 ? [] : clear.slice(from).split(/\bdef\b/, 1);
  const names = [...list.matchAll(/\bdup\s+(\d+)\s*\/([^\s/%()<>[\]{}]+)\s*put\b/g)];
  return {
    names: known ?? (names.length > 0 ? new Map(names.map(([, code, name = ""]) => [Number(code), name])) : undefined),
    matrix: matrix?.trim().split(/\s+/).map(Number),
  };
}

/** OpenType with outlines of a CFF font (`CFF `). */
function outlinesEncoding(bytes: Buffer): FontEncoding {
  const at = bytes.subarray(0, DIRECTORY).indexOf("CFF ");
  const table = at >= 0 && at + 16 <= bytes.length ? bytes.readUInt32BE(at + 8) : bytes.length;
  return cffEncoding(bytes.subarray(table)) ?? NO_ENCODING;
}

/** TrueType: a symbolic font whose tables name it for Windows alone has the codes of Windows. */
function tablesEncoding(bytes: Buffer): FontEncoding | undefined {
  const directory = bytes.subarray(0, DIRECTORY);
  if (!["glyf", "head", "cmap", "hmtx"].some((tag) => directory.includes(tag))) return undefined;
  const at = directory.indexOf("name");
  const table = at >= 0 && at + 12 <= bytes.length ? bytes.readUInt32BE(at + 8) : bytes.length;
  const records = bytes.subarray(table + 6, table + 6 + NAME_RECORDS * 12);
  const count =
    table + 4 <= bytes.length ? Math.min(bytes.readUInt16BE(table + 2), Math.floor(records.length / 12)) : 0;
  const systems = Array.from({ length: count }, (_, each) => records.toString("hex", each * 12, each * 12 + 6));
  const isWindows = systems.includes(WINDOWS) && !systems.includes(MACINTOSH);
  return isWindows ? { names: "WinAnsiEncoding", matrix: undefined } : NO_ENCODING;
}
