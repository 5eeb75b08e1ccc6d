import { NotMade } from "./limits.ts";
import type { Pixels } from "./pixels.ts";

/** A GIF's first frame, found and not decoded (GIF89a specification). */
export interface GifFrame {
  /** Of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** Where the frame lies in it. */
  readonly frame: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly palette: Uint8Array;
  /** The color that is none. */
  readonly clear: number | undefined;
  readonly isInterlaced: boolean;
  /** Where the first code's least size is; the codes come behind it. */
  readonly codesAt: number;
}

const HEADER = 13;

/** @throws NotMade `damaged` */
export function firstGifFrame(bytes: Uint8Array): GifFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) throw new NotMade("damaged");
  const shared = paletteAt(bytes, HEADER, bytes[10]!);
  let clear: number | undefined;
  let at = HEADER + shared.length;
  for (; bytes[at] === 0x21; at = behindBlocks(bytes, at + 2)) {
    // Graphic control: flags, delay, transparent color.
    if (bytes[at + 1] === 0xf9) clear = ((bytes[at + 3] ?? 0) & 1) === 1 ? bytes[at + 6] : undefined;
  }
  if (bytes[at] !== 0x2c || at + 11 > bytes.length) throw new NotMade("damaged");
  const flags = bytes[at + 9]!;
  const own = paletteAt(bytes, at + 10, flags);
  return {
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    frame: {
      left: view.getUint16(at + 1, true),
      top: view.getUint16(at + 3, true),
      width: view.getUint16(at + 5, true),
      height: view.getUint16(at + 7, true),
    },
    palette: own.length > 0 ? own : shared,
    clear,
    isInterlaced: (flags & 0x40) !== 0,
    codesAt: at + 10 + own.length,
  };
}

/** A color table; empty where the flags say that there is none. */
function paletteAt(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  return bytes.subarray(at, (flags & 0x80) === 0 ? at : at + 3 * 2 ** ((flags & 7) + 1));
}

/** Where the blocks that begin at `at` end. */
function behindBlocks(bytes: Uint8Array, at: number): number {
  while ((bytes[at] ?? 0) > 0) at += 1 + bytes[at]!;
  return at + 1;
}

/** The first frame within its picture. What codes that end too early leave is clear. */
export function readGif(bytes: Uint8Array, gif: GifFrame): Pixels {
  const { width, height, frame, palette, clear } = gif;
  const data = new Uint8Array(width * height * 4);
  const colors = readCodes(bytes, gif.codesAt, frame.width * frame.height);
  if (colors.length === 0) throw new NotMade("damaged");
  for (let at = 0; at < colors.length; at++) {
    const x = frame.left + (at % frame.width);
    const y = frame.top + rowOf(Math.floor(at / frame.width), frame.height, gif.isInterlaced);
    const color = colors[at]!;
    if (x >= width || y >= height || color === clear) continue;
    const to = (y * width + x) * 4;
    data.set(palette.subarray(color * 3, color * 3 + 3), to);
    data[to + 3] = 255;
  }
  return { width, height, data };
}

/** Which row of the picture the `index`-th stored one is. */
function rowOf(index: number, height: number, isInterlaced: boolean): number {
  if (!isInterlaced) return index;
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    const rows = Math.ceil((height - first) / step);
    if (index < rows) return first + index * step;
    index -= rows;
  }
  return height;
}

/** The colors that LZW's codes stand for: at most `most`, fewer where the codes end or are none. */
function readCodes(bytes: Uint8Array, at: number, most: number): Uint8Array {
  const least = bytes[at] ?? 0;
  if (least < 1 || least > 8) throw new NotMade("damaged");
  const restart = 1 << least;
  const table = new CodeTable(restart);
  const colors = new Uint8Array(most);
  let filled = 0;
  let former = -1;
  for (const code of codesOf(bytes, at + 1, () => table.width(least))) {
    if (code === restart + 1 || filled >= most) break;
    if (code === restart) {
      table.clear();
      former = -1;
      continue;
    }
    if (code > table.size || (code === table.size && former < 0)) break;
    if (former >= 0) table.add(former, code);
    filled = table.write(code, colors, filled);
    former = code;
  }
  return colors.subarray(0, filled);
}

/** The codes in a row of blocks; ends with the blocks, or the bytes. */
function* codesOf(bytes: Uint8Array, at: number, width: () => number): Generator<number, void, void> {
  let held = 0;
  let count = 0;
  for (let end = 0; ;) {
    const wanted = width();
    while (count < wanted) {
      if (at === end || end === 0) {
        const length = bytes[at] ?? 0;
        if (length === 0) return;
        end = ++at + length;
      }
      if (at >= bytes.length) return;
      held |= bytes[at++]! << count;
      count += 8;
    }
    yield held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
  }
}

/** LZW's codes: each is an earlier one and a color. */
class CodeTable {
  readonly #prefix = new Uint16Array(4096);
  readonly #color = new Uint8Array(4096);
  readonly #first = new Uint8Array(4096);
  readonly #length = new Uint16Array(4096);
  readonly #restart: number;
  size: number;

  constructor(restart: number) {
    this.#restart = restart;
    this.size = restart + 2;
    for (let color = 0; color < restart; color++) {
      this.#color[color] = color;
      this.#first[color] = color;
      this.#length[color] = 1;
    }
  }

  clear(): void {
    this.size = this.#restart + 2;
  }

  /** Bits of the next code. */
  width(least: number): number {
    return Math.min(12, Math.max(least + 1, 32 - Math.clz32(this.size)));
  }

  /** A new code: `former`, and the first color of `code`, which may be the new one itself. */
  add(former: number, code: number): void {
    if (this.size >= 4096) return;
    this.#prefix[this.size] = former;
    this.#first[this.size] = this.#first[former]!;
    this.#color[this.size] = this.#first[code === this.size ? former : code]!;
    this.#length[this.size] = this.#length[former]! + 1;
    this.size++;
  }

  /** @returns where the code's colors end. */
  write(code: number, colors: Uint8Array, from: number): number {
    const end = from + this.#length[code]!;
    for (let at = end - 1; at >= from; at--) {
      if (at < colors.length) colors[at] = this.#color[code]!;
      code = this.#prefix[code]!;
    }
    return Math.min(end, colors.length);
  }
}
