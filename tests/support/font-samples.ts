import { Buffer } from "node:buffer";

/** A CFF font's list of parts, with offsets of four bytes. */
function cffIndex(parts: readonly Uint8Array[]): Buffer {
  if (parts.length === 0) return Buffer.alloc(2);
  const head = Buffer.alloc(3 + (parts.length + 1) * 4);
  head.writeUInt16BE(parts.length, 0);
  head[2] = 4;
  let offset = 1;
  for (const [each, part] of [...parts, Buffer.alloc(0)].entries()) {
    head.writeUInt32BE(offset, 3 + each * 4);
    offset += part.length;
  }
  return Buffer.concat([head, ...parts]);
}

function operand(value: number): Buffer {
  const bytes = Buffer.from([29, 0, 0, 0, 0]);
  bytes.writeInt32BE(value, 1);
  return bytes;
}

interface CffParts {
  /** Charstrings, the first of them `.notdef`'s. */
  readonly glyphs: readonly Uint8Array[];
  readonly strings?: readonly string[];
  readonly subroutines?: readonly Uint8Array[];
  /** A charset, as its bytes; without one that of Adobe's Latin fonts. */
  readonly charset?: Uint8Array;
  readonly encoding?: Uint8Array;
  /** Bytes that choose a dictionary for each glyph: glyphs are numbered then, not named. */
  readonly selection?: Uint8Array;
}

/** A CFF font (Adobe Technical Note 5176). */
export function cffFont({ glyphs, strings = [], subroutines = [], charset, encoding, selection }: CffParts): Buffer {
  const names = cffIndex([Buffer.from("A")]);
  const rest = [cffIndex(strings.map((text) => Buffer.from(text))), cffIndex(subroutines)];
  const parts: [operator: number[], bytes: Uint8Array][] = [[[17], cffIndex(glyphs)]];
  if (charset) parts.push([[15], charset]);
  if (encoding) parts.push([[16], encoding]);
  if (selection)
    parts.push(
      [[12, 37], selection],
      [[12, 36], cffIndex([Buffer.concat([operand(0), operand(0), Buffer.from([18])])])],
    );
  const ros = selection
    ? Buffer.concat([operand(391), operand(391), operand(0), Buffer.from([12, 30])])
    : Buffer.alloc(0);
  const top = (from: number): Buffer => {
    let at = from;
    const entries = parts.map(([operator, bytes]) => {
      const entry = Buffer.concat([operand(at), Buffer.from(operator)]);
      at += bytes.length;
      return entry;
    });
    return cffIndex([Buffer.concat([ros, ...entries])]);
  };
  const before = 4 + names.length + top(0).length + rest.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([1, 0, 4, 4]), names, top(before), ...rest, ...parts.map(([, bytes]) => bytes)]);
}

/** What a Type 1 font's second half, and each of its charstrings, is written in (Adobe Type 1 Font Format, 7). */
function encrypted(bytes: Uint8Array, key: number): Buffer {
  let state = key;
  return Buffer.from(
    [0, 0, 0, 0, ...bytes].map((byte) => {
      const cipher = byte ^ (state >> 8);
      state = ((cipher + state) * 52_845 + 22_719) & 0xffff;
      return cipher;
    }),
  );
}

/** A Type 1 font, with its encoding written out, and charstrings that are not yet encrypted. */
export function type1Font(
  encoding: string,
  subroutines: readonly Uint8Array[],
  glyphs: Readonly<Record<string, Uint8Array>>,
): Buffer {
  const part = (before: string, bytes: Uint8Array, after: string): Buffer[] => {
    const charstring = encrypted(bytes, 4_330);
    return [Buffer.from(`${before} ${charstring.length} RD `), charstring, Buffer.from(` ${after}\n`)];
  };
  const secret = Buffer.concat([
    Buffer.from(`/Private 8 dict dup begin /lenIV 4 def /Subrs ${subroutines.length} array\n`),
    ...subroutines.flatMap((bytes, each) => part(`dup ${each}`, bytes, "NP")),
    Buffer.from(`ND\n2 index /CharStrings ${Object.keys(glyphs).length} dict dup begin\n`),
    ...Object.entries(glyphs).flatMap(([name, bytes]) => part(`/${name}`, bytes, "ND")),
    Buffer.from("end end mark currentfile closefile\n"),
  ]);
  const clear = `%!PS-AdobeFont-1.0: A\n/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/Encoding ${encoding} def\ncurrentfile eexec\n`;
  return Buffer.concat([Buffer.from(clear), encrypted(secret, 55_665)]);
}

/** A TrueType font of such tables alone. */
export function tablesFont(tables: Readonly<Record<string, Uint8Array>>): Buffer {
  const entries = Object.entries(tables);
  const head = Buffer.alloc(12 + entries.length * 16);
  head.writeUInt32BE(0x10000, 0);
  head.writeUInt16BE(entries.length, 4);
  let at = head.length;
  for (const [each, [tag, bytes]] of entries.entries()) {
    head.write(tag.padEnd(4), 12 + each * 16, "latin1");
    head.writeUInt32BE(at, 20 + each * 16);
    head.writeUInt32BE(bytes.length, 24 + each * 16);
    at += bytes.length;
  }
  return Buffer.concat([head, ...entries.map(([, bytes]) => bytes)]);
}
