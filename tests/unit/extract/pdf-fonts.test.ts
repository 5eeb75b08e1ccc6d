import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { guardPdf } from "../../../workers/indexer/extract/pdf/guard.ts";
import { Reading } from "../../../workers/indexer/extract/reading.ts";
import { cffFont, tablesFont, type1Font } from "../../support/font-samples.ts";
import { memorySource } from "../../support/memory-source.ts";
import { flate, pageContent, pdfOf } from "../../support/pdf-sample.ts";
import type { PdfStream } from "../../support/pdf-sample.ts";

const read = (pdf: Uint8Array) => extractText(memorySource("a.pdf", pdf), { ...EXTRACT_LIMITS, milliseconds: 120_000 });

/** A page in Helvetica, and one of `codes` in a font of this program, which says nothing else of what they stand for. */
function pdfIn(key: string, program: PdfStream, codes = "41", more = ""): Uint8Array {
  const descriptor = `<< /Type /FontDescriptor /FontName /ABCDEF+A /Flags 4 /FontBBox [0 0 1 1] /${key} 1000000 0 R >>`;
  const widths = `/FirstChar 0 /LastChar 255 /Widths [${"500 ".repeat(256)}]`;
  const font = `<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+A ${widths} /FontDescriptor ${descriptor} ${more} >>`;
  const pages = [flate(pageContent(["Hello"])), flate(`BT /F2 12 Tf <${codes}> Tj ET`)];
  return pdfOf(pages, { fonts: [font], more: [{ name: "X", ...program }] });
}

const END = Buffer.from([14]);
const RETURN = 11;
/** A glyph of as many bytes as drawn ones have. */
const DRAWN = Buffer.from([...Array.from({ length: 200 }, (_, each) => 32 + ((each * each * 37) % 200)), 14]);

/** Subroutines of which each calls the one before it forty times. */
function calling(depth: number, call: (number: number) => readonly number[]): Buffer[] {
  const callers = Array.from({ length: depth }, (_, each) => Array.from({ length: 40 }, () => call(each)).flat());
  return [Buffer.from([RETURN]), ...callers.map((calls) => Buffer.from([...calls, RETURN]))];
}

/** Dictionaries of all glyphs, chosen 30,000 times over. */
function selection(): Buffer {
  const ranges = Buffer.alloc(3 + 60_000 * 3 + 2);
  ranges[0] = 3;
  ranges.writeUInt16BE(60_000, 1);
  for (let each = 1; each < 60_000; each += 2) ranges.writeUInt16BE(0xffff, 3 + each * 3);
  return ranges;
}

/** Ranges of all codes, 30,000 times over. */
function codeRanges(): Buffer {
  const segments = 30_000;
  const table = Buffer.alloc(28 + segments * 8);
  table.writeUInt16BE(1, 2);
  table.writeUInt16BE(3, 4);
  table.writeUInt16BE(1, 6);
  table.writeUInt32BE(12, 8);
  table.writeUInt16BE(4, 12);
  table.writeUInt16BE(0xffff, 14);
  table.writeUInt16BE(segments * 2, 18);
  for (let each = 0; each < segments; each++) table.writeUInt16BE(0xfff0, 26 + each * 2);
  return table;
}

/** One range of nearly all numbers of four bytes. */
function wideCodeRange(): Buffer {
  const table = Buffer.alloc(40);
  table.writeUInt16BE(1, 2);
  table.writeUInt16BE(3, 4);
  table.writeUInt16BE(1, 6);
  table.writeUInt32BE(12, 8);
  table.writeUInt16BE(12, 12);
  table.writeUInt32BE(28, 16);
  table.writeUInt32BE(1, 24);
  table.writeUInt32BE(0xfffffff0, 32);
  return table;
}

/** What a TrueType font must have, without a glyph. */
function outlines(): Readonly<Record<string, Uint8Array>> {
  const head = Buffer.alloc(54);
  head.writeUInt16BE(1_000, 18);
  const maxp = Buffer.alloc(32);
  maxp.writeUInt16BE(1, 0);
  maxp.writeUInt16BE(2, 4);
  const hhea = Buffer.alloc(36);
  hhea.writeUInt16BE(1, 0);
  hhea.writeUInt16BE(2, 34);
  const post = Buffer.alloc(32);
  post.writeUInt16BE(3, 0);
  return { head, hhea, hmtx: Buffer.alloc(8), loca: Buffer.alloc(12), glyf: Buffer.alloc(16), maxp, post };
}

const bombs: Readonly<Record<string, readonly [key: string, program: () => Buffer]>> = {
  "a CFF font's subroutines that call each other 40^9 times": [
    "FontFile3",
    () => cffFont({ glyphs: [END, Buffer.from([41, 29, 14])], subroutines: calling(9, (number) => [number + 32, 29]) }),
  ],
  "a Type 1 font's subroutines that call each other 40^12 times": [
    "FontFile",
    () =>
      type1Font(
        "StandardEncoding",
        calling(12, (number) => [number + 139, 10]),
        { ".notdef": END, A: Buffer.from([139, 139, 13, 151, 10, 14]) },
      ),
  ],
  "a CFF font's names that are beyond its end": [
    "FontFile3",
    () => cffFont({ glyphs: [END, END, END], charset: Buffer.from([1]) }),
  ],
  "a CFF font's dictionaries of two billion glyphs": [
    "FontFile3",
    () => cffFont({ glyphs: [END, END], charset: Buffer.from([0, 0, 1]), strings: ["Adobe"], selection: selection() }),
  ],
  "a TrueType font's codes, two billion of them": [
    "FontFile2",
    () => tablesFont({ cmap: codeRanges(), ...outlines() }),
  ],
  "a TrueType font's codes, four billion in one range": [
    "FontFile2",
    () => tablesFont({ cmap: wideCodeRange(), ...outlines() }),
  ],
};

test.each(Object.entries(bombs))("[X5] %s are not followed, and the page is read", async (_, [key, program]) => {
  // Each kept the parser busy for minutes, or took gigabytes.
  expect(await read(pdfIn(key, flate(program())))).toMatchObject({ text: "Hello\nA", cut: null });
});

test("[X5] nor are those of programs that begin with something else, or whose place is written in other letters", async () => {
  const [, program] = bombs["a Type 1 font's subroutines that call each other 40^12 times"] ?? [];
  const other = Buffer.concat([Buffer.alloc(4), program?.() ?? END]);
  for (const key of ["FontFile", "F#6fntFil#65"]) {
    expect(await read(pdfIn(key, flate(other)))).toMatchObject({ text: "Hello\nA", cut: null });
  }
});

const LIGATURES = "256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 12 /fi put\ndup 14 /ffi put\nreadonly";

test.each([
  ["Type 1 font", "FontFile", () => type1Font(LIGATURES, [], { ".notdef": END, fi: END, ffi: END }), "0c0e"],
  [
    "CFF font",
    "FontFile3",
    () =>
      cffFont({
        glyphs: [END, DRAWN, DRAWN],
        strings: ["f_i", "ffi"],
        // By number: one that all such fonts know, and the second of this one's.
        charset: Buffer.from([0, 0, 109, 392 >> 8, 392 & 0xff]),
        encoding: Buffer.from([0, 2, 12, 14]),
      }),
    "0c0e",
  ],
  [
    "CFF font with ranges of codes and one beside them",
    "FontFile3",
    () =>
      cffFont({
        glyphs: [END, DRAWN, DRAWN],
        strings: ["ffi"],
        charset: Buffer.from([1, 0, 109, 1]),
        encoding: Buffer.from([0x81, 1, 12, 1, 1, 20, 391 >> 8, 391 & 0xff]),
      }),
    "0c14",
  ],
])("[X5] of a %s is left what its codes stand for", async (_, key, program, codes) => {
  for (const packed of [flate(program()), { dictionary: "", bytes: program() }]) {
    expect(await read(pdfIn(key, packed, codes))).toMatchObject({ text: "Hello\nfiffi", cut: null });
  }
});

test("[X5] of a TrueType font that is named for Windows alone is left that its codes are those of Windows", async () => {
  const name = Buffer.from([0, 0, 0, 1, 0, 18, 0, 3, 0, 1, 4, 9, 0, 1, 0, 2, 0, 0, 0, 65]);
  const program = flate(tablesFont({ ...outlines(), name }));
  expect(await read(pdfIn("FontFile2", program, "e4"))).toMatchObject({ text: "Hello\nä" });
});

test("[X5] a document's other streams are left as they are, and so is all of an encrypted one", () => {
  const map = flate("%!PS-Adobe-3.0 Resource-CMap\nbegincmap endcmap");
  const program = flate(cffFont({ glyphs: [END, END] }));
  const guarded = (pdf: Uint8Array): boolean => {
    const before = Buffer.from(pdf);
    guardPdf(pdf, new Reading(EXTRACT_LIMITS));
    return before.equals(pdf);
  };
  const page = flate(pageContent(["Hello"]));
  expect(guarded(pdfOf([page, map]))).toBe(true);
  expect(guarded(pdfOf([page, program], { trailer: "/Encrypt << /Filter /Standard >>" }))).toBe(true);
  expect(guarded(pdfOf([page, program]))).toBe(false);
});
