import { deflateRawSync, inflateRawSync } from "node:zlib";
import { LedgeError } from "../../protocol/errors.ts";
import { type Frame, fromHex } from "../../protocol/pack-frame.ts";
import { entropy } from "./entropy.ts";
import type { PackKeys } from "./pack-key.ts";

/** How a record's payload holds the chunk. The numbers are stored: never reuse one. */
const CODEC = { raw: 0, deflate: 1 } as const;

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What a record adds to its payload: codec byte, IV, authentication tag. */
export const RECORD_OVERHEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** Compression is kept where the payload is at most this part of the chunk. */
const WORTH = 0.95;
/** A longer chunk is judged by its first bytes, so that media and archives cost next to nothing. */
const SAMPLE_BYTES = 32 * 1024;
const DEFLATE = { level: 1 };

/** Where a chunk's record lies in its pack, in bytes. */
export interface Placement {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
  /** Of the plaintext. */
  readonly size: number;
}

export interface EncodedPack {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** One for each chunk, in the order given. */
  readonly placements: readonly Placement[];
}

/**
 * The R2 object of a new pack: its chunks' records, one after the other (docs/storage.md).
 *
 * @param packId - Fresh: a pack's key encrypts one pack, once, so that the counter may be the IV.
 */
export async function encodeRecords(keys: PackKeys, packId: string, chunks: readonly Frame[]): Promise<EncodedPack> {
  const key = await keys.of(packId, keys.currentKeyId);
  const payloads = chunks.map((chunk) => compress(chunk.bytes));
  const placements: Placement[] = [];
  let end = 0;
  chunks.forEach((chunk, i) => {
    const length = RECORD_OVERHEAD_BYTES + (payloads[i]?.bytes.length ?? 0);
    placements.push({
      id: chunk.id,
      offset: end,
      length,
      size: chunk.bytes.length,
    });
    end += length;
  });
  const bytes = new Uint8Array(end);
  await Promise.all(
    placements.map(async ({ id, offset }, i) => {
      const payload = payloads[i];
      if (!payload) return;
      const iv = counter(i);
      const algorithm = {
        name: "AES-GCM",
        iv,
        additionalData: associatedData(payload.codec, id),
      };
      const sealed = await crypto.subtle.encrypt(algorithm, key, payload.bytes);
      bytes[offset] = payload.codec;
      bytes.set(iv, offset + 1);
      bytes.set(new Uint8Array(sealed), offset + 1 + IV_BYTES);
    }),
  );
  return { bytes, placements };
}

/**
 * A chunk's plaintext, authenticated: what was stored under `chunkId`, or an error.
 *
 * @param record - The bytes at the chunk's offset and length in the pack.
 * @param chunkId - Lower-case hex.
 * @param size - The plaintext's, as the chunk's row has it.
 * @throws LedgeError `content_damaged` where authentication fails or the size is another.
 */
export async function decodeChunk(
  keys: PackKeys,
  packId: string,
  keyId: string,
  record: Uint8Array,
  chunkId: string,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await keys.of(packId, keyId);
  const codec = record[0];
  if (record.length < RECORD_OVERHEAD_BYTES || codec === undefined) throw damaged(packId, chunkId, "record cut off");
  if (codec !== CODEC.raw && codec !== CODEC.deflate) throw damaged(packId, chunkId, `unknown codec ${codec}`);
  const algorithm = {
    name: "AES-GCM",
    iv: record.subarray(1, 1 + IV_BYTES),
    additionalData: associatedData(codec, chunkId),
  };
  let payload: Uint8Array<ArrayBuffer>;
  try {
    payload = new Uint8Array(await crypto.subtle.decrypt(algorithm, key, record.subarray(1 + IV_BYTES)));
  } catch {
    throw damaged(packId, chunkId, "authentication failed");
  }
  const plain = codec === CODEC.raw ? payload : decompress(payload);
  if (plain?.length !== size) throw damaged(packId, chunkId, "unexpected size");
  return plain;
}

function compress(bytes: Uint8Array): { codec: number; bytes: Uint8Array } {
  const raw = { codec: CODEC.raw, bytes };
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  // A hundredth of what deflate takes to find out: noise is most of what large uploads are made of.
  if (entropy(sample) > 8 * WORTH) return raw;
  if (bytes.length > SAMPLE_BYTES && deflateRawSync(sample, DEFLATE).length > SAMPLE_BYTES * WORTH) return raw;
  const packed = deflateRawSync(bytes, DEFLATE);
  return packed.length <= bytes.length * WORTH ? { codec: CODEC.deflate, bytes: packed } : raw;
}

/**
 * Null where the payload is no deflate stream. Only payloads that authenticated come here, so that their sizes are the ones
 * that `encodeRecords` saw; workerd's `maxOutputLength` would refuse some honest ones of about 64 KiB.
 */
function decompress(payload: Uint8Array): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(inflateRawSync(payload));
  } catch {
    return null;
  }
}

/** The IV of a pack's `index`-th record: a big-endian counter. The key is the pack's alone, so none repeats. */
function counter(index: number): Uint8Array<ArrayBuffer> {
  const iv = new Uint8Array(IV_BYTES);
  new DataView(iv.buffer).setUint32(IV_BYTES - 4, index);
  return iv;
}

/** Binds a record to its chunk: a record moved to another chunk's place does not authenticate. */
function associatedData(codec: number, chunkId: string): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(33);
  data[0] = codec;
  data.set(fromHex(chunkId), 1);
  return data;
}

function damaged(packId: string, chunkId: string, why: string): LedgeError {
  console.error("stored chunk is damaged", { packId, chunkId, why });
  return new LedgeError("content_damaged");
}
