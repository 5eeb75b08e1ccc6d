import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import type { Extracted } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { guardPdf } from "../../../workers/indexer/extract/pdf/guard.ts";
import { Reading } from "../../../workers/indexer/extract/reading.ts";
import { memorySource } from "../../support/memory-source.ts";
import { docxOf, zipOf } from "../../support/office-samples.ts";
import { tarOf } from "../../support/archive-samples.ts";
import { flate, joined, pageContent, pdfOf } from "../../support/pdf-sample.ts";
import type { PdfStream } from "../../support/pdf-sample.ts";

/** Far above what any of them takes on a machine that is busy, far below what one that bursts would. */
const SECONDS = 20;

/** Extracts, and holds that it took neither long nor much memory that is kept. */
async function survive(name: string, bytes: Uint8Array | string, limits = EXTRACT_LIMITS): Promise<Extracted> {
  const started = performance.now();
  const found = await extractText(memorySource(name, bytes), limits);
  expect(performance.now() - started).toBeLessThan(SECONDS * 1000);
  if ("text" in found) expect(found.text.length).toBeLessThanOrEqual(limits.text);
  return found;
}

const page = flate(pageContent(["Hello"]));
const spaces = (bytes: number) => Buffer.alloc(bytes, 0x20);
const filtered = (filters: string, bytes: Uint8Array): PdfStream => ({ dictionary: `/Filter ${filters}`, bytes });

/** A form that draws the next one ten times, and so on: 10 to the ninth. */
const forms = Array.from({ length: 9 }, (_, at) => {
  const { dictionary, bytes } = flate(at === 8 ? pageContent(["ha"]) : `/X${at + 1} Do `.repeat(10));
  return { name: `X${at}`, bytes, dictionary: `/Subtype /Form /BBox [0 0 600 800] /Resources 5 0 R ${dictionary}` };
});

test("[X5] a PDF's stream that inflates to 40 MB is left out, and the pages around it are read", async () => {
  for (const bomb of [
    filtered("/FlateDecode", deflateSync(spaces(40e6))),
    filtered("[/FlateDecode /FlateDecode]", deflateSync(deflateSync(spaces(30e6)))),
    filtered("/Fl#61teDecode", deflateSync(spaces(40e6))),
    filtered("[/ASCIIHexDecode /FlateDecode]", Buffer.from(`${deflateSync(spaces(40e6)).toString("hex")}>`)),
    filtered("/LZWDecode", lzwBomb(12_000)),
  ]) {
    expect(await survive("a.pdf", pdfOf([page, bomb, page])), bomb.dictionary).toMatchObject({
      text: "Hello\nHello",
      cut: "over_expansion",
    });
  }
});

test("[X5] streams of 15 MB each add up to a limit", async () => {
  const stream = filtered("/FlateDecode", deflateSync(spaces(15e6)));
  const pages = Array.from({ length: 10 }, () => stream);
  expect(await survive("a.pdf", pdfOf(pages), { ...EXTRACT_LIMITS, passedBytes: 100e6 })).toMatchObject({
    skipped: "over_expansion",
  });
});

test("[X5] LZW and ASCII85 that are no bombs are read", async () => {
  const text = pageContent(["Hello", "world"]);
  const lzw = lzwOf(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  expect(await survive("a.pdf", pdfOf([filtered("/LZWDecode", lzw)]))).toMatchObject({
    text: "Hello\nworld",
    cut: null,
  });
  const hex = filtered("[/AHx /Fl]", Buffer.from(`${deflateSync(Buffer.from(text)).toString("hex")}>`));
  expect(await survive("a.pdf", pdfOf([hex]))).toMatchObject({ text: "Hello\nworld", cut: null });
});

test("[X5] a PDF's forms that draw forms end with the time; its pages with their number", async () => {
  const limits = { ...EXTRACT_LIMITS, milliseconds: 1_500 };
  expect(await survive("a.pdf", pdfOf([flate("/X0 Do")], { more: forms }), limits)).toMatchObject({ cut: "over_time" });
  const pages = Array.from({ length: 2_000 }, () => page);
  expect(await survive("a.pdf", pdfOf(pages), { ...EXTRACT_LIMITS, pages: 20 })).toMatchObject({ cut: "over_pages" });
});

test("[X5] a PDF that is deep, or says that it has a billion objects, costs no more than its bytes", async () => {
  await survive("a.pdf", pdfOf([page], { info: `/Title ${"[".repeat(1e6)}` }));
  expect(await survive("a.pdf", pdfOf([flate("q ".repeat(1e6)), page]))).toMatchObject({ text: "Hello" });
  await survive("a.pdf", pdfOf([flate(`${"[".repeat(2e6)} TJ`)]));
  const huge = Buffer.from(pdfOf([page]))
    .toString("latin1")
    .replace("xref\n0 1", "xref\n0 999999999");
  await survive("a.pdf", Buffer.from(huge, "latin1"));
});

test("[X5] entities are not expanded, and nothing outside is fetched", async () => {
  const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
  const xml = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">${laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>`;
  const document = `${xml}<w:document><w:p><w:t>before &l9; &f; after</w:t></w:p></w:document>`;
  const found = await survive("a.docx", docxOf("", { "word/document.xml": document }));
  expect(found).toMatchObject({ text: "before &l9; &f; after" });
});

test.each<[string, string, string]>([
  ["40 MB of blanks", "<w:t>x</w:t>".padEnd(40_000_000), "over_expansion"],
  ["a comment without an end", `<!--${" ".repeat(40_000_000)}`, "over_expansion"],
  ["an attribute of 40 MB", `<w:p a="${"x".repeat(40_000_000)}"/>`, "over_expansion"],
  ["elements in each other", Array.from({ length: 50_000 }, (_, at) => `<w:p a="${at * 7}">`).join(""), "over_depth"],
])("[X5] a Word document of %s is cut", async (_, body, skipped) => {
  expect(await survive("a.docx", docxOf(body))).toMatchObject({ skipped });
});

test("[X5] entries that share the same bytes count each time", async () => {
  const slide = `<p:sld><a:p><a:t> </a:t></a:p>${Array.from({ length: 40_000 }, (_, at) => `<a:x b="${at}"/>`).join("")}</p:sld>`;
  const bytes = sharedEntries("ppt/slides/slide", 500, slide, { "ppt/presentation.xml": "<p/>" });
  expect(bytes.length).toBeLessThan(400_000);
  expect(await survive("a.pptx", bytes, { ...EXTRACT_LIMITS, inflatedBytes: 8e6 })).toMatchObject({
    fields: { pages: "500" },
    cut: "over_expansion",
  });
});

test("[X5] archives in archives are names, and more of them than the limit are cut", async () => {
  const inner = zipOf({ "zero.bin": new Uint8Array(10_000_000) });
  expect(await survive("42.zip", zipOf({ "a.zip": inner, "b.zip": inner }))).toMatchObject({ text: "a.zip\nb.zip" });
  const limits = { ...EXTRACT_LIMITS, entries: 100 };
  const names = Array.from({ length: 150 }, (_, at) => `${at}.txt`);
  const zip = zipOf(Object.fromEntries(names.map((name) => [name, "x"])));
  expect(await survive("a.zip", zip, limits)).toMatchObject({ cut: "over_entries", fields: { entries: "100" } });
  const tar = tarOf(names.map((name) => [name, 1] as const));
  expect(await survive("a.tar", tar, limits)).toMatchObject({ cut: "over_entries", fields: { entries: "100" } });
});

test("[X5] gzip that inflates to more than the limit is cut", async () => {
  expect(await survive("a.gz", gzipSync(spaces(50e6)))).toMatchObject({ skipped: "over_text" });
  const tar = gzipSync(tarOf([["a", 30e6]]));
  expect(await survive("a.tgz", tar, { ...EXTRACT_LIMITS, passedBytes: 20e6 })).toMatchObject({
    text: "a",
    cut: "over_expansion",
  });
});

test("[X5] pages, RTF and mail that are deep or endless are cut", async () => {
  expect(await survive("a.html", `<html>one${"<div>".repeat(1e6)}`)).toMatchObject({ text: "one", cut: "over_depth" });
  await survive("a.html", `<html>${"<div>".repeat(900)}${"</span>".repeat(5e5)}`);
  await survive("a.html", `<html>${"<".repeat(4e6)}`);
  expect(await survive("a.rtf", `{\\rtf1 one${"{".repeat(1e6)}`)).toMatchObject({ text: "one", cut: "over_depth" });
  const nested = Array.from(
    { length: 2_000 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  );
  expect(await survive("a.eml", nested.join(""))).toMatchObject({ skipped: "over_depth" });
  await survive("a.eml", `From: a\r\nTo: ${"a:".repeat(1e5)}${"(".repeat(1e5)}\r\n\r\nbody`);
  await survive("a.eml", `From: a\r\nContent-Type: text/html\r\n\r\n${"<!--".repeat(1e6)}`);
});

test("[X5] a PDF of few bytes costs little to look through: brackets without an end, blanks, streams without objects", async () => {
  // Each cost minutes where a pattern went back over what it had seen.
  expect(await survive("a.pdf", pdfOf([page, flate(`beginbfrange ${"[".repeat(3e6)}`)]))).toMatchObject({
    text: "Hello",
  });
  const blanks = `1 0 obj\n<</F${" ".repeat(16_000)}1>>\nstream\nendstream\n`;
  const started = performance.now();
  expect(guardPdf(Buffer.from(blanks.repeat(150)), new Reading(EXTRACT_LIMITS)).lost).toBe(false);
  expect(performance.now() - started).toBeLessThan(SECONDS * 1000);
  const alone = `1 0 obj\n${"stream\nendstream\n".repeat(900)}`;
  expect(await survive("a.pdf", `%PDF-1.4\n${alone.repeat(400)}`)).toMatchObject({ skipped: "over_expansion" });
  const letters = filtered("/ASCII85Decode", Buffer.from("z".repeat(6e6)));
  expect(await survive("a.pdf", pdfOf([page, letters]))).toMatchObject({ text: "Hello", truncated: true });
});

test("[X5] attributes of an element, lines, parts and headers of a mail, and records of a TAR file are counted", async () => {
  const attributes = Array.from({ length: 100_000 }, (_, at) => `a${at}=""`).join(" ");
  expect(await survive("a.html", `<html>one<a ${attributes}>two</a>`)).toMatchObject({
    text: "one",
    cut: "over_entries",
  });
  expect(await survive("a.docx", docxOf(["one"], { "word/header1.xml": `<a ${attributes}/>` }))).toMatchObject({
    text: "one",
    cut: "over_entries",
  });
  const mail = "From: a@b\r\nMIME-Version: 1.0\r\n";
  const parts = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\none\r\n".repeat(30_000)}`;
  expect(await survive("a.eml", mail + parts)).toMatchObject({ cut: "over_entries" });
  const lines = `Content-Type: text/plain; format=flowed\r\n\r\none${"> \r\n".repeat(100_000)}`;
  expect(await survive("a.eml", mail + lines)).toMatchObject({ cut: "over_entries" });
  await survive("a.eml", mail + "Content-Type: message/rfc822\r\n\r\n".repeat(30_000));
  expect(await survive("a.eml", `${mail}To: ${"a,".repeat(250_000)}\r\n\r\none`)).toMatchObject({ skipped: "damaged" });
  const records = tarOf(Array.from({ length: 3_500 }, () => ["long", 0] as const));
  for (let at = 0; at + 512 <= records.length; at += 512) retype(records, at, "g");
  expect(await survive("a.tgz", gzipSync(records), { ...EXTRACT_LIMITS, entries: 1_000 })).toMatchObject({
    skipped: "over_entries",
  });
});

/** Makes another kind of record of a header in a TAR file. */
function retype(tar: Uint8Array, at: number, type: string): void {
  if (tar[at] === 0) return;
  tar[at + 156] = type.charCodeAt(0);
  tar.fill(0x20, at + 148, at + 156);
  const sum = tar.subarray(at, at + 512).reduce((all, byte) => all + byte, 0);
  tar.set(Buffer.from(`${sum.toString(8).padStart(6, "0")}\0 `), at + 148);
}

test("[X5] no more bytes are read than the limit, whatever a file says of itself", async () => {
  const limits = { ...EXTRACT_LIMITS, readBytes: 1_000_000, wholeBytes: 500_000 };
  const source = memorySource("a.pdf", joined([pdfOf([page]), new Uint8Array(3_000_000)]));
  expect(await extractText(source, limits)).toMatchObject({ skipped: "over_bytes" });
  expect(source.sent).toBeLessThan(1_200_000);
  const tar = memorySource("a.tar", tarOf(Array.from({ length: 3_000 }, (_, at) => [`${at}`, 1_000] as const)));
  expect(await extractText(tar, limits)).toMatchObject({ cut: "over_bytes" });
  expect(tar.sent).toBeLessThan(1_200_000);
});

test("[X5] an image that says it has four billion pixels is not decoded", async () => {
  const png = Buffer.alloc(100);
  png.set([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff,
  ]);
  await survive("a.png", png);
});

/** Codes that make strings one longer each: 3,838 of them are 7 MB. */
function lzwBomb(codes: number): Uint8Array {
  return writeLzw(function* () {
    for (let at = 0; at < codes; at++) yield at % 3_800 === 0 ? 256 : at % 3_800 === 1 ? 0x20 : 256 + (at % 3_800);
    yield 257;
  });
}

/** As literals only, with the table cleared before the codes grow. */
function lzwOf(bytes: Uint8Array): Uint8Array {
  return writeLzw(function* () {
    for (const [at, byte] of bytes.entries()) {
      if (at % 200 === 0) yield 256;
      yield byte;
    }
    yield 257;
  });
}

/** Writes codes with as many bits as a reader of them takes by then. */
function writeLzw(codes: () => Iterable<number>): Uint8Array {
  const bits: number[] = [];
  let next = 258;
  let first = true;
  for (const code of codes()) {
    const width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
    for (let bit = width - 1; bit >= 0; bit--) bits.push((code >> bit) & 1);
    if (code === 256) next = 258;
    else if (!first && next < 4096) next++;
    first = code === 256;
  }
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    Array.from({ length: 8 }, (_, bit) => bits[at * 8 + bit] ?? 0).reduce((byte, bit) => byte * 2 + bit, 0),
  );
}

/** A ZIP file whose directory has `count` names for one entry's bytes. */
function sharedEntries(name: string, count: number, text: string, more: Record<string, string>): Uint8Array {
  const packed = deflateRawSync(text);
  const local = (file: string, method: number, data: Uint8Array) => {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt16LE(file.length, 26);
    return joined([header, Buffer.from(file), data]);
  };
  const central = (file: string, method: number, length: number, offset: number) => {
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(method, 10);
    header.writeUInt32LE(length, 20);
    header.writeUInt16LE(file.length, 28);
    header.writeUInt32LE(offset, 42);
    return joined([header, Buffer.from(file)]);
  };
  const locals = [local("x", 8, packed)];
  const directory = Array.from({ length: count }, (_, at) => central(`${name}${at + 1}.xml`, 8, packed.length, 0));
  for (const [file, body] of Object.entries(more)) {
    directory.push(central(file, 0, body.length, joined(locals).length));
    locals.push(local(file, 0, Buffer.from(body)));
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(joined(directory).length, 12);
  end.writeUInt32LE(joined(locals).length, 16);
  return joined([...locals, ...directory, end]);
}
