import { HuffmanTable, JpegBits } from "./huffman.ts";
import { isFrame, jpegSegments, readFrame, type JpegComponent, type JpegFrame } from "./jpeg-segments.ts";
import { NotMade } from "./limits.ts";
import type { Pixels } from "./pixels.ts";

/** A component's averages: one of each block of 8 × 8 samples, as they are coded. */
interface Plane extends JpegComponent {
  /** Blocks in a row, those that only fill the last unit counted. */
  readonly stride: number;
  /** Blocks that have samples of the image. */
  readonly columns: number;
  readonly rows: number;
  readonly values: Int16Array;
}

interface Scan {
  readonly planes: readonly { plane: Plane; dc: HuffmanTable | undefined; ac: HuffmanTable | undefined }[];
  readonly from: number;
  readonly high: number;
  readonly low: number;
}

/**
 * A JPEG at an eighth of its size: what each block begins with, its coefficient of frequency zero, is eight times the block's
 * average. So a photograph of any size is read in the memory of a small one, and the other coefficients are passed over,
 * which is most of a decoder's work. Bits that end too early leave the rest gray.
 *
 * @throws NotMade `damaged`, `unsupported`
 */
export function readJpegAverages(bytes: Uint8Array): Pixels {
  return new AveragesReader(bytes).read();
}

class AveragesReader {
  readonly #bytes: Uint8Array;
  #frame: JpegFrame | undefined;
  #planes: Plane[] = [];
  #interval = 0;
  /** Adobe's: 0 for RGB and CMYK, 1 for YCbCr, 2 for YCCK. */
  #transform: number | undefined;
  readonly #factors = [1, 1, 1, 1];
  readonly #dc: HuffmanTable[] = [];
  readonly #ac: HuffmanTable[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Pixels {
    for (const { marker, content, end } of jpegSegments(this.#bytes)) {
      if (isFrame(marker) && !this.#frame) this.#begin(readFrame({ marker, content, end }));
      else if (marker === 0xdb) this.#readFactors(content);
      else if (marker === 0xc4) this.#readTables(content);
      else if (marker === 0xdd) this.#interval = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
      else if (marker === 0xee && content[0] === 0x41 && content[1] === 0x64) this.#transform = content[11];
      else if (marker === 0xda) this.#readScan(content, end);
    }
    if (!this.#frame) throw new NotMade("damaged");
    return this.#toPixels(this.#frame);
  }

  #begin(frame: JpegFrame): void {
    this.#frame = frame;
    const { h, v } = largest(frame);
    const across = Math.ceil(frame.width / (8 * h));
    const down = Math.ceil(frame.height / (8 * v));
    this.#planes = frame.components.map((component) => ({
      ...component,
      stride: across * component.h,
      columns: Math.ceil(Math.ceil((frame.width * component.h) / h) / 8),
      rows: Math.ceil(Math.ceil((frame.height * component.v) / v) / 8),
      values: new Int16Array(across * component.h * down * component.v),
    }));
  }

  /** Of each quantization table its first factor, which is that of the averages. */
  #readFactors(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const [kind = 0, first = 1, second = 0] = content.subarray(at, at + 3);
      const isWide = kind >> 4 > 0;
      this.#factors[kind & 3] = isWide ? (first << 8) | second : first;
      at += isWide ? 129 : 65;
    }
  }

  #readTables(content: Uint8Array): void {
    for (let at = 0; at + 17 <= content.length;) {
      const kind = content[at]!;
      const counts = content.subarray(at + 1, at + 17);
      const length = counts.reduce((sum, count) => sum + count, 0);
      const table = new HuffmanTable(counts, content.subarray(at + 17, at + 17 + length));
      (kind >> 4 === 0 ? this.#dc : this.#ac)[kind & 3] = table;
      at += 17 + length;
    }
  }

  #readScan(content: Uint8Array, at: number): void {
    const frame = this.#frame;
    if (!frame) throw new NotMade("damaged");
    const count = content[0] ?? 0;
    const [from = 0, , approximation = 0] = content.subarray(1 + 2 * count);
    // Of a progressive image: only coefficients that are none of the averages.
    if (frame.isProgressive && from > 0) return;
    const planes = Array.from({ length: count }, (_, i) => {
      const plane = this.#planes.find(({ id }) => id === content[1 + 2 * i]);
      if (!plane) throw new NotMade("damaged");
      const tables = content[2 + 2 * i]!;
      return { plane, dc: this.#dc[(tables >> 4) & 3], ac: this.#ac[tables & 3] };
    });
    const scan = { planes, from, high: approximation >> 4, low: approximation & 15 };
    const bits = new JpegBits(this.#bytes, at);
    const read = frame.isProgressive ? progressiveBlock(bits, scan) : baselineBlock(bits);
    for (const { isFirst, plane, index } of blocksOf(frame, scan, this.#interval)) {
      if (isFirst && !bits.restart()) return;
      if (isFirst) read.restart();
      const tables = scan.planes[plane]!;
      read.block(tables.plane, tables, plane, index);
      if (bits.isOver) return;
    }
  }

  #toPixels(frame: JpegFrame): Pixels {
    const { h, v } = largest(frame);
    const width = Math.ceil(frame.width / 8);
    const height = Math.ceil(frame.height / 8);
    const data = new Uint8ClampedArray(width * height * 4);
    const samples = [0, 0, 0, 0];
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++, to += 4) {
        for (const [i, plane] of this.#planes.entries()) {
          const column = Math.min(plane.columns - 1, Math.floor((x * plane.h) / h));
          const row = Math.min(plane.rows - 1, Math.floor((y * plane.v) / v));
          const value = plane.values[row * plane.stride + column]!;
          samples[i] = Math.min(255, Math.max(0, 128 + (value * (this.#factors[plane.table] ?? 1)) / 8));
        }
        this.#writePixel(samples, data, to);
      }
    }
    return { width, height, data };
  }

  #writePixel(samples: readonly number[], data: Uint8ClampedArray, to: number): void {
    const [first = 0, second = 0, third = 0, black = 0] = samples;
    const count = this.#planes.length;
    const isRgb = this.#transform === 0 || (this.#transform === undefined && count === 4);
    let rgb = [first, first, first];
    if (count > 1) rgb = isRgb ? [first, second, third] : toRgb(first, second, third);
    // Adobe's programs write inks inverted, and nobody else writes four.
    const light = count === 4 ? black / 255 : 1;
    for (let i = 0; i < 3; i++) data[to + i] = rgb[i]! * light;
    data[to + 3] = 255;
  }
}

/** YCbCr, as JFIF has it. */
function toRgb(y: number, blue: number, red: number): number[] {
  return [y + 1.402 * (red - 128), y - 0.344136 * (blue - 128) - 0.714136 * (red - 128), y + 1.772 * (blue - 128)];
}

function largest({ components }: JpegFrame): { h: number; v: number } {
  return { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
}

/** The blocks of a scan in their order; `isFirst` behind a restart. */
function* blocksOf(
  frame: JpegFrame,
  { planes }: Scan,
  interval: number,
): Generator<{ isFirst: boolean; plane: number; index: number }, void, void> {
  const [only] = planes;
  const { h, v } = largest(frame);
  const isAlone = planes.length === 1 && only !== undefined;
  const across = isAlone ? only.plane.columns : Math.ceil(frame.width / (8 * h));
  const down = isAlone ? only.plane.rows : Math.ceil(frame.height / (8 * v));
  for (let unit = 0, units = across * down; unit < units; unit++) {
    let isFirst = interval > 0 && unit > 0 && unit % interval === 0;
    const x = unit % across;
    const y = Math.floor(unit / across);
    for (const [i, { plane }] of planes.entries()) {
      const columns = isAlone ? 1 : plane.h;
      const rows = isAlone ? 1 : plane.v;
      for (let block = 0; block < columns * rows; block++) {
        const row = y * rows + Math.floor(block / columns);
        yield { isFirst, plane: i, index: row * plane.stride + x * columns + (block % columns) };
        isFirst = false;
      }
    }
  }
}

interface BlockReader {
  restart(): void;
  block(
    plane: Plane,
    tables: { dc: HuffmanTable | undefined; ac: HuffmanTable | undefined },
    at: number,
    index: number,
  ): void;
}

function baselineBlock(bits: JpegBits): BlockReader {
  const predictions = [0, 0, 0, 0];
  return {
    restart: () => void predictions.fill(0),
    block(plane, { dc, ac }, at, index) {
      if (!dc || !ac) throw new NotMade("damaged");
      predictions[at]! += readDifference(bits, dc);
      plane.values[index] = predictions[at]!;
      for (let coefficient = 1; coefficient < 64; coefficient++) {
        const value = ac.read(bits);
        const size = value & 15;
        const zeros = value >> 4;
        if (size === 0 && zeros < 15) break;
        coefficient += zeros;
        bits.take(size);
      }
    },
  };
}

function progressiveBlock(bits: JpegBits, { high, low }: Scan): BlockReader {
  const predictions = [0, 0, 0, 0];
  return {
    restart: () => void predictions.fill(0),
    block(plane, { dc }, at, index) {
      if (high > 0) {
        plane.values[index]! |= bits.take(1) << low;
        return;
      }
      if (!dc) throw new NotMade("damaged");
      predictions[at]! += readDifference(bits, dc);
      plane.values[index] = predictions[at]! << low;
    },
  };
}

/** A difference of its size in bits; with its first bit clear it is negative (ITU-T T.81, F.2.2.1). */
function readDifference(bits: JpegBits, table: HuffmanTable): number {
  const size = Math.min(16, table.read(bits));
  if (size === 0) return 0;
  const value = bits.take(size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}
