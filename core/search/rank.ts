import type { Query } from "./query.ts";
import { wordsOf } from "./words.ts";

const DAY = 86_400_000;

/** A candidate of one phase, as far as its rank goes. */
export interface Ranked {
  readonly name: string;
  /** Milliseconds. */
  readonly mtime: number;
}

/**
 * How good a hit of a phase is: higher is better. A name's likeness to what was asked for, and less and less what is old;
 * halved in half a year. The same for the same `now`, which is that of a search's first page (F3).
 */
export function scoreOf(query: Query, { name, mtime }: Ranked, now: number): number {
  const age = Math.max(0, now - mtime) / (180 * DAY);
  return likeness(query, name) + 1 / (1 + age);
}

/** 0 to 3: how much of a name was asked for, and how exactly. */
function likeness(query: Query, name: string): number {
  const asked = query.clauses.flatMap(({ words, anyOf }) => anyOf ?? words.map(({ folded }) => folded));
  if (asked.length === 0) return 0;
  const words = [...wordsOf(name)].map(({ folded }) => folded);
  const whole = asked.filter((word) => words.includes(word)).length;
  const begun = asked.filter((word) => words.some((each) => each.startsWith(word))).length;
  const share = Math.min(1, whole / Math.max(1, words.length));
  return (whole + begun) / asked.length + share;
}
