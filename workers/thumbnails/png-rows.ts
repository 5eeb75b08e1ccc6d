import { Inflate } from "fflate";
import { NotMade } from "./limits.ts";
import type { Pixels } from "./pixels.ts";
import { shrink, Shrinker } from "./shrink.ts";

/** Compressed bytes that are inflated at a time: at most about 4 MiB come out. */
const STEP = 4096;
/** Adam7 (PNG, section 8.2): where each pass begins, and how far apart its pixels are. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** What the header and the chunks before the pixels say (PNG, section 11). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly isInterlaced: boolean;
}

/** Samples of a pixel, by color type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @throws NotMade `damaged` */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  if (bytes.length < 33) throw new NotMade("damaged");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const depth = view.getUint8(24);
  const color = view.getUint8(25);
  const isKnown = SAMPLES[color] !== undefined && [1, 2, 4, 8, 16].includes(depth);
  if (!isKnown || ((color === 2 || color === 4 || color === 6) && depth < 8) || (color === 3 && depth > 8)) {
    throw new NotMade("damaged");
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth,
    color,
    isInterlaced: view.getUint8(28) === 1,
  };
}

/**
 * A PNG within a square of `side`: its rows are shrunk as they are inflated, so that it is never held whole. One that is
 * interlaced is. What is missing at the end is left transparent, as browsers do, but for a picture without a row.
 *
 * @throws NotMade `damaged`
 */
export function readPng(bytes: Uint8Array, header: PngHeader, side: number): Pixels {
  const chunks = readChunks(bytes);
  const toRgba = rowReader(header, chunks.palette, chunks.transparency);
  if (!header.isInterlaced) {
    const shrinker = new Shrinker(header.width, header.height, side);
    const row = new Uint8Array(header.width * 4);
    const rows = new RowInflater(header, [{ ...header, at: 0 }], (line) => {
      toRgba(line, header.width, row);
      shrinker.add(row);
    });
    rows.inflate(chunks.data);
    return shrinker.finish();
  }
  return shrink(readInterlaced(header, chunks.data, toRgba), side);
}

type RowReader = (line: Uint8Array, width: number, row: Uint8Array) => void;

function readInterlaced(header: PngHeader, data: readonly Uint8Array[], toRgba: RowReader): Pixels {
  const { width, height } = header;
  const whole = new Uint8Array(width * height * 4);
  const row = new Uint8Array(width * 4);
  const passes = PASSES.map(([x, y, dx, dy], at) => ({
    at,
    width: Math.ceil((width - x) / dx),
    height: Math.ceil((height - y) / dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
  const rows = new RowInflater(header, passes, (line, pass, y) => {
    const [x0, y0, dx, dy] = PASSES[pass.at]!;
    toRgba(line, pass.width, row);
    const start = (y0 + y * dy) * width + x0;
    for (let x = 0; x < pass.width; x++) whole.set(row.subarray(x * 4, x * 4 + 4), (start + x * dx) * 4);
  });
  rows.inflate(data);
  return { width, height, data: whole };
}

interface Pass {
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

/** Inflates rows, takes their filters back (PNG, section 9) and hands them on, until the last one. */
class RowInflater {
  readonly #bits: number;
  readonly #passes: readonly Pass[];
  readonly #take: (line: Uint8Array, pass: Pass, y: number) => void;
  #pass = 0;
  #y = 0;
  #line: Uint8Array;
  #former: Uint8Array;
  #filter = -1;
  #filled = 0;
  #rows = 0;

  constructor(header: PngHeader, passes: readonly Pass[], take: (line: Uint8Array, pass: Pass, y: number) => void) {
    this.#bits = header.depth * (SAMPLES[header.color] ?? 1);
    this.#passes = passes;
    this.#take = take;
    this.#line = this.#newLine();
    this.#former = this.#newLine();
  }

  inflate(data: readonly Uint8Array[]): void {
    const inflater = new Inflate((bytes) => this.#push(bytes));
    // Two bytes of zlib's header come first: method and window, which say nothing that is needed.
    let skip = 2;
    try {
      for (const part of data) {
        const start = Math.min(skip, part.length);
        skip -= start;
        for (let at = start; at < part.length && !this.#isDone; at += STEP) inflater.push(part.subarray(at, at + STEP));
      }
    } catch (error) {
      if (error instanceof NotMade || this.#rows === 0) throw new NotMade("damaged");
    }
    if (this.#rows === 0) throw new NotMade("damaged");
  }

  get #isDone(): boolean {
    return this.#pass >= this.#passes.length;
  }

  #newLine(): Uint8Array {
    return new Uint8Array(Math.ceil(((this.#passes[this.#pass]?.width ?? 0) * this.#bits) / 8));
  }

  #push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isDone;) {
      if (this.#filter < 0) {
        this.#filter = bytes[at++]!;
        this.#filled = 0;
        continue;
      }
      const part = bytes.subarray(at, at + this.#line.length - this.#filled);
      this.#line.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#line.length) this.#endRow();
    }
  }

  #endRow(): void {
    const pass = this.#passes[this.#pass]!;
    unfilter(this.#filter, this.#line, this.#former, Math.max(1, this.#bits >> 3));
    this.#take(this.#line, pass, this.#y);
    this.#rows++;
    this.#filter = -1;
    [this.#line, this.#former] = [this.#former, this.#line];
    if (++this.#y < pass.height) return;
    this.#y = 0;
    this.#pass++;
    this.#line = this.#newLine();
    this.#former = this.#newLine();
  }
}

function unfilter(filter: number, line: Uint8Array, up: Uint8Array, distance: number): void {
  const { length } = line;
  if (filter === 1) for (let i = distance; i < length; i++) line[i]! += line[i - distance]!;
  else if (filter === 2) for (let i = 0; i < length; i++) line[i]! += up[i]!;
  else if (filter === 3) {
    for (let i = 0; i < length; i++) line[i]! += ((i < distance ? 0 : line[i - distance]!) + up[i]!) >> 1;
  } else if (filter === 4) {
    for (let i = 0; i < length; i++) {
      const left = i < distance ? 0 : line[i - distance]!;
      const corner = i < distance ? 0 : up[i - distance]!;
      line[i]! += nearest(left, up[i]!, corner);
    }
  } else if (filter !== 0) throw new NotMade("damaged");
}

/** Paeth's predictor. */
function nearest(left: number, up: number, corner: number): number {
  const byLeft = Math.abs(up - corner);
  const byUp = Math.abs(left - corner);
  const byCorner = Math.abs(left + up - 2 * corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

interface Chunks {
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  readonly data: readonly Uint8Array[];
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IDAT") data.push(content);
    else if (type === "PLTE") palette = content;
    else if (type === "tRNS") transparency = content;
    else if (type === "IEND") break;
    at += 12 + length;
  }
  return { palette, transparency, data };
}

/** Makes RGBA of a row's samples; of 16 bits, the upper 8. */
function rowReader(
  { depth, color }: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): RowReader {
  const samples = SAMPLES[color] ?? 1;
  if (color === 3 && !palette) throw new NotMade("damaged");
  const most = 2 ** Math.min(8, depth) - 1;
  const clear = transparency && color < 3 ? transparentColor(transparency, samples, depth) : undefined;
  if (depth === 8 && samples > 2 && !clear) return samples === 4 ? copyRgba : copyRgb;
  return (line, width, row) => {
    for (let x = 0, to = 0; x < width; x++, to += 4) {
      const first = x * samples;
      if (color === 3) {
        const index = sampleAt(line, first, depth);
        row[to] = palette?.[index * 3] ?? 0;
        row[to + 1] = palette?.[index * 3 + 1] ?? 0;
        row[to + 2] = palette?.[index * 3 + 2] ?? 0;
        row[to + 3] = transparency?.[index] ?? 255;
        continue;
      }
      const isGray = samples < 3;
      for (let i = 0; i < 3; i++) {
        const value = sampleAt(line, first + (isGray ? 0 : i), depth);
        row[to + i] = most === 255 ? value : (value * 255) / most;
      }
      if (samples % 2 === 0) row[to + 3] = sampleAt(line, first + samples - 1, depth);
      else row[to + 3] = clear?.every((value, i) => sampleAt(line, first + i, depth) === value) ? 0 : 255;
    }
  };
}

function copyRgba(line: Uint8Array, _width: number, row: Uint8Array): void {
  row.set(line);
}

function copyRgb(line: Uint8Array, width: number, row: Uint8Array): void {
  for (let from = 0, to = 0; to < width * 4; from += 3, to += 4) {
    row[to] = line[from]!;
    row[to + 1] = line[from + 1]!;
    row[to + 2] = line[from + 2]!;
    row[to + 3] = 255;
  }
}

function sampleAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index]!;
  if (depth === 16) return line[index * 2]!;
  const bit = index * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function transparentColor(transparency: Uint8Array, samples: number, depth: number): number[] | undefined {
  if (transparency.length < samples * 2) return undefined;
  return Array.from({ length: samples }, (_, i) => transparency[i * 2 + (depth === 16 ? 0 : 1)]!);
}
