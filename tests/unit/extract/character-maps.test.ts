import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { CHARACTER_MAPS } from "../../../core/character-maps.ts";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import type { Extracted } from "../../../workers/indexer/extract/extract-text.ts";
import type { CharacterMaps } from "../../../workers/indexer/extract/file-bytes.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { memorySource } from "../../support/memory-source.ts";
import { cjkFont, flate, pageContent, pdfOf } from "../../support/pdf-sample.ts";

const mapsOfPdfJs: CharacterMaps = async (name) =>
  new Uint8Array(await readFile(`node_modules/pdfjs-dist/cmaps/${name}`));

const read = (pdf: Uint8Array, characterMap: CharacterMaps = mapsOfPdfJs): Promise<Extracted> =>
  // Without the time, which is for files: a machine may be busy.
  extractText({ ...memorySource("a.pdf", pdf), characterMap }, { ...EXTRACT_LIMITS, milliseconds: 120_000 });

const shown = (font: string, hex: string) => `BT /${font} 12 Tf 50 750 Td <${hex}> Tj ET`;
const utf16 = (text: string) => Buffer.from(text, "utf16le").swap16().toString("hex");

test.each([
  ["UniGB-UCS2-H", "GB1", utf16("北京大学")],
  ["GBK-EUC-H", "GB1", "b1b1bea9b4f3d1a7"],
  ["UniCNS-UTF16-H", "CNS1", utf16("北京大學")],
  ["ETen-B5-H", "CNS1", "a55fa8caa46abec7"],
  ["UniJIS-UTF16-H", "Japan1", utf16("東京大学")],
  ["90ms-RKSJ-H", "Japan1", "938c8b9e91e58a77"],
  ["90ms-RKSJ-V", "Japan1", "938c8b9e91e58a77"],
  ["H", "Japan1", "456c357e42673358"],
  ["UniKS-UCS2-H", "Korea1", utf16("서울대학교")],
  ["KSCms-UHC-H", "Korea1", "bcadbfefb4ebc7d0b1b3"],
])(
  "[X8] text is read of a font that names %s and brings neither it nor glyphs along",
  async (encoding, ordering, hex) => {
    const words: Record<string, string> = {
      GB1: "北京大学",
      CNS1: "北京大學",
      Japan1: "東京大学",
      Korea1: "서울대학교",
    };
    const pdf = pdfOf([flate(shown("F2", hex)), flate(pageContent(["Latin"]))], {
      fonts: [cjkFont(encoding, ordering)],
    });
    expect(await read(pdf)).toEqual({
      text: `${words[ordering]}\nLatin`,
      truncated: false,
      cut: null,
      fields: { pages: "2" },
    });
  },
);

test("[X8] glyphs of a character collection by their numbers are read as its characters", async () => {
  // CIDs 3284 and 3722 of Adobe-Japan1.
  const pdf = pdfOf([flate(shown("F2", "0cd40e8a"))], { fonts: [cjkFont("Identity-H", "Japan1")] });
  expect(await read(pdf)).toMatchObject({ text: "日本" });
});

test("[X8] a map that there is not leaves the rest of the document readable", async () => {
  const pdf = pdfOf([flate(shown("F2", utf16("東京"))), flate(pageContent(["Latin"]))], {
    fonts: [cjkFont("UniJIS-UTF16-H", "Japan1")],
  });
  expect(await read(pdf, () => Promise.resolve(null))).toMatchObject({
    text: expect.stringContaining("Latin") as string,
  });
});

test("[X8] [X4] where maps cannot be fetched for now the file is to be read again", async () => {
  const failure = new Error("no answer");
  const pdf = pdfOf([flate(shown("F2", utf16("東京")))], { fonts: [cjkFont("UniJIS-UTF16-H", "Japan1")] });
  await expect(read(pdf, () => Promise.reject(failure))).rejects.toBe(failure);
});

test("[X8] documents without such fonts fetch no map", async () => {
  const asked: string[] = [];
  const pdf = pdfOf([flate(pageContent(["Latin"]))]);
  await read(pdf, (name) => {
    asked.push(name);
    return Promise.resolve(null);
  });
  expect(asked).toEqual([]);
});

test("[X8] [X5] a font for each page is let go of, and a page of fonts without end is cut", async () => {
  const fonts = Array.from({ length: 40 }, () => cjkFont("90ms-RKSJ-H", "Japan1"));
  const scanned = fonts.map((_, index) => flate(shown(`F${index + 2}`, "938c8b9e")));
  const asked: string[] = [];
  const counted: CharacterMaps = (name) => {
    asked.push(name);
    return mapsOfPdfJs(name);
  };
  const { text } = (await read(pdfOf(scanned, { fonts }), counted)) as { text: string };
  expect(text.split("\n")).toEqual(fonts.map(() => "東京"));
  // Fetched again whenever the fonts before are gone.
  expect(asked).toEqual([
    "90ms-RKSJ-H.bcmap",
    "Adobe-Japan1-UCS2.bcmap",
    "90ms-RKSJ-H.bcmap",
    "Adobe-Japan1-UCS2.bcmap",
    "90ms-RKSJ-H.bcmap",
    "Adobe-Japan1-UCS2.bcmap",
  ]);
  const all = flate(fonts.map((_, index) => shown(`F${index + 2}`, "938c8b9e")).join("\n"));
  expect(await read(pdfOf([all, flate(pageContent(["after"]))], { fonts }))).toMatchObject({ cut: "over_expansion" });
});

test("[X8] maps are served under the version of pdf.js that packs them", () => {
  const { version } = createRequire(import.meta.url)("pdfjs-dist/package.json") as { version: string };
  expect(CHARACTER_MAPS).toBe(`/assets/cmaps-${version}/`);
});
