import type { Clause, Query } from "./query.ts";

/** Words shorter than this are taken as they are. */
const LEAST_CHARACTERS = 3;
/** Words that one with a letter wrong is searched for as. */
const ALTERNATIVES = 8;
/** Words of a query that may have letters wrong: each is compared with thousands. */
const CORRECTED = 4;

/** Letters that may be wrong in a word: one to four characters, two beyond. */
export function allowedDistance(word: string): number {
  const { length } = [...word];
  return length < LEAST_CHARACTERS ? 0 : length <= 4 ? 1 : 2;
}

/** The words of a query that may have letters wrong: plain ones, the first four. */
export function correctable(query: Query): readonly string[] {
  const words = query.clauses.flatMap(({ words: [word, second], exact }) =>
    word && !second && !exact && !word.isRun && allowedDistance(word.folded) > 0 ? [word.folded] : [],
  );
  return [...new Set(words)].slice(0, CORRECTED);
}

/**
 * Of some words those that are nearest to `word`, within what is allowed, best first. None where one of them begins with it:
 * then it was meant as it is.
 */
export function nearest(word: string, among: Iterable<string>): string[] {
  const allowed = allowedDistance(word);
  const found: { word: string; distance: number }[] = [];
  for (const each of new Set(among)) {
    if (each.startsWith(word)) return [];
    if (Math.abs(each.length - word.length) > allowed) continue;
    const distance = distanceOf(word, each, allowed);
    if (distance <= allowed) found.push({ word: each, distance });
  }
  const least = Math.min(...found.map(({ distance }) => distance));
  return found
    .filter(({ distance }) => distance === least)
    .map((each) => each.word)
    .toSorted()
    .slice(0, ALTERNATIVES);
}

/** The query with words replaced by any of others. */
export function corrected(query: Query, instead: ReadonlyMap<string, readonly string[]>): Query {
  const correct = (clause: Clause): Clause => {
    const [word, second] = clause.words;
    const anyOf = word && !second && !clause.exact ? instead.get(word.folded) : undefined;
    return anyOf ? { ...clause, anyOf: [...anyOf] } : clause;
  };
  return { ...query, clauses: query.clauses.map(correct) };
}

/** Letters added, left out, changed, or changed with their neighbour; anything above `most` for more than that. */
export function distanceOf(a: string, b: string, most: number): number {
  const [left, right] = [[...a], [...b]];
  let older: number[] = [];
  let old = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (const [i, letter] of left.entries()) {
    const row = [i + 1];
    for (const [j, other] of right.entries()) {
      const changed = (old[j] ?? 0) + (letter === other ? 0 : 1);
      let least = Math.min(changed, (old[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1);
      const swapped = i > 0 && j > 0 && letter === right[j - 1] && left[i - 1] === other;
      if (swapped) least = Math.min(least, (older[j - 1] ?? 0) + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    older = old;
    old = row;
  }
  return old.at(-1) ?? 0;
}
