import { gzipSync, strToU8 } from "fflate";
import sharp from "sharp";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../../support/memory-source.ts";
import { zipOf } from "../../support/office-samples.ts";
import { joined } from "../../support/pdf-sample.ts";
import { tarOf, taggedMp3 } from "../../support/archive-samples.ts";

const read = (name: string, bytes: Uint8Array | string) => extractText(memorySource(name, bytes));

test("[X5] the names in a ZIP file are read, and nothing of what they name", async () => {
  const zip = zipOf({ "docs/Straße.txt": "inside", "日本.md": "inside", "inner.zip": zipOf({ "deep.txt": "x" }) });
  expect(await read("a.jar", zip)).toMatchObject({
    text: "docs/Straße.txt\n日本.md\ninner.zip",
    fields: { entries: "3" },
  });
});

test("[X5] of a large ZIP file only its directory is fetched", async () => {
  const zip = joined([new Uint8Array(20_000_000).fill(1), zipOf({ "a.txt": "x" })]);
  zip.set([0x50, 0x4b, 3, 4]);
  const source = memorySource("a.zip", zip);
  expect(await extractText(source)).toMatchObject({ text: "a.txt" });
  expect(source.sent).toBeLessThan(200_000);
});

test("[X5] the names in a TAR file are read, long ones too, and what lies between is not fetched", async () => {
  const long = `${"x".repeat(150)}/lang.md`;
  const tar = tarOf([
    ["src/Zürich.txt", 9_000_000],
    [long, 10],
    ["last", 0],
  ]);
  const source = memorySource("a.tar", tar);
  expect(await extractText(source)).toMatchObject({ text: `src/Zürich.txt\n${long}\nlast`, fields: { entries: "3" } });
  expect(source.sent).toBeLessThan(300_000);
  expect(await read("a.tgz", gzipSync(tarOf([["a.txt", 3_000]])))).toMatchObject({ text: "a.txt" });
});

test("[X5] compressed text is read; compressed programs are of no known kind", async () => {
  expect(await read("a.log.gz", gzipSync(strToU8("eine Zeile\n")))).toMatchObject({ text: "eine Zeile" });
  const program = Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 251);
  expect(await read("a.gz", gzipSync(program))).toMatchObject({ skipped: "unknown_kind" });
});

test("[X5] a message's people, text and attachments are read, HTML where there is no text", async () => {
  const head =
    "From: =?utf-8?Q?Ada_L=C3=B6v?= <ada@example.org>\r\nTo: bob@example.org\r\nSubject: =?utf-8?B?5p2x5Lqs?=\r\n";
  const mail =
    `${head}Date: Sun, 22 Nov 2026 20:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n` +
    "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Gr=C3=BC=C3=9Fe</p>\r\n" +
    "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=Rechnung.pdf\r\n\r\nabc\r\n--b--\r\n";
  expect(await read("a.eml", mail)).toEqual({
    text: "Grüße\nRechnung.pdf",
    truncated: false,
    cut: null,
    fields: { title: "東京", from: "Ada Löv ada@example.org", to: "bob@example.org", date: "2026-11-22T20:00:00.000Z" },
  });
});

test.each(["jpeg", "webp", "avif"] as const)("[X5] what a camera wrote into a %s is read", async (format) => {
  const image = await sharp({ create: { width: 64, height: 48, channels: 3, background: "red" } })
    .withExif({
      IFD0: { Make: "Canon", Model: "EOS R5", Artist: "Ada", ImageDescription: "Sunset over the lake" },
      IFD2: { DateTimeOriginal: "2026:11:20 10:00:00" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "47/1 22/1 30/1", GPSLongitudeRef: "W", GPSLongitude: "8/1 32/1 30/1" },
    })
    .toFormat(format)
    .toBuffer();
  expect(await read("a.bin", image)).toMatchObject({
    text: "",
    fields: {
      camera: "Canon EOS R5",
      author: "Ada",
      description: "Sunset over the lake",
      date: "2026-11-20T10:00:00",
      place: "47.37500,-8.54167",
    },
  });
});

test("[X5] Adobe's packet gives an image its title and keywords", async () => {
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">' +
    "<dc:title><rdf:Alt><rdf:li>Zürich</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>lake</rdf:li><rdf:li>sun</rdf:li></rdf:Bag></dc:subject>" +
    "</rdf:Description></rdf:RDF></x:xmpmeta>";
  const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .jpeg()
    .withXmp(xmp)
    .toBuffer();
  expect(await read("a.jpg", image)).toMatchObject({
    fields: { title: "Zürich", keywords: "lake, sun", dimensions: "8x8" },
  });
});

test("[X5] a song's tags are read", async () => {
  expect(await read("a.bin", taggedMp3({ TIT2: "Grüße", TPE1: "Ada", TALB: "東京" }))).toMatchObject({
    text: "",
    fields: { title: "Grüße", artist: "Ada", album: "東京" },
  });
});

test("[X4] kinds that nothing reads say which they are", async () => {
  const of = (start: string) => Uint8Array.from(start.padEnd(600, "\0"), (character) => character.charCodeAt(0));
  expect(await read("a.7z", of("7z\xbc\xaf\x27\x1c"))).toEqual({ skipped: "unknown_kind", detail: "a 7z archive" });
  expect(await read("a.doc", of("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))).toMatchObject({ skipped: "unknown_kind" });
  const locked = of(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${[..."EncryptedPackage"].join("\0")}\0`);
  expect(await read("a.docx", locked)).toMatchObject({ skipped: "protected" });
});
