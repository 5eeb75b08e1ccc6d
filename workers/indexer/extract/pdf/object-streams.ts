import type { Buffer } from "node:buffer";
import { partitionPoint } from "../../../../core/partition-point.ts";
import type { Reading } from "../reading.ts";
import { isKeptObject } from "./syntax.ts";
import { claimsOf, unpredicted } from "./tables.ts";

/** Bytes of a stream of objects that cost nothing to parse again. */
const SMALL = 4096;
/** Bytes of one up to which it may have an object that cannot be parsed: as many cost a millisecond, for each reference. */
const BROKEN = 64 * 1024;
/** Objects in streams that all tables together, and all streams, may say there are. */
const OBJECTS = 2_000_000;
/** The largest number that a `Uint32Array` holds. */
const NUMBER = 0xffff_ffff;
/** Streams of one number, of which all but one were given up. */
const SAME = 20;

interface ObjectStream {
  readonly start: number;
  readonly end: number;
  /** The numbers of its objects, in order. */
  readonly objects: Uint32Array;
}

/**
 * Streams of objects (ISO 32000-2, 7.5.7), and what tables say to be in them. The parser keeps the objects that a stream
 * itself says to have, up to the first that it throws at; for any other that a table says to be there it parses all of the
 * stream, again for each reference.
 */
export class PdfObjectStreams {
  readonly #reading: Reading;
  readonly #streams = new Map<number, ObjectStream[]>();
  readonly #claimed = new Map<number, number[]>();
  #listed = 0;
  #claims = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** What a stream of objects decodes to. False where it is none that can be parsed once and for all. */
  take(
    number: number | undefined,
    place: { start: number; end: number },
    dictionary: string,
    decoded: Buffer,
  ): boolean {
    if (decoded.length <= SMALL) return true;
    const objects = headOf(dictionary, unpredicted(dictionary, decoded));
    const same = this.#streams.get(number ?? -1) ?? [];
    if (!objects || number === undefined || same.length > SAME || />>\s*stream\b/.test(decoded.toString("latin1")))
      return false;
    this.#listed += objects.length;
    if (this.#listed > OBJECTS) this.#reading.stop("over_entries", "too many objects in streams");
    this.#streams.set(number, [...same, { ...place, objects }]);
    return true;
  }

  /** What a table of objects decodes to. */
  takeTable(dictionary: string, decoded: Buffer): void {
    for (const { object, stream } of claimsOf(dictionary, decoded)) {
      if (++this.#claims > OBJECTS) this.#reading.stop("over_entries", "a table of too many objects");
      const claimed = this.#claimed.get(stream);
      if (claimed) claimed.push(object);
      else this.#claimed.set(stream, [object]);
    }
  }

  /** Streams that do not have all that tables say to be in them. */
  get lacking(): readonly { readonly start: number; readonly end: number }[] {
    return [...this.#streams].flatMap(([number, streams]) => {
      const claimed = this.#claimed.get(number) ?? [];
      return streams.filter(({ objects }) => claimed.some((object) => !isAmong(objects, object)));
    });
  }
}

/**
 * The numbers that a stream of objects begins with: of each object its own, and where it is. Undefined where they are none,
 * or where of many bytes some are no object.
 */
function headOf(dictionary: string, decoded: Buffer): Uint32Array | undefined {
  const [, count] = /\/N\s+(\d+)(?!\d|\s+\d+\s+R)/.exec(dictionary) ?? [];
  const [, first] = /\/First\s+(\d+)(?!\d|\s+\d+\s+R)/.exec(dictionary) ?? [];
  // Of two the parser takes the last.
  if ([/\/N\b/g, /\/First\b/g].some((name) => dictionary.match(name)?.length !== 1)) return undefined;
  if (Number(count) > decoded.length / 2) return undefined;
  const objects = new Uint32Array(Number(count ?? 0));
  const head = decoded.toString("latin1", 0, Number(first ?? 0));
  if (count === undefined || first === undefined || /[^\d\s\0]/.test(head)) return undefined;
  const isLarge = decoded.length > BROKEN;
  const isKept = (from: number, to = decoded.length): boolean =>
    !isLarge || isKeptObject(decoded.subarray(Number(first) + from, to));
  const digits = /\d+/g;
  let before = 0;
  for (const each of objects.keys()) {
    const object = digits.exec(head);
    const offset = Number(digits.exec(head)?.[0] ?? Number.NaN);
    if (!object || Number(object[0]) > NUMBER || !(offset >= before)) return undefined;
    if (each > 0 && !isKept(before, Number(first) + offset)) return undefined;
    objects[each] = Number(object[0]);
    before = offset;
  }
  if (!isKept(before)) return undefined;
  return objects.sort();
}

function isAmong(sorted: Uint32Array, object: number): boolean {
  return sorted[partitionPoint(sorted.length, (index) => (sorted[index] ?? 0) < object)] === object;
}
