import { NotMade } from "./limits.ts";

/** One of a JPEG's Huffman tables (ITU-T T.81, annex C). */
export class HuffmanTable {
  /** By the next 16 bits' first 8: length << 8 | value; 0 for codes that are longer. */
  readonly #short = new Uint16Array(256);
  readonly #values: Uint8Array;
  /** By length: the first code that is too large, and where the values of that length begin, less the first code. */
  readonly #ends = new Int32Array(17).fill(-1);
  readonly #offsets = new Int32Array(17);

  /** @param counts - Codes of each length, 1 to 16. */
  constructor(counts: Uint8Array, values: Uint8Array) {
    this.#values = values;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1] ?? 0;
      if (code + count > 1 << length) throw new NotMade("damaged");
      this.#offsets[length] = index - code;
      for (let i = 0; i < count; i++, code++, index++) {
        if (length <= 8)
          this.#short.fill((length << 8) | (values[index] ?? 0), code << (8 - length), (code + 1) << (8 - length));
      }
      this.#ends[length] = code;
      code <<= 1;
    }
  }

  /** The next value. */
  read(bits: JpegBits): number {
    const short = this.#short[bits.peek(8)]!;
    if (short > 0) {
      bits.skip(short >> 8);
      return short & 0xff;
    }
    const next = bits.peek(16);
    for (let length = 9; length <= 16; length++) {
      const code = next >> (16 - length);
      if (code >= this.#ends[length]!) continue;
      bits.skip(length);
      return this.#values[code + this.#offsets[length]!] ?? 0;
    }
    throw new NotMade("damaged");
  }
}

/** The bits of a scan, up to the next marker; zeros after it, `isOver` then. */
export class JpegBits {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;
  #missing = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Whether bits were taken that are not there. */
  get isOver(): boolean {
    return this.#missing > 0 && this.#count < this.#missing;
  }

  /** At most 16. */
  peek(count: number): number {
    while (this.#count < count) this.#fill();
    return (this.#held >>> (this.#count - count)) & ((1 << count) - 1);
  }

  /** No more than were looked at. */
  skip(count: number): void {
    this.#count -= count;
    this.#held &= (1 << this.#count) - 1;
  }

  take(count: number): number {
    if (count === 0) return 0;
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  #fill(): void {
    let byte = this.#bytes[this.#at];
    const isMarker = byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0);
    if (isMarker) {
      byte = 0;
      this.#missing += 8;
    } else this.#at += byte === 0xff ? 2 : 1;
    this.#held = (this.#held << 8) | (byte ?? 0);
    this.#count += 8;
  }

  /** Goes on behind a restart marker. False where there is none. */
  restart(): boolean {
    this.#held = 0;
    this.#count = 0;
    this.#missing = 0;
    while (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === 0xff) this.#at++;
    const marker = this.#bytes[this.#at + 1] ?? 0;
    if (this.#bytes[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7) return false;
    this.#at += 2;
    return true;
  }
}
