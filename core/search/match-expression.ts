import type { Clause, Filter, Query } from "./query.ts";
import { endingsNamed, inTexts, kindNamed } from "./query.ts";
import { positionsOf, sizeFacets, term, yearFacets, type TermKind } from "./terms.ts";
import { pairsOf, threesOf } from "./words.ts";

/**
 * One of the questions that a search asks the index, one after the other (F3). Each excludes what the ones before found.
 * `name`: all words are in the name. `phrase`: the words are next to each other in the text, in their order. `text`: each
 * is in the name or the text. `filter`: there are no words to find, only filters.
 */
export type Phase = "name" | "phrase" | "text" | "filter";

/** The phases of a query, in their order. */
export function phasesOf(query: Query): readonly Phase[] {
  if (query.clauses.length === 0) return ["filter"];
  return phraseOf(query) ? ["name", "phrase", "text"] : ["name", "text"];
}

/** All words of a query as one phrase; null where it has a single clause, which is one already. */
function phraseOf(query: Query): Clause | null {
  if (query.clauses.length < 2) return null;
  return { words: query.clauses.flatMap(({ words }) => words), exact: query.clauses.at(-1)?.exact ?? true };
}

/**
 * A question in FTS5's language, of some spaces by their numbers. `in:` and `owner:` are not in it, and `before:`, `after:` and
 * `size:` only roughly: the caller looks at what is found.
 */
export function matchExpression(query: Query, phase: Phase, spaces: readonly number[]): string {
  return spaces.map((space) => `(${inSpace(query, phase, space)})`).join(" OR ");
}

function inSpace(query: Query, phase: Phase, space: number): string {
  const wanted = [...termsOfPhase(query, phase, space), ...facetTerms(query, space)];
  const all = wanted.length > 0 ? wanted : [quoted(term("f", space, "a"))];
  const unwanted = [...query.not.map((clause) => anywhere(clause, space)), ...excluded(query, phase, space)];
  // FTS5 reads NOT as an operator of two: (((a) NOT b) NOT c).
  return unwanted.reduce((expression, each) => `(${expression}) NOT (${each})`, `(${all.join(" AND ")})`);
}

function termsOfPhase(query: Query, phase: Phase, space: number): string[] {
  const phrase = phraseOf(query);
  if (phase === "name") return query.clauses.map((clause) => inName(clause, space));
  if (phase === "phrase" && phrase) return [inText(phrase, space)];
  // Of a single clause, what is not in the name is in the text: one look-up less of each of its terms.
  const [only, second] = query.clauses;
  if (phase === "text" && only && !second) return [inText(only, space)];
  return query.clauses.map((clause) => anywhere(clause, space));
}

/** What earlier phases have found. */
function excluded(query: Query, phase: Phase, space: number): string[] {
  if (phase === "name" || phase === "filter") return [];
  const names = query.clauses.map((clause) => inName(clause, space)).join(" AND ");
  const phrase = phase === "text" ? phraseOf(query) : null;
  return phrase ? [names, inText(phrase, space)] : [names];
}

function anywhere(clause: Clause, space: number): string {
  return `(${inName(clause, space)} OR ${inText(clause, space)})`;
}

function inName(clause: Clause, space: number): string {
  return inColumn(clause, space, "n", "i");
}

function inText(clause: Clause, space: number): string {
  return inColumn(inTexts(clause), space, "t", "c");
}

/** @param inside - The kind of the terms that find what is inside a word. */
function inColumn(clause: Clause, space: number, kind: TermKind, inside: TermKind): string {
  if (clause.anyOf) return `(${clause.anyOf.map((word) => quoted(term(kind, space, word))).join(" OR ")})`;
  const phrase = termsInOrder(clause, space, kind);
  const [word, second] = clause.words;
  const threes = clause.exact || second || !word || word.isRun ? [] : threesOf(word.folded);
  if (threes.length === 0) return phrase;
  return `(${phrase} OR ${quoted(threes.map((three) => term(inside, space, three)).join(" "))})`;
}

/** The terms of a clause in their order. Its last word need not be whole; a run's last character begins the next pair. */
function termsInOrder({ words, exact }: Clause, space: number, kind: TermKind): string {
  const last = words.at(-1);
  const before = words.slice(0, -1).flatMap(positionsOf);
  const ending = !last ? [] : last.isRun ? pairsOf(last.folded) : [last.folded];
  const isLong = last?.isRun === true && ending.length > 1;
  const terms = [...before, ...(isLong ? ending.slice(0, -1) : ending)].map((each) => term(kind, space, each));
  const isPrefix = last?.isRun ? !isLong : !exact;
  return `${quoted(terms.join(" "))}${isPrefix ? " *" : ""}`;
}

function facetTerms(query: Query, space: number): string[] {
  const facet = (text: string) => quoted(term("f", space, text));
  const anyOf = (facets: readonly string[]) => `(${facets.map(facet).join(" OR ")})`;
  const terms = query.types.map((filter) => anyOfOrNone(filter, space, facet));
  const { time, size } = query;
  const years = yearFacets(time.from, time.to);
  // The empty facet is nobody's: where no year or size is left, nothing is found.
  if (time.from !== -Infinity || time.to !== Infinity) terms.push(anyOf(["", ...years.map((year) => `y${year}`)]));
  const sizes = sizeFacets(size.from, size.to);
  if (size.from > 0 || size.to !== Infinity) terms.push(anyOf(["", ...sizes.map((each) => `s${each}`)]));
  return terms;
}

function anyOfOrNone({ value, negated }: Filter, space: number, facet: (text: string) => string): string {
  const kind = kindNamed(value);
  const endings = endingsNamed(value).map((ending) => `e${ending}`);
  const found = `(${[...endings, ...(kind ? [`k${kind}`] : [])].map(facet).join(" OR ")})`;
  return negated ? `(${quoted(term("f", space, "a"))} NOT ${found})` : found;
}

/** Terms hold no quotation mark. */
function quoted(terms: string): string {
  return `"${terms}"`;
}
