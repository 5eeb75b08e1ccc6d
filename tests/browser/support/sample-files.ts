/** Bytes of files that browsers draw, made small enough to be read here. */

/** A drawing with a script, which must not run. */
export const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">
<script>top.document.title = "ran"</script><rect width="300" height="200" fill="teal"/></svg>`;

/** One red pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

/** 96 × 64 pixels in HEVC, with a red square of 24 × 24 at the upper left. */
export const HEIC = Buffer.from(
  [
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA",
    "AA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAFmAAEAAAAAAAAA2wAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEA",
    "AGh2YzEAAAAAwmlwcnAAAACkaXBjbwAAAHhodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMA",
    "AAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3Bl",
    "AAAAAAAAAGAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAADjbWRhdAAAANcoAa8J4NSjmB8ff/xO",
    "//8DWh7cfbzr5O4disqxXNY+tbKo+PGUqvFSTbTmhKCaET4SNtblFClOaPfPcE6XdUc6Umd4HrE1wm1FXfiOY+LBf6ph6oXuopmE",
    "XkdK1a7rMNjwM55UIq2+55ppzxUtbyMjc7fECFt+yprFo9Be3UvAIrtUzKyfQw0AVTBEmLyad2ihsPLswHfdXk2pdfTDQDmtUJD3",
    "LjupAXbQR9yukxqWv7VGiEWHN2AyrFQnFbuxLmENtxhMHCxxA2xYCXsenEi7Cqp7cvJjDA==",
  ].join(""),
  "base64",
);

/** A red square of 32 pixels, as JPEG 2000. */
export const JP2 = Buffer.from(
  [
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAIAAAACAAAwgHAAAAAAAPY29scgEAAAAA",
    "ABAAAAC9anAyY/9P/1EALwAAAAAAIAAAACAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAYCAgAA",
    "/1wAKSJ/IH7gfuB+oHbwdvB2wG8AbwBu4GdQZ1BnaFAFUAVQR1fTV9NXYv9kABEAAUxhdmM1OS4zNy4xMDD/kAAKAAAAAAA0AAH/",
    "k8/8AAgB/M/8AAwIeXfP/AAMCHl3AAAAAAAAAAAAAAAAAAAAAAAA/9k=",
  ].join(""),
  "base64",
);

/** A black square of 16 pixels as fax machines write it, in Group 4 (ITU-T T.6). */
export const FAX = bits(
  // No white and 16 black, then the same 15 times, then the end.
  `001 00110101 0000010111 ${"11 ".repeat(15)} 000000000001 000000000001`,
);

/** The same as scanners write it, in JBIG2 (ITU-T T.88): a page, and a region of it in Group 4. */
export const JBIG2 = Buffer.concat([
  segment(0, 48, [16, 16, 0, 0], Buffer.alloc(3)),
  segment(1, 38, [16, 16, 0, 0], Buffer.from([0, 1]), FAX),
]);

function segment(number: number, type: number, lengths: readonly number[], ...rest: readonly Buffer[]): Buffer {
  const data = Buffer.concat([...lengths.map(uint32), ...rest]);
  return Buffer.concat([uint32(number), Buffer.from([type, 0, 1]), uint32(data.length), data]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function bits(written: string): Buffer {
  const octets = written.replaceAll(" ", "").match(/.{1,8}/g) ?? [];
  return Buffer.from(octets.map((octet) => Number.parseInt(octet.padEnd(8, "0"), 2)));
}

/** A tone of mono 8-bit samples at 8 kHz. */
export function wav(seconds: number): Buffer {
  const samples = 8000 * seconds;
  const file = Buffer.alloc(44 + samples, 128);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(8000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples, 40);
  return file;
}

/** A PDF with a page for each text, in Helvetica. */
export function pdf(texts: readonly string[]): Buffer {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${texts.map((_, at) => `${3 + at * 2} 0 R`).join(" ")}] /Count ${texts.length} >>`,
  ];
  texts.forEach((text, at) => {
    const drawing = `BT /F1 28 Tf 60 760 Td (${text}) Tj ET`;
    const font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${4 + at * 2} 0 R /Resources ${font} >>`,
      `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    );
  });
  return pdfOf(objects);
}

/** A PDF of one page, which is an image: `dictionary` says what `bytes` are. */
export function scan(dictionary: string, bytes: Buffer): Buffer {
  const drawing = "595 0 0 842 0 0 cm /Scan Do";
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Scan 5 0 R >> >> >>",
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    `<< /Type /XObject /Subtype /Image ${dictionary} /Length ${bytes.length} >>\nstream\n${bytes.toString("latin1")}\nendstream`,
  ]);
}

/** A file of numbered objects, the first of which is the catalog. */
function pdfOf(objects: readonly string[]): Buffer {
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
  const end = `trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${file.lastIndexOf("xref")}\n%%EOF`;
  return Buffer.from(file + end, "latin1");
}
