import { NotMade } from "./limits.ts";

/** Bytes of RIFF's header, and of a chunk's. */
const RIFF = 12;
const CHUNK = 8;
/** Of VP8X (WebP container specification): the picture moves, it has alpha. */
const ANIMATED = 0x02;
const ALPHA = 0x10;

/** A WebP's size as its header has it, and the bytes to be decoded: its own, or its first frame's where it moves. */
export interface WebpFrame {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** @throws NotMade `damaged` */
export function firstWebpFrame(bytes: Uint8Array): WebpFrame {
  const type = chunkType(bytes, RIFF);
  const data = RIFF + CHUNK;
  if (bytes.length < data + 10) throw new NotMade("damaged");
  if (type === "VP8 ") return { ...lossySize(bytes, data), bytes };
  if (type === "VP8L") return { ...losslessSize(bytes, data), bytes };
  if (type !== "VP8X") throw new NotMade("damaged");
  const canvas = { width: 1 + int24(bytes, data + 4), height: 1 + int24(bytes, data + 7) };
  if (((bytes[data] ?? 0) & ANIMATED) === 0) return { ...canvas, bytes };
  return animationFrame(bytes);
}

/** The first frame as a file of its own. */
function animationFrame(bytes: Uint8Array): WebpFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = RIFF; at + CHUNK + 16 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const data = at + CHUNK;
    if (chunkType(bytes, at) === "ANMF") {
      const size = { width: 1 + int24(bytes, data + 6), height: 1 + int24(bytes, data + 9) };
      return { ...size, bytes: asFile(size, bytes.subarray(data + 16, data + length)) };
    }
    at = data + length + (length % 2);
  }
  throw new NotMade("damaged");
}

function asFile({ width, height }: { width: number; height: number }, frame: Uint8Array): Uint8Array {
  const header = new Uint8Array(RIFF + CHUNK + 10);
  const view = new DataView(header.buffer);
  header.set(new TextEncoder().encode("RIFF....WEBPVP8X"));
  view.setUint32(4, header.length + frame.length - CHUNK, true);
  view.setUint32(RIFF + 4, 10, true);
  header[RIFF + CHUNK] = chunkType(frame, 0) === "ALPH" ? ALPHA : 0;
  setInt24(header, RIFF + CHUNK + 4, width - 1);
  setInt24(header, RIFF + CHUNK + 7, height - 1);
  const file = new Uint8Array(header.length + frame.length);
  file.set(header);
  file.set(frame, header.length);
  return file;
}

function lossySize(bytes: Uint8Array, at: number): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
}

function losslessSize(bytes: Uint8Array, at: number): { width: number; height: number } {
  const bits = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at + 1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function int24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

function setInt24(bytes: Uint8Array, at: number, value: number): void {
  bytes.set([value & 255, (value >> 8) & 255, value >> 16], at);
}
