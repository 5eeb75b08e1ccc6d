import type { Pixels } from "./pixels.ts";

/** The size that an image of `width` × `height` has within a square of `side`; never larger than it is. */
export function fittedSize(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Makes an image smaller while its rows pass from the top: each pixel becomes the average of the area that it covers,
 * colors weighed by their alpha. Holds a row of sums, and what it makes.
 */
export class Shrinker {
  readonly #from: { readonly width: number; readonly height: number };
  readonly #width: number;
  readonly #height: number;
  readonly #made: Uint8Array;
  /** Red, green and blue times alpha, alpha; of the row that is being made, times the area. */
  #sums: Float64Array;
  #row = 0;
  #made_rows = 0;

  constructor(width: number, height: number, side: number) {
    this.#from = { width, height };
    ({ width: this.#width, height: this.#height } = fittedSize(width, height, side));
    this.#made = new Uint8Array(this.#width * this.#height * 4);
    this.#sums = new Float64Array(this.#width * 4);
  }

  /** The next row: RGBA, of the image's width. */
  add(row: Uint8Array | Uint8ClampedArray): void {
    const scale = this.#height / this.#from.height;
    let top = this.#row * scale;
    const bottom = (this.#row + 1) * scale;
    this.#row++;
    // A row may end one row of what is made, and begin the next.
    while (this.#made_rows < this.#height) {
      const end = this.#made_rows + 1;
      const part = Math.min(bottom, end) - top;
      if (part > 0) this.#addPart(row, part);
      if (bottom < end - 1e-9) return;
      this.#finishRow();
      top = end;
    }
  }

  #addPart(row: Uint8Array | Uint8ClampedArray, part: number): void {
    const { width } = this.#from;
    const scale = this.#width / width;
    const sums = this.#sums;
    for (let x = 0, at = 0; x < width; x++, at += 4) {
      const left = x * scale;
      const right = Math.min(left + scale, this.#width);
      const first = Math.floor(left);
      const share = Math.min(right, first + 1) - left;
      addPixel(sums, first * 4, row, at, share * part);
      if (right - first - 1 > 1e-9) addPixel(sums, (first + 1) * 4, row, at, (right - first - 1) * part);
    }
  }

  #finishRow(): void {
    const sums = this.#sums;
    const start = this.#made_rows * this.#width * 4;
    for (let at = 0; at < sums.length; at += 4) {
      const alpha = sums[at + 3]!;
      for (let color = 0; color < 3 && alpha > 0; color++) {
        this.#made[start + at + color] = Math.round(sums[at + color]! / alpha);
      }
      this.#made[start + at + 3] = Math.round(alpha);
    }
    sums.fill(0);
    this.#made_rows++;
  }

  /** What was made; rows that never came are transparent. */
  finish(): Pixels {
    return { width: this.#width, height: this.#height, data: this.#made };
  }
}

function addPixel(
  sums: Float64Array,
  to: number,
  row: Uint8Array | Uint8ClampedArray,
  from: number,
  area: number,
): void {
  const alpha = row[from + 3]! * area;
  sums[to]! += row[from]! * alpha;
  sums[to + 1]! += row[from + 1]! * alpha;
  sums[to + 2]! += row[from + 2]! * alpha;
  sums[to + 3]! += alpha;
}

/** An image within a square of `side`. */
export function shrink(image: Pixels, side: number): Pixels {
  if (Math.max(image.width, image.height) <= side) return image;
  const shrinker = new Shrinker(image.width, image.height, side);
  const bytes = image.width * 4;
  for (let y = 0; y < image.height; y++) shrinker.add(image.data.subarray(y * bytes, (y + 1) * bytes));
  return shrinker.finish();
}
