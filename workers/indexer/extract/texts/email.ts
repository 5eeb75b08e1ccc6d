import PostalMime from "postal-mime";
import type { Address, Email } from "postal-mime";
import type { FileBytes } from "../file-bytes.ts";
import { readHtmlText } from "./html.ts";
import { Stop } from "../reading.ts";
import type { Reading } from "../reading.ts";

/** The parser takes some hundred times as much memory for what is in headers, and for each line and part. */
const HEADER_BYTES = 128 * 1024;
const PARTS_DEEP = 50;
const MESSAGES_DEEP = 1;
const LINES = 50_000;
/** Lines that begin with two hyphens, as parts do. */
const PART_LINES = 5_000;

/** Reads a message (RFC 5322): who wrote what to whom, its text, and the names of what is attached. */
export async function readEmail(file: FileBytes, reading: Reading): Promise<void> {
  const { markupBytes } = reading.limits;
  const bytes = await file.range(0, markupBytes);
  const end = readableEnd(bytes);
  const mail = await parse(bytes.subarray(0, end));
  reading.field("title", mail.subject);
  reading.field("from", people(mail.from ? [mail.from] : []));
  reading.field("to", people([...(mail.to ?? []), ...(mail.cc ?? [])]));
  reading.field("date", isoDate(mail.date));
  if (mail.text) reading.addLine(mail.text);
  else if (mail.html) readHtmlText(mail.html, reading, "without fields");
  for (const { filename } of mail.attachments) if (filename) reading.addLine(filename);
  if (end < bytes.length) reading.stop("over_entries", `more than ${LINES} lines or ${PART_LINES} parts`);
  if (file.size > markupBytes) reading.stop("over_bytes", `more than ${markupBytes} bytes of mail`);
}

/** Up to where a message has no more lines and parts than are read. */
function readableEnd(bytes: Uint8Array): number {
  let lines = 0;
  let parts = 0;
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) parts++;
    if (++lines > LINES || parts > PART_LINES) return at;
    const end = bytes.indexOf(0x0a, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  return bytes.length;
}

async function parse(bytes: Uint8Array<ArrayBuffer>): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, {
      maxHeadersSize: HEADER_BYTES,
      maxNestingDepth: PARTS_DEEP,
      maxRfc822NestingDepth: MESSAGES_DEEP,
    });
  } catch (error) {
    const deep = error instanceof Error && /nesting depth/i.test(error.message);
    throw deep ? new Stop("over_depth", `parts nested deeper than ${PARTS_DEEP}`) : error;
  }
}

function people(addresses: readonly Address[]): string {
  const one = (address: Address): string =>
    [address.name, "address" in address ? address.address : people(address.group ?? [])].filter(Boolean).join(" ");
  return addresses.slice(0, 50).map(one).join(", ");
}

function isoDate(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
