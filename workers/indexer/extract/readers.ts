import type { FileBytes } from "./file-bytes.ts";
import { looksLikeText, readPlainText } from "./plain-text.ts";
import { Stop } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** Adds a file's text and fields to `reading`. Throws `Stop`; any other error means damage. */
export type Reader = (file: FileBytes, reading: Reading) => Promise<void>;

const HEAD = 4096;

/** How to read a file, by its first bytes, then by its name's ending. Throws `Stop` where nobody can. */
export async function readerFor(file: FileBytes): Promise<Reader> {
  if (file.size === 0) throw new Stop("no_text", "empty");
  const head = await file.range(0, HEAD);
  if (looksLikeText(head)) return readPlainText;
  throw new Stop("unknown_kind", "no kind that can be read");
}
