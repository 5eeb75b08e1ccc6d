import { centralHeader, dataDescriptor, endOfCentralDirectory, localHeader, type ZipEntry } from "./zip-format.ts";

/** The length of the archive that `zipStream` makes of these entries, in bytes: of the same records, put together. */
export function zipLength(entries: Iterable<ZipEntry>): number {
  let position = 0;
  let directory = 0;
  let count = 0;
  for (const entry of entries) {
    directory += centralHeader({ entry, crc: 0, offset: position }).length;
    position += localHeader(entry).length;
    if (!entry.folder) position += entry.size + dataDescriptor(entry, 0).length;
    count++;
  }
  return position + directory + endOfCentralDirectory(count, position, directory).length;
}
