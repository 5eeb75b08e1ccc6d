import PostalMime from "postal-mime";
import type { Address, Email } from "postal-mime";
import type { FileBytes } from "./file-bytes.ts";
import { readHtmlText } from "./html.ts";
import { Stop } from "./reading.ts";
import type { Reading } from "./reading.ts";

const HEADER_BYTES = 512 * 1024;
const PARTS_DEEP = 50;

/** Reads a message (RFC 5322): who wrote what to whom, its text, and the names of what is attached. */
export async function readEmail(file: FileBytes, reading: Reading): Promise<void> {
  const { markupBytes } = reading.limits;
  const mail = await parse(await file.range(0, markupBytes));
  reading.field("title", mail.subject);
  reading.field("from", people(mail.from ? [mail.from] : []));
  reading.field("to", people([...(mail.to ?? []), ...(mail.cc ?? [])]));
  reading.field("date", isoDate(mail.date));
  if (mail.text) reading.addLine(mail.text);
  else if (mail.html) readHtmlText(mail.html, reading, "without fields");
  for (const { filename } of mail.attachments) if (filename) reading.addLine(filename);
  if (file.size > markupBytes) reading.stop("over_bytes", `more than ${markupBytes} bytes of mail`);
}

async function parse(bytes: Uint8Array<ArrayBuffer>): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxHeadersSize: HEADER_BYTES, maxNestingDepth: PARTS_DEEP });
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
