import { decodeText } from "../decode-text.ts";
import type { FileBytes } from "../file-bytes.ts";
import { inflate } from "../inflate.ts";
import type { Reading } from "../reading.ts";

/** One entry of a ZIP file's central directory (APPNOTE.TXT 4.3.12). */
export interface ZipEntry {
  /** As it is written, with `/` between folders and at a folder's end. */
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  /** Bytes in the file. */
  readonly packed: number;
  /** Where its local header begins, from the file's first byte. */
  readonly offset: number;
}

const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR_BYTES = 20;
/** Bytes of a directory that are read; with names of usual length they hold `entries` entries. */
const DIRECTORY_BYTES = 6 * 1024 * 1024;

/** The entries of a ZIP file, or those that the limits allow, with whether they are all. Damage stops the reading. */
export async function readZipDirectory(
  file: FileBytes,
  reading: Reading,
): Promise<{ readonly entries: readonly ZipEntry[]; readonly complete: boolean }> {
  const { offset, size, shift } = await findDirectory(file, reading);
  const bytes = await file.range(offset, offset + Math.min(size, DIRECTORY_BYTES));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= view.byteLength && view.getUint32(at, true) === 0x02014b50) {
    if (entries.length >= reading.limits.entries) return { entries, complete: false };
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > view.byteLength) break;
    entries.push(entryAt(bytes, view, at, nameEnd, extraEnd, shift));
    at = extraEnd + view.getUint16(at + 32, true);
  }
  if (entries.length === 0 && size > 0) reading.stop("damaged", "its directory cannot be read");
  return { entries, complete: at >= size };
}

function entryAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  nameEnd: number,
  extraEnd: number,
  shift: number,
): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const [, packed = 0, offset = 0] = widened(view, nameEnd, extraEnd, sizes);
  return {
    name: decodeText(bytes.subarray(at + 46, nameEnd)),
    method: view.getUint16(at + 10, true),
    encrypted: (flags & 1) === 1,
    packed,
    offset: offset + shift,
  };
}

/** Sizes that did not fit in 32 bits, from the ZIP64 field (4.5.3), which has just those, in this order. */
function widened(view: DataView, from: number, to: number, sizes: readonly number[]): readonly number[] {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff || next + 8 > to) return size;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    });
  }
  return sizes;
}

/** Where the directory lies. `shift` is how much was put before the archive: offsets within it do not know. */
async function findDirectory(
  file: FileBytes,
  reading: Reading,
): Promise<{ readonly offset: number; readonly size: number; readonly shift: number }> {
  const start = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT - LOCATOR_BYTES);
  const tail = await file.range(start, file.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail[at] !== 0x50 || view.getUint32(at, true) !== 0x06054b50) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) > tail.length) continue;
    const wide = at >= LOCATOR_BYTES && view.getUint32(at - LOCATOR_BYTES, true) === 0x07064b50;
    if (wide) return readWideEnd(file, reading, Number(view.getBigUint64(at - LOCATOR_BYTES + 8, true)));
    const size = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    const shift = Math.max(0, start + at - size - offset);
    return { offset: offset + shift, size, shift };
  }
  return reading.stop("damaged", "its end is missing");
}

/** The ZIP64 end of the directory (4.3.14). */
async function readWideEnd(
  file: FileBytes,
  reading: Reading,
  at: number,
): Promise<{ readonly offset: number; readonly size: number; readonly shift: number }> {
  const end = await file.range(at, at + 56);
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  if (end.length < 56 || view.getUint32(0, true) !== 0x06064b50) reading.stop("damaged", "its end cannot be read");
  return { offset: Number(view.getBigUint64(48, true)), size: Number(view.getBigUint64(40, true)), shift: 0 };
}

/** Hands on an entry's bytes, inflated, as they come. Stops the reading where it is protected, or of no known method. */
export async function readZipEntry(
  file: FileBytes,
  entry: ZipEntry,
  reading: Reading,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  if (entry.encrypted) reading.stop("protected", "encrypted with a password");
  const header = await file.range(entry.offset, entry.offset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) reading.stop("damaged", "an entry is missing");
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const parts = file.stream(start, start + entry.packed);
  if (entry.method === 8) return inflate("deflate", parts, reading, "parsed", take);
  if (entry.method !== 0) reading.stop("damaged", "compressed in an unknown way");
  for await (const part of parts) {
    reading.countInflated(part.length);
    take(part);
  }
}
