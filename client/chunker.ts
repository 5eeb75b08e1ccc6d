import { sha256 } from "@noble/hashes/sha2.js";
import { LIMITS } from "../protocol/limits.ts";

/**
 * Content-defined chunking: FastCDC with normalized chunking (Xia et al., "FastCDC: a Fast and Efficient
 * Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016; and IEEE TPDS 31(9), 2020), with a
 * 32-bit gear hash.
 *
 * All clients must cut alike, or nothing is shared between them. The whole algorithm, for one chunk that starts at
 * byte `s` of data that ends at `e`:
 *
 * 1. Gear table: `gear[b]` is the first 4 bytes, big endian, of SHA-256(UTF-8 "ledge gear v1" ‖ byte b).
 * 2. If `e - s <= min`, the chunk is all that is left.
 * 3. `hash = 0`. For i from `s + min` up to (not including) `min(s + max, e)`:
 *    `hash = (hash << 1) + gear[byte i]`, modulo 2^32; the mask is `maskSmall` while `i < s + average` and `maskLarge`
 *    from there on; where `hash & mask` is 0, the chunk ends after byte i.
 * 4. Otherwise the chunk ends at `min(s + max, e)`.
 *
 * The masks are the top bits of the hash, which depend on the most bytes: with `average = 2^k` and normalization level
 * 2, `maskSmall` has the top k + 2 bits and `maskLarge` the top k - 2. At the default 1 MiB these are 0xfffffc00 (22
 * bits) and 0xffffc000 (18 bits). client/test-vectors/chunker.json holds inputs and their cuts.
 */
export interface ChunkerParameters {
  /** No chunk but a file's last is smaller. Bytes. */
  readonly min: number;
  /** Where the easier mask takes over; a power of two from 2^4 to 2^29. Bytes. */
  readonly average: number;
  /** No chunk is larger. Bytes. */
  readonly max: number;
}

export const CHUNKER_DEFAULTS: ChunkerParameters = {
  min: LIMITS.chunkMinBytes,
  average: LIMITS.chunkAverageBytes,
  max: LIMITS.chunkMaxBytes,
};

const NORMALIZATION_LEVEL = 2;

function gearTable(): Int32Array {
  const label = new TextEncoder().encode("ledge gear v1");
  const input = new Uint8Array(label.length + 1);
  input.set(label);
  return Int32Array.from({ length: 256 }, (_, byte) => {
    input[label.length] = byte;
    return new DataView(sha256(input).buffer).getInt32(0);
  });
}

const GEAR = gearTable();

/** The top `bits` bits of a 32-bit word. */
function topBits(bits: number): number {
  return (-1 << (32 - bits)) | 0;
}

/**
 * Where the chunk that starts at `start` ends. `end` must be the data's end, or at least `start + max`: only then is
 * the answer independent of how the data was read.
 */
export function nextCut(
  bytes: Uint8Array,
  start: number,
  end: number,
  parameters: ChunkerParameters = CHUNKER_DEFAULTS,
): number {
  const { min, average, max } = parameters;
  if (end - start <= min) return end;
  const bits = 31 - Math.clz32(average);
  const maskSmall = topBits(bits + NORMALIZATION_LEVEL);
  const maskLarge = topBits(bits - NORMALIZATION_LEVEL);
  const limit = Math.min(start + max, end);
  const normal = Math.min(start + average, limit);
  const gear = GEAR;
  let hash = 0;
  let i = start + min;
  // The two loops are the hot path of every upload: typed arrays and 32-bit integers only.
  for (; i < normal; i++) {
    hash = ((hash << 1) + gear[bytes[i]!]!) | 0;
    if ((hash & maskSmall) === 0) return i + 1;
  }
  for (; i < limit; i++) {
    hash = ((hash << 1) + gear[bytes[i]!]!) | 0;
    if ((hash & maskLarge) === 0) return i + 1;
  }
  return limit;
}

/** The chunks of data that is in memory as a whole, as views. Their concatenation is `bytes`; no bytes, no chunks. */
export function cutAll(bytes: Uint8Array, parameters: ChunkerParameters = CHUNKER_DEFAULTS): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = nextCut(bytes, start, bytes.length, parameters);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

/** Puts the next bytes at the buffer's start and answers how many; 0 only at the end of the data. */
export type ReadInto = (buffer: Uint8Array) => Promise<number>;

/** Where `cutStream` gets its memory. All segments are of one size, at least the largest chunk's. */
export interface Segments {
  take(): Uint8Array<ArrayBuffer>;
  /** The stream will not look at it any more; chunks cut from it may still be in use. */
  release(segment: Uint8Array<ArrayBuffer>): void;
}

/** Fresh memory for each segment; the garbage collector takes it back. */
export function freshSegments(size: number): Segments {
  return { take: () => new Uint8Array(size), release: () => undefined };
}

/**
 * The chunks of a stream, in order, cut as `cutAll` would cut them, whatever sizes `read` answers in. Each is a view of
 * a segment; what of a segment has left as a chunk is not written again by the stream. It holds one segment at a time.
 */
export async function* cutStream(
  read: ReadInto,
  segments: Segments,
  parameters: ChunkerParameters = CHUNKER_DEFAULTS,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let segment = segments.take();
  let start = 0;
  let end = 0;
  let ended = false;
  try {
    for (;;) {
      if (!ended && end - start < parameters.max) {
        if (start + parameters.max > segment.length) {
          const fresh = segments.take();
          fresh.set(segment.subarray(start, end));
          segments.release(segment);
          segment = fresh;
          end -= start;
          start = 0;
        }
        while (!ended && end < segment.length) {
          const got = await read(segment.subarray(end));
          end += got;
          ended = got === 0;
        }
      }
      if (start === end) return;
      const cut = nextCut(segment, start, end, parameters);
      yield segment.subarray(start, cut);
      start = cut;
    }
  } finally {
    segments.release(segment);
  }
}
