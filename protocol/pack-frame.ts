import { LIMITS } from "./limits.ts";

/** A frame's header: the chunk's SHA-256 (32 bytes), then its length (4 bytes, big endian). */
export const FRAME_HEADER_BYTES = 36;

export interface Frame {
  /** Lower-case hex SHA-256 that the sender claims for `bytes`; verified by the receiver. */
  readonly id: string;
  /** A view of the pack, not a copy. */
  readonly bytes: Uint8Array;
}

export type FrameError = { readonly code: "invalid_pack" | "chunk_too_large"; readonly detail: string };

/** One pack body of all `chunks`, in order. */
export function encodePack(chunks: readonly Frame[]): Uint8Array<ArrayBuffer> {
  const total = chunks.reduce((sum, chunk) => sum + FRAME_HEADER_BYTES + chunk.bytes.length, 0);
  return encodePackInto(new Uint8Array(total), chunks);
}

/** As `encodePack`, written at the start of a buffer that is large enough; answers the part that was written. */
export function encodePackInto(buffer: Uint8Array<ArrayBuffer>, chunks: readonly Frame[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let offset = 0;
  for (const { id, bytes } of chunks) {
    buffer.set(fromHex(id), offset);
    view.setUint32(offset + 32, bytes.length);
    buffer.set(bytes, offset + FRAME_HEADER_BYTES);
    offset += FRAME_HEADER_BYTES + bytes.length;
  }
  return buffer.subarray(0, offset);
}

/** The frames of a pack body, as views into it; or what is wrong with it. Hashes are not checked here. */
export function decodePack(pack: Uint8Array<ArrayBuffer>): readonly Frame[] | FrameError {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const frames: Frame[] = [];
  let offset = 0;
  while (offset < pack.length) {
    if (frames.length === LIMITS.packChunks) {
      return { code: "invalid_pack", detail: `a pack holds at most ${LIMITS.packChunks} chunks` };
    }
    if (pack.length - offset < FRAME_HEADER_BYTES) {
      return { code: "invalid_pack", detail: `frame ${frames.length} is cut off in its header` };
    }
    const length = view.getUint32(offset + 32);
    if (length === 0) return { code: "invalid_pack", detail: `frame ${frames.length} is empty` };
    if (length > LIMITS.chunkMaxBytes) {
      return { code: "chunk_too_large", detail: `a chunk has at most ${LIMITS.chunkMaxBytes} bytes` };
    }
    const start = offset + FRAME_HEADER_BYTES;
    if (length > pack.length - start) {
      return { code: "invalid_pack", detail: `frame ${frames.length} is cut off: ${length} bytes announced` };
    }
    frames.push({ id: toHex(pack.subarray(offset, offset + 32)), bytes: pack.subarray(start, start + length) });
    offset = start + length;
  }
  return frames.length > 0 ? frames : { code: "invalid_pack", detail: "the pack is empty" };
}

/** Lower-case hex of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

/** The bytes of an even-length hex string that was validated before. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
