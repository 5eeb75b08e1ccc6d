import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { memorySource } from "../../support/memory-source.ts";
import { cjkFont, flate, pageContent, pdfOf } from "../../support/pdf-sample.ts";

const read = (pdf: Uint8Array) => extractText(memorySource("a.pdf", pdf), { ...EXTRACT_LIMITS, milliseconds: 120_000 });

const page = flate(pageContent(["Hello"]));

/** A composite font of no collection, with such widths. */
const wide = (widths: string) =>
  cjkFont("Identity-H", "Identity").replace("/FontDescriptor", `${widths} /FontDescriptor`);
const shown = flate("BT /F2 12 Tf <0001> Tj ET");

test.each([
  ["two billion codes", "/W [0 2000000000 500]"],
  ["two billion codes of vertical text", "/W2 [0 2000000000 500 1 1]"],
  ["all codes again and again", `/W [${"0 65535 5 ".repeat(2_000)}]`],
])("[X5] a PDF's font that has widths for %s is not opened", async (_, widths) => {
  expect(await read(pdfOf([page, shown], { fonts: [wide(widths)] }))).toMatchObject({ skipped: "over_entries" });
});

test("[X5] numbers of a PDF that are no widths of fonts, and widths of all codes, do not count as too many", async () => {
  const lists =
    "/Coords [5518422 2086627 9518422 2214350] /ByteRange [0 8400000 9600000 240] /Kids [0 65542 0 R 1 3 0 R]";
  const fonts = [wide("/W [0 65535 1000 1 [500 600]]")];
  expect(await read(pdfOf([page], { fonts, info: lists }))).toMatchObject({ text: "Hello", cut: null });
});

test.each([
  ["entries of no bytes", "/Size 2000000000 /W [0 0 0] /Index [0 2000000000]"],
  ["millions of entries", "/Size 15000000 /W [1 0 0]"],
])("[X5] a PDF's table of objects with %s is not read", async (_, table) => {
  const bytes = deflateSync(Buffer.alloc(15e6));
  const start = `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n`;
  const head = `9 0 obj\n<< /Type /XRef ${table} /Root 1 0 R /Filter /FlateDecode /Length ${bytes.length} >>\nstream\n`;
  const end = `\nendstream\nendobj\nstartxref\n${start.length}\n%%EOF`;
  const pdf = Buffer.concat([Buffer.from(start + head), bytes, Buffer.from(end)]);
  expect(await read(pdf)).toMatchObject({ skipped: "over_entries" });
});

test.each([
  ["a string of 10 MB", `BT /F1 12 Tf (${"a".repeat(10e6)}) Tj ET`],
  ["a hexadecimal string of 10 MB", `BT /F1 12 Tf <${"41".repeat(5e6)}> Tj ET`],
  ["fonts that nothing is written in", `BT ${"/F1 12 Tf ".repeat(1_000)} ET`],
  ["pictures without an end", "BI /W 1 /H 1 /F /DCT ID a EI ".repeat(3e5)],
])("[X5] a PDF's stream of %s is left out, and the pages around it are read", async (_, content) => {
  expect(await read(pdfOf([page, flate(content), page]))).toMatchObject({
    text: "Hello\nHello",
    cut: "over_expansion",
  });
});

test("[X5] a PDF whose streams are 160 MB of drawing is not read", async () => {
  const drawing = flate("0 0 m 1 1 l S ".repeat(1.1e6));
  const pages = Array.from({ length: 11 }, () => drawing);
  expect(await read(pdfOf(pages))).toMatchObject({ skipped: "over_expansion" });
});
