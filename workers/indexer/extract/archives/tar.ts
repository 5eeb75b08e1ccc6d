import { decodeText } from "../decode-text.ts";
import type { FileBytes } from "../file-bytes.ts";
import { inflate } from "../inflate.ts";
import { looksLikeText } from "../texts/plain-text.ts";
import { Stop } from "../reading.ts";
import type { Reading } from "../reading.ts";
import { isTarHeader, TarNames } from "./tar-names.ts";

/** Bytes of a TAR file that are fetched at a time. What lies between two headers further apart is not fetched. */
const WINDOW = 64 * 1024;

/** Reads the names in a TAR file. */
export async function readTar(file: FileBytes, reading: Reading): Promise<void> {
  const names = namesInto(reading);
  for (let at = 0; at < file.size && !names.ended;) {
    const skip = Math.min(names.idle, file.size - at);
    names.skipped(skip);
    at += skip;
    const window = await file.range(at, at + WINDOW);
    if (window.length === 0) break;
    names.push(window);
    at += window.length;
  }
}

/** Reads a gzip file: the names in the TAR file that it is, or else its text. */
export async function readGzip(file: FileBytes, reading: Reading): Promise<void> {
  const { textBytes } = reading.limits;
  const names = namesInto(reading);
  let head = new Uint8Array(0);
  let kind: "tar" | "text" | undefined;
  const take = (bytes: Uint8Array): void => {
    if (kind === "tar") names.push(bytes);
    else head = appended(head, bytes);
    if (kind === undefined && head.length >= 512) {
      kind = isTarHeader(head.subarray(0, 512)) ? "tar" : "text";
      if (kind === "text" && !looksLikeText(head.subarray(0, 4096)))
        throw new Stop("unknown_kind", "compressed, and no text");
      if (kind === "tar") names.push(head);
    }
    if (names.ended || (kind === "text" && head.length >= textBytes)) throw new Enough();
  };
  const end = await inflate("gzip", file.stream(0), reading, "passed", take).catch((error: unknown) => error);
  if (kind !== "tar" && looksLikeText(head.subarray(0, 4096))) reading.add(decodeText(head.subarray(0, textBytes)));
  if (end instanceof Enough && kind === "text") reading.stop("over_text", `more than ${textBytes} bytes of text`);
  if (end !== undefined && !(end instanceof Enough)) throw end;
}

/** Ends the inflating: nothing more is needed. */
class Enough extends Error {}

function namesInto(reading: Reading): TarNames {
  let entries = 0;
  let records = 0;
  const take = (name: string): void => {
    reading.checkEntries(++entries);
    reading.addLine(name);
    reading.field("entries", entries);
  };
  // Two records beside an entry: a long name, and what else pax says.
  return new TarNames(take, () => reading.checkEntries(++records / 3));
}

function appended(head: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}
