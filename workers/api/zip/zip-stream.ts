import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { centralHeader, dataDescriptor, endOfCentralDirectory, localHeader, type ZipEntry } from "./zip-format.ts";

/** Small pieces are joined to writes of this many bytes. */
const WRITE_BYTES = 64 * 1024;
/** The central directory is kept compressed, in blocks of about this many bytes. */
const BLOCK_BYTES = 256 * 1024;

/** An entry and its bytes: exactly `size` of them for a file, none for a folder. */
export interface ZipMember extends ZipEntry {
  readonly pieces: AsyncIterable<Uint8Array> | null;
}

/**
 * A zip archive of `members`, in order, stored and not compressed, in pieces. Zip64 where a size, an offset or the count
 * asks for it. Memory does not grow with the files' sizes, and with their number by about 30 bytes each.
 */
export async function* zipStream(members: AsyncIterable<ZipMember>): AsyncGenerator<Uint8Array, void, void> {
  const joined = new Joiner();
  const directory = new CentralDirectory();
  let position = 0;
  for await (const member of members) {
    const offset = position;
    let crc = 0;
    const header = localHeader(member);
    position += header.length;
    yield* joined.add(header);
    if (member.pieces) {
      for await (const piece of member.pieces) {
        crc = crc32(piece, crc);
        position += piece.length;
        yield* joined.add(piece);
      }
      const descriptor = dataDescriptor(member, crc);
      position += descriptor.length;
      yield* joined.add(descriptor);
    }
    directory.add(centralHeader({ entry: member, crc, offset }));
  }
  for (const block of directory.blocks()) yield* joined.add(block);
  yield* joined.add(endOfCentralDirectory(directory.count, position, directory.length));
  yield* joined.rest();
}

/** Joins small pieces, and hands large ones on as they are. */
class Joiner {
  #parts: Uint8Array[] = [];
  #length = 0;

  *add(piece: Uint8Array): Generator<Uint8Array> {
    if (piece.length >= WRITE_BYTES / 2) {
      yield* this.rest();
      yield piece;
      return;
    }
    this.#parts.push(piece);
    this.#length += piece.length;
    if (this.#length >= WRITE_BYTES) yield* this.rest();
  }

  *rest(): Generator<Uint8Array> {
    if (this.#length > 0) yield join(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
  }
}

/** The headers that end the archive. A million of them are 100 MB plain: they wait compressed. */
class CentralDirectory {
  readonly #blocks: Uint8Array[] = [];
  #parts: Uint8Array[] = [];
  #partsLength = 0;
  /** Headers. */
  count = 0;
  /** Bytes. */
  length = 0;

  add(header: Uint8Array): void {
    this.#parts.push(header);
    this.#partsLength += header.length;
    this.count++;
    this.length += header.length;
    if (this.#partsLength < BLOCK_BYTES) return;
    this.#blocks.push(deflateRawSync(join(this.#parts, this.#partsLength), { level: 4 }));
    this.#parts = [];
    this.#partsLength = 0;
  }

  *blocks(): Generator<Uint8Array> {
    for (const block of this.#blocks) yield inflateRawSync(block);
    if (this.#partsLength > 0) yield join(this.#parts, this.#partsLength);
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
