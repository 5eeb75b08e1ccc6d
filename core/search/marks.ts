import type { Marks, Snippet } from "../../protocol/search.ts";
import type { Clause } from "./query.ts";
import { wordsOf, type Word } from "./words.ts";

/** Characters of a snippet around its first match. */
const BEFORE = 60;
const AFTER = 140;
/** Snippets of a file, and matches marked in one. */
const SNIPPETS = 3;
const MARKS = 20;
/** Words of a text that are looked at. */
const WORDS = 60_000;

/** Where any of the clauses is in a name. */
export function marksIn(text: string, clauses: readonly Clause[]): Marks {
  return merged([...matches(text, clauses)].map(({ start, end }) => [start, end]));
}

/**
 * Up to three pieces of a text with what matched, from its beginning on; the first match of each clause is preferred, so that
 * each word that was asked for is seen if it can be.
 */
export function snippetsOf(text: string, clauses: readonly Clause[]): Snippet[] {
  const found: Match[] = [];
  const counts = new Map<number, number>();
  for (const match of matches(text, clauses)) {
    const count = (counts.get(match.clause) ?? 0) + 1;
    counts.set(match.clause, count);
    if (count <= MARKS) found.push(match);
    if (counts.size === clauses.length && [...counts.values()].every((each) => each >= SNIPPETS)) break;
  }
  const firsts = found.toSorted((a, b) => rank(found, a) - rank(found, b) || a.start - b.start);
  const pieces: { from: number; to: number }[] = [];
  for (const { start, end } of firsts) {
    if (pieces.length === SNIPPETS) break;
    if (pieces.some(({ from, to }) => start >= from && end <= to)) continue;
    pieces.push(pieceAround(text, start, end, pieces));
  }
  return pieces.toSorted((a, b) => a.from - b.from).map(({ from, to }) => snippet(text, from, to, found));
}

interface Match {
  readonly clause: number;
  readonly start: number;
  readonly end: number;
}

/** How many matches of the same clause are before it. */
function rank(found: readonly Match[], match: Match): number {
  return found.filter(({ clause, start }) => clause === match.clause && start < match.start).length;
}

/** Cut at spaces where there are some, and where other pieces begin or end. */
function pieceAround(text: string, start: number, end: number, others: readonly { from: number; to: number }[]) {
  const least = Math.max(0, start - BEFORE, ...others.map(({ to }) => (to <= start ? to : 0)));
  const most = Math.min(text.length, end + AFTER, ...others.map(({ from }) => (from >= end ? from : Infinity)));
  const space = least === 0 ? -1 : text.slice(least, start).search(/\s/);
  const from = least === 0 ? 0 : space >= 0 ? least + space + 1 : wholeAt(text, least);
  const lastSpace = most === text.length ? -1 : text.slice(end, most).search(/\s\S*$/);
  const to = most === text.length ? most : lastSpace >= 0 ? end + lastSpace : wholeAt(text, most);
  return { from: Math.min(from, start), to: Math.max(to, end) };
}

/** Not in the middle of a code point. */
function wholeAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

function snippet(text: string, from: number, to: number, found: readonly Match[]): Snippet {
  const inside = found.filter(({ start, end }) => start >= from && end <= to);
  return {
    // One for one, so that positions stay.
    text: text.slice(from, to).replace(/\s/g, " "),
    marks: merged(inside.map(({ start, end }) => [start - from, end - from])),
    startsCut: from > 0,
    endsCut: to < text.length,
  };
}

function merged(marks: readonly [number, number][]): Marks {
  const result: [number, number][] = [];
  for (const [from, to] of marks.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Where clauses match, each by its last word; overlapping ones too. */
function* matches(text: string, clauses: readonly Clause[]): Generator<Match, void, void> {
  const longest = Math.max(1, ...clauses.map(({ words }) => words.length));
  const recent: Word[] = [];
  let count = 0;
  for (const word of wordsOf(text)) {
    if (++count > WORDS) return;
    recent.push(word);
    if (recent.length > longest) recent.shift();
    for (const [clause, each] of clauses.entries()) {
      for (const [start, end] of endingWith(recent, each)) yield { clause, start, end };
    }
  }
}

/** The matches of a clause that end in the last of some words. */
function endingWith(recent: readonly Word[], clause: Clause): [number, number][] {
  const last = recent.at(-1);
  if (!last) return [];
  if (clause.anyOf) return clause.anyOf.includes(last.folded) ? [[last.start, last.end]] : [];
  if (clause.words.length > 1) return phraseEnding(recent, clause);
  const [wanted] = clause.words;
  if (!wanted || wanted.isRun !== last.isRun) return [];
  if (clause.exact && !wanted.isRun) return last.folded === wanted.folded ? [[last.start, last.end]] : [];
  return insides(last, wanted.folded, [...wanted.folded].length >= 3 || wanted.isRun);
}

function phraseEnding(recent: readonly Word[], { words, exact }: Clause): [number, number][] {
  const candidates = recent.slice(-words.length);
  const isThere =
    candidates.length === words.length &&
    words.every((wanted, i) => {
      const word = candidates[i];
      if (!word || word.isRun !== wanted.isRun) return false;
      const isFirst = i === 0;
      const isLast = i === words.length - 1;
      if (word.folded === wanted.folded) return true;
      if (isLast) return (wanted.isRun || !exact) && word.folded.startsWith(wanted.folded);
      return isFirst && wanted.isRun && word.folded.endsWith(wanted.folded);
    });
  const [first, last] = [candidates[0], candidates.at(-1)];
  return isThere && first && last ? [[first.start, last.end]] : [];
}

/** Where a word has another in it; the whole word where folding moved its characters. */
function insides(word: Word, wanted: string, anywhere: boolean): [number, number][] {
  const at = anywhere ? word.folded.indexOf(wanted) : word.folded.startsWith(wanted) ? 0 : -1;
  if (at < 0) return [];
  const isInPlace = word.folded.length === word.end - word.start;
  return isInPlace ? [[word.start + at, word.start + at + wanted.length]] : [[word.start, word.end]];
}
