import type { FileBytes } from "../file-bytes.ts";
import type { Reading } from "../reading.ts";
import { readDocx, readPptx, WORD_DOCUMENT } from "../office/office.ts";
import { readXlsx } from "../office/spreadsheet.ts";
import { readEpub } from "../office/epub.ts";
import { readOpenDocument } from "../office/open-document.ts";
import { readZipDirectory } from "./zip-directory.ts";
import type { ZipEntry } from "./zip-directory.ts";
import type { ZipDocument } from "./zip-xml.ts";

/** Reads a ZIP file: as the document that its parts make it, or else the names in it. */
export async function readZip(file: FileBytes, reading: Reading): Promise<void> {
  const { entries, complete } = await readZipDirectory(file, reading);
  const parts = new Map<string, ZipEntry>();
  for (const entry of entries) if (!parts.has(entry.name)) parts.set(entry.name, entry);
  const readDocument = documentReader(parts);
  if (readDocument) return readDocument({ file, reading, parts });
  for (const { name } of entries) reading.addLine(name);
  reading.field("entries", entries.length);
  if (!complete) reading.stop("over_entries", `more than ${entries.length} entries`);
}

function documentReader(parts: ReadonlyMap<string, ZipEntry>): ((document: ZipDocument) => Promise<void>) | undefined {
  if ([...parts.keys()].some((name) => WORD_DOCUMENT.test(name))) return readDocx;
  if (parts.has("xl/workbook.xml")) return readXlsx;
  if (parts.has("ppt/presentation.xml")) return readPptx;
  if (parts.has("META-INF/container.xml")) return readEpub;
  if (parts.has("content.xml") && parts.has("META-INF/manifest.xml")) return readOpenDocument;
  return undefined;
}
