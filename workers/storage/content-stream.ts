import { planReads, slices, type Placed, type Read } from "../../core/range-map.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { locateChunks, type ChunkPlace, type Manifest } from "./contents.ts";
import { decodeChunk } from "./pack-codec.ts";
import type { PackKeys } from "./pack-key.ts";
import { packObjectKey } from "./pack-store.ts";
import type { Shard } from "./shards.ts";

const MiB = 1024 * 1024;

/** Chunks located by the first D1 query: few, so that the first byte comes soon. */
const FIRST_WINDOW_CHUNKS = 256;
/** Chunks located by each further query: many, because an invocation has 1,000 queries. */
export const WINDOW_CHUNKS = 2_000;
/** Largest merged read: half a pack, as clients make them. */
const READ_BYTES = 4 * MiB;
/** A gap this small between two records is read over rather than paid for with another get. */
const GAP_BYTES = 64 * 1024;
/** Workers may wait for six connections at once; one is left for D1. */
const GETS_IN_FLIGHT = 5;
/**
 * Encoded bytes that one request holds or has asked for. Clients fetch a large file in several ranges at once, and all
 * of them may meet in one isolate of 128 MB.
 */
const ENCODED_BYTES = 8 * MiB;
/** Decoded bytes that wait for the reader. A single larger chunk is still decoded, alone. */
const DECODED_BYTES = 4 * MiB;

/** Where an owner's chunks are read from. */
export interface ChunkSource {
  readonly shard: Shard;
  readonly ownerId: string;
  readonly packs: R2Bucket;
  readonly keys: PackKeys;
}

/** A piece of a chunk that is wanted: its bytes `from` (inclusive) to `to` (exclusive). */
export interface WantedChunk {
  /** Lower-case hex. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** The pieces of chunks that bytes `start` (inclusive) to `end` (exclusive) of a file are made of. */
export function* wantedChunks(manifest: Manifest, start: number, end: number): Generator<WantedChunk> {
  for (const { index, from, to } of slices(manifest.offsets, start, end)) yield { id: manifest.id(index), from, to };
}

/**
 * The plaintext of `wanted`, a piece at a time and in order. Every chunk is authenticated before a byte of it is
 * handed out (D3). Neighbours in a pack share a ranged get, at most five gets are in flight, and about 20 MiB are held
 * whatever the file's size (D4): the reader's pace is the pace of the gets. Leaving the loop early starts no more gets.
 *
 * @param firstWindow - Chunks that the first query locates; each further one locates `WINDOW_CHUNKS`.
 * @throws LedgeError `content_damaged` where a chunk is missing or fails authentication; nothing of it was handed out.
 */
export async function* readChunks(
  source: ChunkSource,
  wanted: Iterable<WantedChunk> | AsyncIterable<WantedChunk>,
  firstWindow = FIRST_WINDOW_CHUNKS,
): AsyncGenerator<Uint8Array, void, void> {
  const pipeline = new Pipeline(source, wanted, firstWindow);
  for (let bytes = await pipeline.next(); bytes; bytes = await pipeline.next()) yield bytes;
}

/** A wanted piece, once it is known where its chunk lies. */
interface Located extends Placed, WantedChunk {
  readonly place: ChunkPlace;
}

/** A record whose read was started. */
interface Pending {
  readonly record: Located;
  readonly read: Read<Located>;
  readonly encoded: Promise<Uint8Array | null>;
  readonly lastOfRead: boolean;
  decoded?: Promise<Uint8Array>;
}

class Pipeline {
  readonly #source: ChunkSource;
  readonly #wanted: Iterator<WantedChunk> | AsyncIterator<WantedChunk>;
  /** Planned, not started. */
  #planned: Read<Located>[] = [];
  #planning: Promise<void> | undefined;
  #window: number;
  #allPlanned = false;
  /** Started, not handed out, in order; the first `#decoding` of them are being decoded or are. */
  readonly #pending: Pending[] = [];
  #decoding = 0;
  #inFlight = 0;
  #encodedBytes = 0;
  #decodedBytes = 0;
  /** Decoded last: files with long runs of the same bytes have the same chunk many times over. */
  #latest: { readonly id: string; readonly decoded: Promise<Uint8Array> } | undefined;

  constructor(source: ChunkSource, wanted: Iterable<WantedChunk> | AsyncIterable<WantedChunk>, firstWindow: number) {
    this.#source = source;
    this.#window = firstWindow;
    this.#wanted = Symbol.asyncIterator in wanted ? wanted[Symbol.asyncIterator]() : wanted[Symbol.iterator]();
  }

  /** The next piece; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    this.#start();
    while (this.#pending.length === 0) {
      if (this.#planned.length === 0 && this.#allPlanned && !this.#planning) return undefined;
      await this.#planning;
      this.#start();
    }
    const first = this.#pending[0] as Pending;
    const chunk = await first.decoded;
    this.#pending.shift();
    this.#decoding--;
    this.#decodedBytes -= first.record.place.size;
    if (first.lastOfRead) this.#encodedBytes -= first.read.length;
    // Before the piece is handed out, so that gets and decryption go on while the reader is busy with it.
    this.#start();
    return chunk?.subarray(first.record.from, first.record.to);
  }

  /** Starts what the bounds allow: planning, gets, decoding. */
  #start(): void {
    for (let read = this.#planned[0]; read; read = this.#planned[0]) {
      const room = this.#inFlight < GETS_IN_FLIGHT && this.#encodedBytes + read.length <= ENCODED_BYTES;
      if (!room && this.#pending.length > 0) break;
      this.#planned.shift();
      this.#startRead(read);
    }
    if (this.#planned.length < 2 * GETS_IN_FLIGHT && !this.#allPlanned && !this.#planning) {
      this.#planning = this.#plan();
      handled(this.#planning);
    }
    for (let next = this.#pending[this.#decoding]; next; next = this.#pending[this.#decoding]) {
      const { size } = next.record.place;
      if (this.#decoding > 0 && this.#decodedBytes + size > DECODED_BYTES) break;
      this.#decoding++;
      this.#decodedBytes += size;
      const { id } = next.record;
      if (this.#latest?.id !== id) this.#latest = { id, decoded: this.#decode(next) };
      next.decoded = this.#latest.decoded;
      handled(next.decoded);
    }
  }

  async #plan(): Promise<void> {
    const window: WantedChunk[] = [];
    while (window.length < this.#window) {
      const next = await this.#wanted.next();
      if (next.done) {
        this.#allPlanned = true;
        break;
      }
      window.push(next.value);
    }
    this.#window = WINDOW_CHUNKS;
    if (window.length > 0) {
      const places = await locateChunks(
        this.#source.shard,
        this.#source.ownerId,
        window.map(({ id }) => id),
      );
      const located = window.map((piece): Located => {
        const place = places.get(piece.id);
        if (!place) throw damaged(piece.id, "no row names it");
        return { ...piece, place, pack: place.pack, offset: place.offset, length: place.length };
      });
      this.#planned.push(...planReads(located, READ_BYTES, GAP_BYTES));
    }
    this.#planning = undefined;
    this.#start();
  }

  #startRead(read: Read<Located>): void {
    this.#inFlight++;
    this.#encodedBytes += read.length;
    const encoded = getRange(this.#source.packs, read).finally(() => {
      this.#inFlight--;
      this.#start();
    });
    handled(encoded);
    for (const record of read.records) {
      this.#pending.push({ record, read, encoded, lastOfRead: record === read.records.at(-1) });
    }
  }

  async #decode({ record, read, encoded }: Pending): Promise<Uint8Array> {
    const bytes = await encoded;
    // Gone since it was located: the collector rewrote the pack. It moved the row before it took the pack away.
    if (!bytes) return this.#readAlone(record.id);
    const start = record.offset - read.offset;
    return this.#open(record.place, record.id, bytes.subarray(start, start + record.length));
  }

  async #readAlone(id: string): Promise<Uint8Array> {
    const place = (await locateChunks(this.#source.shard, this.#source.ownerId, [id])).get(id);
    const bytes = place && (await getRange(this.#source.packs, place));
    if (!place || !bytes) throw damaged(id, "its pack is gone");
    return this.#open(place, id, bytes);
  }

  #open(place: ChunkPlace, id: string, record: Uint8Array): Promise<Uint8Array> {
    return decodeChunk(this.#source.keys, place.pack, place.keyId, record, id, place.size);
  }
}

/** The bytes of a pack, or null where the pack is not there or too short. Other failures are tried once more. */
async function getRange(packs: R2Bucket, place: Placed): Promise<Uint8Array | null> {
  try {
    return await getRangeOnce(packs, place);
  } catch (error) {
    if (isInvalidRange(error)) return null;
    return getRangeOnce(packs, place);
  }
}

async function getRangeOnce(packs: R2Bucket, { pack, offset, length }: Placed): Promise<Uint8Array | null> {
  const object = await packs.get(packObjectKey(pack), { range: { offset, length } });
  return object && new Uint8Array(await object.arrayBuffer());
}

/** R2's error 10039: the object ends before the range begins. */
function isInvalidRange(error: unknown): boolean {
  return error instanceof Error && /10039/.test(error.message);
}

/** Its failure is met where it is awaited; until then it is not an unhandled one. */
function handled(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

function damaged(chunkId: string, why: string): LedgeError {
  console.error("stored chunk is damaged", { chunkId, why });
  return new LedgeError("content_damaged");
}
