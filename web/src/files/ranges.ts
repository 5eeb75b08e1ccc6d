/**
 * Some of a list's indices, as the ranges that they make: where one begins, where it is over (the first index that is not
 * in it), where the next begins … Ascending, and no two touch. Costs what there are ranges, not what is in them: all of
 * 100,000 are two numbers. Never changed.
 */
export type Ranges = readonly number[];

export const NO_RANGES: Ranges = [];

/** The indices from `from` up to, but not with, `to`. */
export function range(from: number, to: number): Ranges {
  return from < to ? [from, to] : NO_RANGES;
}

/** How many indices there are. */
export function countOf(ranges: Ranges): number {
  let count = 0;
  for (let at = 0; at < ranges.length; at += 2) count += (ranges[at + 1] ?? 0) - (ranges[at] ?? 0);
  return count;
}

export function holds(ranges: Ranges, index: number): boolean {
  return borders(ranges, index) % 2 === 1;
}

/** How many borders there are up to an index: odd within a range. */
function borders(ranges: Ranges, index: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is in one of both, but not in the other: a border that both have is none. */
export function flipped(ranges: Ranges, others: Ranges): Ranges {
  const all: number[] = [];
  for (const border of [...ranges, ...others].sort((a, b) => a - b)) {
    if (all.at(-1) === border) all.pop();
    else all.push(border);
  }
  return all;
}

/** What is in either. */
export function joined(ranges: Ranges, others: Ranges): Ranges {
  return flipped(flipped(ranges, others), common(ranges, others));
}

/** What is in both. */
export function common(ranges: Ranges, others: Ranges): Ranges {
  const all: number[] = [];
  for (let [a, b] = [0, 0]; a < ranges.length && b < others.length;) {
    const from = Math.max(ranges[a] ?? 0, others[b] ?? 0);
    const [endOfA, endOfB] = [ranges[a + 1] ?? 0, others[b + 1] ?? 0];
    const to = Math.min(endOfA, endOfB);
    if (from < to) all.push(from, to);
    if (endOfA === to) a += 2;
    if (endOfB === to) b += 2;
  }
  return all;
}

export function shifted(ranges: Ranges, by: number): Ranges {
  return by === 0 ? ranges : ranges.map((border) => border + by);
}

/** The indices, from one up to another, of a list's elements that are meant. */
export function rangesOf<T>(list: readonly T[], from: number, to: number, isMeant: (element: T) => boolean): Ranges {
  const all: number[] = [];
  let isIn = false;
  for (let index = from; index < to; index++) {
    if (isMeant(list[index] as T) === isIn) continue;
    isIn = !isIn;
    all.push(index);
  }
  if (isIn) all.push(to);
  return all;
}

const NOTHING: readonly never[] = [];

/** Those of a list that are in the ranges: the list itself where all are, always the same where none is. */
export function pickedFrom<T>(list: readonly T[], ranges: Ranges): readonly T[] {
  if (ranges.length === 0) return NOTHING;
  if (ranges.length === 2 && ranges[0] === 0 && ranges[1] === list.length) return list;
  const picked: T[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    const to = ranges[at + 1] ?? 0;
    for (let index = ranges[at] ?? 0; index < to; index++) picked.push(list[index] as T);
  }
  return picked;
}
