import { partitionPoint } from "./partition-point.ts";

/** A piece of one chunk: bytes `from` (inclusive) to `to` (exclusive) of the file's chunk number `index`. */
export interface Slice {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Where each chunk begins in the file: `n + 1` ascending offsets in bytes, the last one being the file's size. */
export function chunkOffsets(sizes: Iterable<number>): Float64Array {
  const offsets = [0];
  let end = 0;
  for (const size of sizes) offsets.push((end += size));
  return Float64Array.from(offsets);
}

/** The number of the chunk that holds byte `position` of the file; 0 ≤ `position` < size. O(log n). */
export function chunkAt(offsets: Float64Array, position: number): number {
  return partitionPoint(offsets.length - 1, (index) => (offsets[index] as number) <= position) - 1;
}

/** The pieces of chunks that make up bytes `start` (inclusive) to `end` (exclusive) of the file, in order. */
export function* slices(offsets: Float64Array, start: number, end: number): Generator<Slice> {
  if (start >= end) return;
  for (let index = chunkAt(offsets, start); index < offsets.length - 1; index++) {
    const chunkStart = offsets[index] as number;
    const chunkEnd = offsets[index + 1] as number;
    if (chunkStart >= end) return;
    yield { index, from: Math.max(start, chunkStart) - chunkStart, to: Math.min(end, chunkEnd) - chunkStart };
  }
}

/** Where a chunk's record lies: `length` bytes from `offset` of a pack. */
export interface Placed {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/** One ranged get of a pack, and the records to take out of it, in the order wanted. */
export interface Read<T extends Placed> {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  readonly records: readonly T[];
}

/**
 * Merges records that are wanted one after the other into reads. A record joins the read before it where it lies in
 * the same pack, at or after the read's start, at most `maxGap` bytes behind its end (so also inside of it: a chunk
 * that repeats costs one get), and the read stays within `maxBytes`. Order is kept; a record over `maxBytes` is a
 * read of its own.
 */
export function planReads<T extends Placed>(wanted: readonly T[], maxBytes: number, maxGap: number): Read<T>[] {
  const reads: { pack: string; offset: number; length: number; records: T[] }[] = [];
  for (const record of wanted) {
    const last = reads.at(-1);
    if (last && last.pack === record.pack && record.offset >= last.offset) {
      const length = Math.max(last.length, record.offset + record.length - last.offset);
      if (record.offset - (last.offset + last.length) <= maxGap && length <= maxBytes) {
        last.length = length;
        last.records.push(record);
        continue;
      }
    }
    reads.push({ pack: record.pack, offset: record.offset, length: record.length, records: [record] });
  }
  return reads;
}
