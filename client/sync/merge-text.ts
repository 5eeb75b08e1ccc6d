import { diff3Merge } from "node-diff3";

const MAX_BYTES = 1024 * 1024;
/** Pairs of equal lines that a comparison may have to look at: some tenths of a second. */
const MAX_PAIRS = 4_000_000;

/**
 * Merges two edits of one text by lines (Y4), endings included. Null where one of the three is no text (UTF-8, no NUL, at
 * most 1 MiB), where the edits overlap, and where comparing them would take too long.
 */
export function mergeText(base: Uint8Array, local: Uint8Array, remote: Uint8Array): Uint8Array | null {
  const texts = [base, local, remote].map(linesOf);
  const [origin, ours, theirs] = texts;
  if (!origin || !ours || !theirs) return null;
  const head = commonHead(origin, ours, theirs);
  const tail = commonTail(origin, ours, theirs, head);
  const [middle, left, right] = [origin, ours, theirs].map((lines) => lines.slice(head, lines.length - tail));
  if (!middle || !left || !right || pairs(middle, left) + pairs(middle, right) > MAX_PAIRS) return null;
  const merged = origin.slice(0, head);
  const regions = diff3Merge(left, middle, right, { excludeFalseConflicts: true }) as { ok?: string[] }[];
  for (const region of regions) {
    if (!region.ok) return null;
    for (const line of region.ok) merged.push(line);
  }
  return new TextEncoder().encode(merged.concat(origin.slice(origin.length - tail)).join(""));
}

/** Lines with their endings; null where the bytes are no text. A byte order mark is kept. */
function linesOf(bytes: Uint8Array): string[] | null {
  if (bytes.length > MAX_BYTES || bytes.includes(0)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text === "" ? [] : text.split(/(?<=\n)/);
  } catch {
    return null;
  }
}

/** One line less than all have in common: an insertion at the border must still be seen to touch its neighbour. */
function commonHead(a: readonly string[], b: readonly string[], c: readonly string[]): number {
  const most = Math.min(a.length, b.length, c.length);
  let length = 0;
  while (length < most && a[length] === b[length] && a[length] === c[length]) length++;
  return Math.max(0, length - 1);
}

function commonTail(a: readonly string[], b: readonly string[], c: readonly string[], head: number): number {
  const most = Math.min(a.length, b.length, c.length) - head;
  let length = 0;
  while (length < most && a.at(-1 - length) === b.at(-1 - length) && a.at(-1 - length) === c.at(-1 - length)) length++;
  return Math.max(0, length - 1);
}

/** How many pairs of equal lines there are: what the comparison's time goes by. */
function pairs(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  let total = a.length + b.length;
  for (const line of b) total += counts.get(line) ?? 0;
  return total;
}
