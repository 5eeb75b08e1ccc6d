import { Buffer } from "node:buffer";

/** Which objects a table says to be in streams of objects. */
export interface Claim {
  readonly object: number;
  readonly stream: number;
}

/** Field of an entry whose object is in a stream. */
const COMPRESSED = 2;

/** The entries of a stream that is a table of objects, of those that are in other streams (ISO 32000-2, 7.5.8). */
export function* claimsOf(dictionary: string, decoded: Buffer): Generator<Claim> {
  const widths = numbersAfter("W", dictionary) ?? [];
  const [first = 0, second = 0, third = 0] = widths;
  const width = first + second + third;
  if (width === 0 || second > 6 || first > 6) return;
  const index = numbersAfter("Index", dictionary) ?? [0, Math.floor(decoded.length / width)];
  const rows = unpredicted(dictionary, decoded);
  let at = 0;
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const [from = 0, count = 0] = index.slice(pair, pair + 2);
    for (let each = 0; each < count && at + width <= rows.length; each++, at += width) {
      if (first === 0 || rows.readUIntBE(at, first) !== COMPRESSED || second === 0) continue;
      yield { object: from + each, stream: rows.readUIntBE(at + first, second) };
    }
  }
}

/** The numbers of a list in a dictionary, by its name; undefined where there is none of numbers alone. */
export function numbersAfter(name: string, dictionary: string): number[] | undefined {
  const [, list] = new RegExp(`/${name}\\s*\\[([\\d\\s]*)\\]`).exec(dictionary) ?? [];
  return list?.split(/\s+/).filter(Boolean).map(Number);
}

/** Rows as they were before each was written as its difference to the one above (PNG's filters, 7.4.4.4). */
export function unpredicted(dictionary: string, decoded: Buffer): Buffer {
  const [, predictor = "1"] = /\/Predictor\s+(\d+)/.exec(dictionary) ?? [];
  const [, columns = "1"] = /\/Columns\s+(\d+)/.exec(dictionary) ?? [];
  if (Number(predictor) < 10) return decoded;
  const width = Number(columns);
  const rows = decoded.subarray(0, Math.floor(decoded.length / (width + 1)) * width);
  const found = new Uint8Array(rows.length);
  for (let row = 0; row * width < found.length; row++) {
    const filter = decoded[row * (width + 1)] ?? 0;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const left = column > 0 ? (found[at - 1] ?? 0) : 0;
      const above = found[at - width] ?? 0;
      const corner = column > 0 ? (found[at - width - 1] ?? 0) : 0;
      found[at] = (decoded[row * (width + 1) + 1 + column] ?? 0) + difference(filter, left, above, corner);
    }
  }
  return Buffer.from(found.buffer);
}

function difference(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const nearest = [left, above, corner].map((each) => Math.abs(left + above - corner - each));
  const [byLeft = 0, byAbove = 0, byCorner = 0] = nearest;
  return byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner;
}
