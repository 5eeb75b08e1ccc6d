/** Bytes `start` (inclusive) to `end` (exclusive) of a file. Never empty. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type RangeAnswer =
  /** No usable `Range`: the whole file, 200. */
  | { readonly kind: "whole" }
  /** One or more, ascending and apart from each other: 206. */
  | { readonly kind: "ranges"; readonly ranges: readonly [ByteRange, ...ByteRange[]] }
  /** 416. */
  | { readonly kind: "unsatisfiable" };

const WHOLE: RangeAnswer = { kind: "whole" };

/**
 * What a `Range` header asks of a file of `size` bytes (RFC 9110, section 14). A header that is malformed, of another
 * unit, or that asks for more than `maxParts` separate ranges is as good as absent, as the RFC allows. Ranges that
 * touch or overlap are merged, and answered in ascending order.
 */
export function parseRange(header: string | undefined, size: number, maxParts: number): RangeAnswer {
  const set = /^bytes=(.*)$/i.exec(header?.trim() ?? "")?.[1];
  if (set === undefined) return WHOLE;
  const specs = set
    .split(",")
    .map((spec) => spec.trim())
    .filter((spec) => spec !== "");
  if (specs.length === 0) return WHOLE;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, size);
    if (range === "malformed") return WHOLE;
    if (range) ranges.push(range);
  }
  const [first, ...others] = merge(ranges);
  // A suffix of the empty file is the empty file (section 14.1.2), which no Content-Range can say.
  if (!first) return size === 0 && specs.some((spec) => /^-0*[1-9]/.test(spec)) ? WHOLE : { kind: "unsatisfiable" };
  return others.length < maxParts ? { kind: "ranges", ranges: [first, ...others] } : WHOLE;
}

/** One `first-last`, `first-` or `-suffix`; null where it lies outside the file. */
function parseSpec(spec: string, size: number): ByteRange | null | "malformed" {
  const match = /^(\d*)-(\d*)$/.exec(spec);
  if (!match) return "malformed";
  const [, first = "", last = ""] = match;
  if (first === "") {
    if (last === "") return "malformed";
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size } : null;
  }
  if (last !== "" && Number(last) < Number(first)) return "malformed";
  const start = Number(first);
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : null;
}

function merge(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && range.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else merged.push(range);
  }
  return merged;
}

/** `Content-Range` of a part. */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}

/** The framing of a `multipart/byteranges` body (RFC 9110, section 14.6): what goes before each part, and at the end. */
export interface MultipartFrame {
  readonly heads: readonly string[];
  readonly tail: string;
  /** Of the whole body, in bytes. */
  readonly length: number;
}

/** `boundary` must not occur in the file's bytes; 128 random bits do not. All framing is ASCII. */
export function frameParts(ranges: readonly ByteRange[], size: number, type: string, boundary: string): MultipartFrame {
  const heads = ranges.map(
    (range) => `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
  );
  const tail = `\r\n--${boundary}--\r\n`;
  const framing = heads.reduce((sum, head) => sum + head.length, tail.length);
  return { heads, tail, length: ranges.reduce((sum, { start, end }) => sum + end - start, framing) };
}
