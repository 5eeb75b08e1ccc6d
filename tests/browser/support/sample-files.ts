/** Bytes of files that browsers draw, made small enough to be read here. */

/** A drawing with a script, which must not run. */
export const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">
<script>top.document.title = "ran"</script><rect width="300" height="200" fill="teal"/></svg>`;

/** One red pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

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
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
  return Buffer.from(`${file}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${file.lastIndexOf("xref")}\n%%EOF`);
}
