import { numbersAfter } from "./tables.ts";
import type { Reading } from "../reading.ts";

/** Codes from the first to the last of one range of widths: composite fonts have 65,536. */
const RANGE_CODES = 0x100000;
/** Codes of all ranges of a document, of which each is written down singly: a tenth of a second. */
const ALL_CODES = 0x4000000;
/** Codes that are too few to count: three numbers in a row may be anything. */
const FEW_CODES = 0x1000;
/** Objects that a table may say a document has. */
const OBJECTS = 1_000_000;

/** Numbers that are a range's in widths of composite fonts (ISO 32000-2, 9.7.4.3): first and last code, and a width. No reference. */
const RANGES = /(?<![\d.+-])(\d+)\s+(?=(\d+)\s+[\d.+-]+(?![\d.+-]|\s+R\b))/g;
/** Numbers that are none: tables of objects, those that a stream of objects begins with, and lists of another name. */
const NO_RANGES = /\bxref[\dnf\s]*|^[\d\s]+|\/(?!W2?\b)\w+\s*\[[\d\s.+-]*\]/g;

/** Counts what few bytes between a document's streams may have the parser write down, and stops where it is too much. */
export class PdfObjects {
  readonly #reading: Reading;
  #codes = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Objects as they are written outside of streams, or in a stream of objects. */
  countWidths(objects: string): void {
    for (const [, from = "", to = ""] of objects.replaceAll(NO_RANGES, " ").matchAll(RANGES)) {
      const codes = Number(to) - Number(from);
      if (codes < FEW_CODES) continue;
      this.#codes += codes;
      if (codes > RANGE_CODES || this.#codes > ALL_CODES)
        this.#reading.stop("over_entries", "widths of too many codes");
    }
  }

  /** The dictionary of a stream that is a table of objects (7.5.8). */
  checkTable(dictionary: string): void {
    if (!/\/Type\s*\/XRef\b/.test(dictionary)) return;
    const widths = numbersAfter("W", dictionary) ?? [];
    const [, size = "0"] = /\/Size\s+(\d+)/.exec(dictionary) ?? [];
    const counts = numbersAfter("Index", dictionary)?.filter((_, at) => at % 2 === 1) ?? [Number(size)];
    const objects = counts.reduce((sum, count) => sum + count, 0);
    const isEmpty = widths.every((width) => width === 0);
    if (objects > OBJECTS || (objects > 0 && isEmpty))
      this.#reading.stop("over_entries", "a table of too many objects");
  }
}
