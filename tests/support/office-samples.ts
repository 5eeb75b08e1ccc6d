import { strToU8, zipSync } from "fflate";

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A ZIP file of parts that are text. */
export function zipOf(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part]),
    ),
  );
}

/** A Word document: `body` is what is between `<w:body>` and its end, or a text a paragraph. */
export function docxOf(body: string | readonly string[], more: Readonly<Record<string, string>> = {}): Uint8Array {
  const xml = typeof body === "string" ? body : body.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join("");
  return zipOf({
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document ${W}><w:body>${xml}</w:body></w:document>`,
    ...more,
  });
}

/** What Office keeps of a document besides: its title, and who wrote it. */
export function coreProperties(title: string, creator: string): string {
  return `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${title}</dc:title><dc:creator>${creator}</dc:creator></cp:coreProperties>`;
}
