import { startsWith } from "./decode-text.ts";
import type { FileBytes } from "./file-bytes.ts";
import { looksLikeText, readPlainText } from "./plain-text.ts";
import { Stop } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** Adds a file's text and fields to `reading`. Throws `Stop`; any other error means damage. */
type Reader = (file: FileBytes, reading: Reading) => Promise<void>;

const HEAD = 4096;

/** How to read a file, by its first bytes, then by its name's ending. Throws `Stop` where nobody can. */
export async function readerFor(file: FileBytes): Promise<Reader> {
  if (file.size === 0) throw new Stop("no_text", "empty");
  const head = await file.range(0, HEAD);
  const start = new TextDecoder("latin1").decode(head.subarray(0, 1024));
  if (start.includes("%PDF-")) return (await import("./pdf.ts")).readPdf;
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) {
    return (await import("./zip-reader.ts")).readZip;
  }
  if (looksLikeText(head)) return textReader(file.name, start);
  throw new Stop("unknown_kind", "no kind that can be read");
}

async function textReader(name: string, start: string): Promise<Reader> {
  if (/\.(x?html?|svg)$/i.test(name) || /^\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|svg)\b/i.test(start)) {
    return (await import("./html.ts")).readHtml;
  }
  return readPlainText;
}
