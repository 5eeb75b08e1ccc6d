import { zlibSync } from "fflate";

/** A stream's filter, and its bytes as the file has them. */
export interface PdfStream {
  readonly dictionary: string;
  readonly bytes: Uint8Array;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

export function flate(text: string | Uint8Array): PdfStream {
  return { dictionary: "/Filter /FlateDecode", bytes: zlibSync(typeof text === "string" ? latin1(text) : text) };
}

/** A page's content that writes lines of Latin text, in Helvetica. */
export function pageContent(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`);
  return `BT /F1 12 Tf 14 TL 50 750 Td ${shown.join("\n")} ET`;
}

/** A font of a character collection of Adobe's that is not in the file, as old software writes Chinese, Japanese and Korean. */
export function cjkFont(encoding: string, ordering: string): string {
  const descriptor = `/FontDescriptor << /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 0 1000 1000] >>`;
  const system = `/CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >>`;
  const descendant = `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song ${system} ${descriptor} >>`;
  return `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${encoding} /DescendantFonts [${descendant}] >>`;
}

/**
 * A PDF of one stream a page. Objects in `more` belong to every page's XObjects by name; `fonts`, written out, are named F2
 * and so on.
 */
export function pdfOf(
  pages: readonly PdfStream[],
  {
    info = "",
    more = [],
    fonts = [],
    trailer = "",
  }: {
    info?: string;
    more?: readonly (PdfStream & { name: string })[];
    fonts?: readonly string[];
    trailer?: string;
  } = {},
): Uint8Array {
  const objects = new Map<number, Uint8Array>();
  const put = (number: number, body: string): void => void objects.set(number, latin1(body));
  const named = fonts.map((_, index) => `/F${index + 2} ${500_000 + index} 0 R`);
  const xobjects = more.map(({ name }, index) => `/${name} ${1_000_000 + index} 0 R`).join(" ");
  put(1, "<< /Type /Catalog /Pages 2 0 R >>");
  put(
    2,
    `<< /Type /Pages /Kids [${pages.map((_, index) => `${10 + index * 2} 0 R`).join(" ")}] /Count ${pages.length} >>`,
  );
  put(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  put(4, `<< ${info} >>`);
  put(5, `<< /Font << /F1 3 0 R ${named.join(" ")} >> /XObject << ${xobjects} >> >>`);
  const stream = (number: number, { dictionary, bytes }: PdfStream): void => {
    const head = latin1(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`);
    objects.set(number, joined([head, bytes, latin1("\nendstream")]));
  };
  for (const [index, page] of pages.entries()) {
    put(
      10 + index * 2,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources 5 0 R /Contents ${11 + index * 2} 0 R >>`,
    );
    stream(11 + index * 2, page);
  }
  for (const [index, font] of fonts.entries()) put(500_000 + index, font);
  for (const [index, object] of more.entries()) stream(1_000_000 + index, object);
  return written(objects, trailer);
}

function written(objects: ReadonlyMap<number, Uint8Array>, trailer: string): Uint8Array {
  const parts = [latin1("%PDF-1.7\n")];
  let length = 9;
  const offsets = new Map<number, number>();
  const push = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  for (const [number, body] of objects) {
    offsets.set(number, length);
    push(joined([latin1(`${number} 0 obj\n`), body, latin1("\nendobj\n")]));
  }
  const start = length;
  const rows = [...offsets].map(([number, at]) => `${number} 1\n${String(at).padStart(10, "0")} 00000 n \n`);
  push(latin1(`xref\n0 1\n0000000000 65535 f \n${rows.join("")}`));
  push(latin1(`trailer << /Size ${Math.max(...offsets.keys()) + 1} /Root 1 0 R /Info 4 0 R ${trailer} >>\n`));
  push(latin1(`startxref\n${start}\n%%EOF\n`));
  return joined(parts);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
