/** The records of a zip archive that is written in one pass (PKWARE's APPNOTE 6.3.10, whose sections are cited). */

/** One file or folder of an archive. */
export interface ZipEntry {
  /** Relative, with `/` between its parts; a folder's ends in one. */
  readonly path: string;
  readonly folder: boolean;
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  readonly executable: boolean;
}

/** An entry that was written. */
export interface WrittenEntry {
  readonly entry: ZipEntry;
  readonly crc: number;
  /** Where its local header begins in the archive. */
  readonly offset: number;
}

/** From this on, a number does not fit its 32-bit field. */
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
/** 4.5: the version that reads zip64. */
const VERSION = 45;
/** Made on Unix (3): the upper half of the external attributes is a file mode. */
const MADE_BY = (3 << 8) | VERSION;
/** Bit 3: CRC and sizes follow the data. Bit 11: names are UTF-8. */
const FILE_FLAGS = (1 << 3) | (1 << 11);
const FOLDER_FLAGS = 1 << 11;
const ZIP64_EXTRA = 0x0001;
/** Info-ZIP's extended timestamp: whole seconds in UTC, where the DOS time knows neither. */
const TIMESTAMP_EXTRA = 0x5455;

const encoder = new TextEncoder();

/** 4.3.7. The file's bytes follow, stored; for files then `dataDescriptor`. */
export function localHeader(entry: ZipEntry): Uint8Array {
  const name = encoder.encode(entry.path);
  const zip64 = entry.size >= LIMIT_32;
  const timestamp = timestampExtra(entry.mtime);
  const record = new RecordWriter(30 + name.length + timestamp.length + (zip64 ? 20 : 0));
  record
    .u32(0x04034b50)
    .u16(VERSION)
    .u16(entry.folder ? FOLDER_FLAGS : FILE_FLAGS)
    .u16(0);
  record.u32(dosTime(entry.mtime)).u32(0);
  // Sizes follow the data; what stands here says how wide they will be (4.3.9.2).
  record.u32(zip64 ? LIMIT_32 : 0).u32(zip64 ? LIMIT_32 : 0);
  record
    .u16(name.length)
    .u16(timestamp.length + (zip64 ? 20 : 0))
    .bytes(name)
    .bytes(timestamp);
  if (zip64) record.u16(ZIP64_EXTRA).u16(16).u64(0).u64(0);
  return record.done();
}

/** 4.3.9. */
export function dataDescriptor({ size }: ZipEntry, crc: number): Uint8Array {
  const zip64 = size >= LIMIT_32;
  const record = new RecordWriter(zip64 ? 24 : 16).u32(0x08074b50).u32(crc);
  return (zip64 ? record.u64(size).u64(size) : record.u32(size).u32(size)).done();
}

/** 4.3.12. */
export function centralHeader({ entry, crc, offset }: WrittenEntry): Uint8Array {
  const name = encoder.encode(entry.path);
  const wideSize = entry.size >= LIMIT_32;
  const wideOffset = offset >= LIMIT_32;
  const zip64Length = (wideSize ? 16 : 0) + (wideOffset ? 8 : 0);
  const timestamp = timestampExtra(entry.mtime);
  const extraLength = timestamp.length + (zip64Length > 0 ? 4 + zip64Length : 0);
  const record = new RecordWriter(46 + name.length + extraLength);
  record
    .u32(0x02014b50)
    .u16(MADE_BY)
    .u16(VERSION)
    .u16(entry.folder ? FOLDER_FLAGS : FILE_FLAGS)
    .u16(0);
  record.u32(dosTime(entry.mtime)).u32(crc);
  const size = wideSize ? LIMIT_32 : entry.size;
  record.u32(size).u32(size).u16(name.length).u16(extraLength).u16(0).u16(0).u16(0);
  record
    .u32(externalAttributes(entry))
    .u32(wideOffset ? LIMIT_32 : offset)
    .bytes(name)
    .bytes(timestamp);
  if (zip64Length > 0) record.u16(ZIP64_EXTRA).u16(zip64Length);
  if (wideSize) record.u64(entry.size).u64(entry.size);
  if (wideOffset) record.u64(offset);
  return record.done();
}

/** 4.3.14 to 4.3.16: what ends the archive. `start` and `length` are the central directory's, in bytes. */
export function endOfCentralDirectory(entries: number, start: number, length: number): Uint8Array {
  const zip64 = entries >= LIMIT_16 || start >= LIMIT_32 || length >= LIMIT_32;
  const record = new RecordWriter(22 + (zip64 ? 76 : 0));
  if (zip64) {
    record.u32(0x06064b50).u64(44).u16(MADE_BY).u16(VERSION).u32(0).u32(0);
    record.u64(entries).u64(entries).u64(length).u64(start);
    record
      .u32(0x07064b50)
      .u32(0)
      .u64(start + length)
      .u32(1);
  }
  const count = Math.min(entries, LIMIT_16);
  record.u32(0x06054b50).u16(0).u16(0).u16(count).u16(count);
  return record.u32(Math.min(length, LIMIT_32)).u32(Math.min(start, LIMIT_32)).u16(0).done();
}

/** 4.4.15: a Unix mode above, DOS's folder bit below. */
function externalAttributes({ folder, executable }: ZipEntry): number {
  if (folder) return ((0o040755 << 16) | 0x10) >>> 0;
  return ((executable ? 0o100755 : 0o100644) << 16) >>> 0;
}

/** 4.4.6, in UTC, to two seconds; times outside of 1980 to 2107 become the nearest end. */
function dosTime(millis: number): number {
  const time = new Date(Math.min(Math.max(millis, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31, 23, 59, 58)));
  const date = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}

/** Empty where the time is out of the field's 32 signed bits. The local and the central form are the same. */
function timestampExtra(millis: number): Uint8Array {
  const seconds = Math.floor(millis / 1000);
  if (seconds !== (seconds | 0)) return new Uint8Array(0);
  return new RecordWriter(9).u16(TIMESTAMP_EXTRA).u16(5).bytes(Uint8Array.of(1)).u32(seconds).done();
}

/** Little-endian fields, one after the other. */
class RecordWriter {
  readonly #record: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.#record = new Uint8Array(length);
    this.#view = new DataView(this.#record.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#record.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  done(): Uint8Array {
    if (this.#at !== this.#record.length) throw new Error(`a record of ${this.#record.length} bytes got ${this.#at}`);
    return this.#record;
  }
}
