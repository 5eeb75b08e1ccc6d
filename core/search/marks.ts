import type { Marks, Snippet } from "../../protocol/search.ts";
import { asciiEndings, isAscii } from "./ascii-endings.ts";
import { inTexts, type Clause } from "./query.ts";
import { COMPOUND_CHARACTERS } from "./terms.ts";
import { unfolding } from "./unfolding.ts";
import { wordsOf, type Word } from "./words.ts";

/** Characters of a snippet around its first match. */
const BEFORE = 60;
const AFTER = 140;
/** Characters of the longest match that is shown whole: words of 100 KB, and phrases with as much between them, are not. */
const MATCH = 500;
/** Snippets of a file, and matches marked in one. */
const SNIPPETS = 3;
const MARKS = 20;
/** Words of a text that are looked at. */
const WORDS = 60_000;
/** Of shorter words there are too many for it to be of use to go from one that has them in it to the next. */
const SOUGHT_CHARACTERS = 3;

/** Where any of the clauses is in a name. */
export function marksIn(text: string, clauses: readonly Clause[]): Marks {
  return merged([...matches(text, clauses, 1)].map(({ start, end }) => [start, end]));
}

/**
 * Up to three pieces of a text with what matched, from its beginning on; the first match of each clause is preferred, so that
 * each word that was asked for is seen if it can be.
 */
export function snippetsOf(text: string, clauses: readonly Clause[]): Snippet[] {
  const found: Match[] = [];
  const counts = new Map<number, number>();
  for (const match of matches(text, clauses.map(inTexts), COMPOUND_CHARACTERS)) {
    const count = (counts.get(match.clause) ?? 0) + 1;
    counts.set(match.clause, count);
    if (count <= MARKS) found.push(shownOf(text, match));
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

/** As much of a match as a snippet shows. */
function shownOf(text: string, match: Match): Match {
  return match.end - match.start <= MATCH ? match : { ...match, end: wholeAt(text, match.start + MATCH) };
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

/** A word, and where parts of what it is folded to are in the text. */
interface Place extends Word {
  readonly unfolded: (at: number, length: number) => [from: number, to: number];
}

/**
 * Where clauses match, each by its last word; overlapping ones too.
 *
 * @param insideFrom - Characters of the shortest words that are found by what is inside them.
 */
function* matches(text: string, clauses: readonly Clause[], insideFrom: number): Generator<Match, void, void> {
  for (const recent of endings(text, clauses)) {
    for (const [clause, each] of clauses.entries()) {
      for (const [start, end] of endingWith(recent, each, insideFrom)) yield { clause, start, end };
    }
  }
}

/** Each word that may be the end of a match, as the last of as many as the longest clause has. */
function* endings(text: string, clauses: readonly Clause[]): Generator<readonly Place[], void, void> {
  const longest = Math.max(1, ...clauses.map(({ words }) => words.length));
  const sought = isAscii(text) ? soughtInAscii(clauses) : null;
  if (sought) {
    if (sought.length === 0) return;
    for (const words of asciiEndings(text, sought, longest, WORDS)) yield words.map((word) => placeOf(text, word));
    return;
  }
  const recent: Place[] = [];
  let count = 0;
  for (const word of wordsOf(text)) {
    if (++count > WORDS) return;
    recent.push(placeOf(text, word));
    if (recent.length > longest) recent.shift();
    yield recent;
  }
}

/** What all words of ASCII have in them that end a match; null where that is next to nothing. */
function soughtInAscii(clauses: readonly Clause[]): string[] | null {
  const sought = clauses
    .map(({ words, anyOf }) => (anyOf ? "" : words.at(-1)?.folded))
    .filter((each) => each !== undefined);
  return sought.some((each) => each.length < SOUGHT_CHARACTERS) ? null : sought.filter(isAscii);
}

function placeOf(text: string, word: Word): Place {
  return { ...word, unfolded: unfolding(text, word) };
}

/** The matches of a clause that end in the last of some words. */
function endingWith(recent: readonly Place[], clause: Clause, insideFrom: number): [number, number][] {
  const last = recent.at(-1);
  if (!last) return [];
  if (clause.anyOf) return clause.anyOf.includes(last.folded) ? [[last.start, last.end]] : [];
  if (clause.words.length > 1) return phraseEnding(recent, clause);
  const [wanted] = clause.words;
  if (!wanted || wanted.isRun !== last.isRun) return [];
  if (wanted.isRun) return insides(last, wanted.folded);
  if (last.folded === wanted.folded) return [[last.start, last.end]];
  if (clause.exact) return [];
  if ([...wanted.folded].length >= 3 && last.folded.length >= insideFrom) return insides(last, wanted.folded);
  return last.folded.startsWith(wanted.folded) ? [last.unfolded(0, wanted.folded.length)] : [];
}

function phraseEnding(recent: readonly Place[], { words, exact }: Clause): [number, number][] {
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
  const [begins, ends] = [words[0], words.at(-1)];
  if (!isThere || !first || !last || !begins || !ends) return [];
  // Of a run, which may be a paragraph, only what was asked for.
  const start = first.isRun ? first.unfolded(first.folded.length - begins.folded.length, 1)[0] : first.start;
  return [[start, last.isRun ? last.unfolded(0, ends.folded.length)[1] : last.end]];
}

/** Where a word has another in it, as often as is marked: a run may be a whole text. */
function insides(word: Place, wanted: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = word.folded.indexOf(wanted); at >= 0; at = word.folded.indexOf(wanted, at + wanted.length)) {
    found.push(word.unfolded(at, wanted.length));
    if (found.length === MARKS) break;
  }
  return found;
}
