import { decodeText, wideDecoder } from "../decode-text.ts";
import type { FileBytes } from "../file-bytes.ts";
import type { Reading } from "../reading.ts";

/** Control characters that are in text files: tab, line feed, vertical tab, form feed, return, backspace, escape. */
const TEXT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);

/** Whether the first bytes of a file are text's. Random bytes have a control character within some tens. */
export function looksLikeText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  const controls = head.reduce((count, byte) => count + (byte < 0x20 && !TEXT_CONTROLS.has(byte) ? 1 : 0), 0);
  return controls <= 1 + head.length / 500 && !head.includes(0) ? true : isWideText(head);
}

/** UTF-16 without a mark, of characters that are assigned and no controls: pairs of bytes of a program are not. */
function isWideText(head: Uint8Array): boolean {
  const text = wideDecoder(head)?.decode(head.subarray(0, head.length & ~1));
  return text !== undefined && !/[\p{Cn}\p{Co}\0-\x07\x0e-\x1a\x1c-\x1f]/u.test(text);
}

/** Reads text of any kind and encoding as it is: programs, Markdown, tables, logs. */
export async function readPlainText(file: FileBytes, reading: Reading): Promise<void> {
  const { textBytes } = reading.limits;
  reading.add(decodeText(await file.range(0, textBytes)));
  if (file.size > textBytes) reading.stop("over_text", `more than ${textBytes} bytes of text`);
}
