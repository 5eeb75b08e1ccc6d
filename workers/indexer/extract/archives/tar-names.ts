import { decodeText } from "../decode-text.ts";

const BLOCK = 512;
/** Longest name that is read where names have records of their own. What guesses encodings takes its time for longer ones. */
const NAME_BYTES = 4 * 1024;

/** Hears the names in a TAR file (POSIX.1-1988, with the long names of GNU and of pax), whose bytes come in parts. */
export class TarNames {
  readonly #name: (name: string) => void;
  readonly #record: () => void;
  #held = new Uint8Array(BLOCK);
  #length = 0;
  /** Bytes of an entry's data still to come, which are no header. */
  #skip = 0;
  /** What kind of long name is being collected, where one is. */
  #collecting: "L" | "x" | undefined;
  #collected: number[] = [];
  #longName: string | undefined;
  #ended = false;

  /**
   * @param name - Hears an entry's name.
   * @param record - Hears of each header, also of those that only say something of an entry or of the file.
   */
  constructor(name: (name: string) => void, record: () => void) {
    this.#name = name;
    this.#record = record;
  }

  /** Bytes from here on that need not be sent, but may be: call `skipped` with them. */
  get idle(): number {
    return this.#collecting ? 0 : this.#skip;
  }

  get ended(): boolean {
    return this.#ended;
  }

  skipped(bytes: number): void {
    this.#skip -= bytes;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#ended;) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, bytes.length - at);
        if (this.#collecting) this.#collect(bytes.subarray(at, at + passed));
        this.#skip -= passed;
        at += passed;
        if (this.#skip === 0) this.#endOfData();
        continue;
      }
      const piece = bytes.subarray(at, at + BLOCK - this.#length);
      this.#held.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === BLOCK) this.#header();
    }
  }

  #header(): void {
    this.#length = 0;
    const header = this.#held;
    if (!isTarHeader(header)) {
      this.#ended = true;
      return;
    }
    const size = numberAt(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    this.#record();
    this.#skip = Math.ceil(size / BLOCK) * BLOCK;
    if (type === "L" || type === "x") {
      this.#collecting = type;
      this.#collected = [];
      if (this.#skip === 0) this.#endOfData();
      return;
    }
    if (type === "g" || type === "K") return;
    const prefix = header[257] === 0x75 ? textAt(header, 345, 155) : "";
    this.#name(this.#longName ?? (prefix === "" ? "" : `${prefix}/`) + textAt(header, 0, 100));
    this.#longName = undefined;
  }

  #collect(bytes: Uint8Array): void {
    this.#collected.push(...bytes.subarray(0, NAME_BYTES - this.#collected.length));
  }

  #endOfData(): void {
    if (!this.#collecting) return;
    const text = decodeText(Uint8Array.from(this.#collected));
    this.#longName =
      this.#collecting === "L" ? text.split("\0")[0] : (/\d+ path=(.*)\n/.exec(text)?.[1] ?? this.#longName);
    this.#collecting = undefined;
    this.#collected = [];
  }
}

/** Whether a block is a header whose checksum is right. Two blocks of zeros end a file, and are none. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK || block[0] === 0) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  return sum === numberAt(block, 148, 8);
}

/** Octal digits; or, where the first bit is set, a binary number. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(block, at, length).trim(), 8) || 0;
  return block.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, 0);
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}
