import type { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { NO_ENCODING, programOf, readFontProgram } from "./font-programs.ts";
import type { FontEncoding } from "./font-programs.ts";
import type { Reading } from "../reading.ts";

/** How a stream is packed: not at all, deflated, or in any other way. */
type Packing = "bare" | "deflated" | "other";

interface StreamPlace {
  /** Of its object; undefined where that is not known. */
  readonly number: number | undefined;
  /** The first byte of it in the file, and the one after its last. */
  readonly start: number;
  readonly end: number;
  readonly packing: Packing;
}

/** By a stream's dictionary. */
export function packingOf(dictionary: string): Packing {
  const isOther = /\/(DecodeParms|DP|ASCII85Decode|A85|ASCIIHexDecode|AHx|LZWDecode|LZW|RunLengthDecode|RL)\b/;
  if (isOther.test(dictionary)) return "other";
  return /\/(FlateDecode|Fl)\b/.test(dictionary) ? "deflated" : "bare";
}

/** Where a font says where its program is (ISO 32000-2, 9.8), with letters of the name written as numbers perhaps. */
const PROGRAM = new RegExp(`/${[..."FontFile"].map(letterOrNumber).join("")}[23]?\\s+(\\d+)\\s+\\d+\\s+R`, "g");
/** Bytes that are looked through at a time, and those of each part that are looked through with the next as well. */
const PART = 1024 * 1024;
const OVERLAP = 200;
/** Programs that a document's fonts may have, and streams that a document may have beside them. */
const PROGRAMS = 20_000;
const STREAMS = 200_000;

function letterOrNumber(letter: string): string {
  return `(?:${letter}|#${letter
    .charCodeAt(0)
    .toString(16)
    .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`)})`;
}

/**
 * The fonts' programs of a document that is not encrypted. Text needs of them what their codes stand for: what draws may
 * call itself any number of times over, or say that it is endless, and takes half the time of the reading otherwise.
 * Programs are replaced in their place by ones that draw nothing.
 */
export class PdfFonts {
  readonly #file: Buffer;
  readonly #programs = new Set<number>();
  readonly #reading: Reading;
  /** Streams that may be programs. */
  readonly #others: StreamPlace[] = [];

  constructor(file: Buffer, reading: Reading) {
    this.#file = file;
    this.#reading = reading;
    this.findPrograms(file);
  }

  /** Objects, among them fonts that say which streams are their programs. */
  findPrograms(objects: Buffer): void {
    for (let from = 0; from < objects.length; from += PART) {
      const part = objects.toString("latin1", from, from + PART + OVERLAP);
      for (const [, number] of part.matchAll(PROGRAM)) this.#programs.add(Number(number));
      if (this.#programs.size > PROGRAMS) this.#reading.stop("over_entries", "programs of too many fonts");
    }
  }

  /** A stream, and what it decodes to. */
  take(place: StreamPlace, decoded: Buffer): void {
    const encoding = place.packing === "other" ? undefined : readFontProgram(decoded);
    if (encoding) this.#replace(place, encoding);
    else if (this.#others.push(place) > STREAMS) this.#reading.stop("over_entries", `more than ${STREAMS} streams`);
  }

  /** Programs that were not known as such by themselves: the parser may make anything of them. */
  replaceOthers(): void {
    for (const place of this.#others) {
      if (place.number !== undefined && this.#programs.has(place.number)) this.#replace(place, NO_ENCODING);
    }
  }

  /** Blanks it where what is to be there has no room, or would be decoded to something else. */
  #replace({ start, end, packing }: StreamPlace, encoding: FontEncoding): void {
    const isDeflated = packing === "deflated";
    this.#file.fill(packing === "bare" ? "0" : 0, start, end);
    if (packing === "other") return;
    [encoding, NO_ENCODING]
      .map((each) => (isDeflated ? deflateSync(programOf(each)) : programOf(each)))
      .find((program) => program.length <= end - start)
      ?.copy(this.#file, start);
  }
}
