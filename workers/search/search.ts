import { passesRanges } from "../../core/search/filters.ts";
import { marksIn, snippetsOf } from "../../core/search/marks.ts";
import { matchExpression, phasesOf, type Phase } from "../../core/search/match-expression.ts";
import { asksForSomething, parseQuery, type Query } from "../../core/search/query.ts";
import { scoreOf } from "../../core/search/rank.ts";
import { corrected, correctable, nearest } from "../../core/search/typos.ts";
import { wordsOf } from "../../core/search/words.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { SearchHit, SearchPage } from "../../protocol/search.ts";
import type { Caller, Home } from "../api/context.ts";
import type { Env } from "../env.ts";
import type { Candidate } from "./candidates.ts";
import { loadTexts, textKey } from "./kept-texts.ts";
import { reach, type Reached } from "./reach.ts";
import { readSimilar } from "./similar-words.ts";
import { HIDDEN, readWindow } from "./window.ts";
import { decodePosition, encodePosition, type SearchPosition } from "./search-position.ts";
import { listSearched, type SearchedSpace } from "./searched-spaces.ts";

/** Windows that one page looks at; more are left to the next page (F6). */
const WINDOWS = 8;
/** Milliseconds of a page after which no further window is begun: the database has one page's time for one window at worst. */
const PAGE_MILLISECONDS = 4_000;
/**
 * Spaces that are asked at once, the asker's home among the first. Who has folders of more owners than that finds what is in
 * these first.
 */
const SPACES = 20;
/** Of a window, those that the tree is asked for at once. */
const REACHED_AT_ONCE = 100;
/** Characters of texts that one page makes its snippets of, and texts loaded at once. */
const SNIPPET_CHARACTERS = 4_000_000;
const TEXTS_AT_ONCE = 10;

export interface SearchRequest {
  readonly q: string;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/**
 * One page of what the asker has and searches for.
 *
 * @throws LedgeError `invalid_search`, `invalid_cursor`.
 */
export async function search(env: Env, home: Home, caller: Caller, request: SearchRequest): Promise<SearchPage> {
  const query = parseQuery(request.q);
  if ("problem" in query) throw new LedgeError("invalid_search", query.problem);
  const position = request.cursor === undefined ? null : decodePosition(request.cursor, request.q);
  const nothing: SearchPage = { hits: [], next: null, corrected: [] };
  if (!asksForSomething(query)) return nothing;
  const spaces = await listSearched({ directory: env.DIRECTORY, search: env.SEARCH }, query, home, caller);
  if (spaces.length === 0) return nothing;
  if (!position?.corrected) {
    const first = position ?? beginning(request.q, Date.now(), false);
    const page = await new Search(env, query, spaces, phasesOf(query)).page(first, request.limit);
    if (position || page.hits.length > 0 || page.next !== null) return { ...page, corrected: [] };
  }
  return searchCorrected(env, query, spaces, position ?? beginning(request.q, Date.now(), true), request.limit);
}

function beginning(query: string, now: number, isCorrected: boolean): SearchPosition {
  const before = Number.MAX_SAFE_INTEGER;
  return { query, now, group: 0, phase: 0, before, until: null, after: null, corrected: isCorrected };
}

/** Searches names for words that are like those that were asked for and are nowhere (F2). */
async function searchCorrected(
  env: Env,
  query: Query,
  spaces: readonly SearchedSpace[],
  position: SearchPosition,
  limit: number,
): Promise<SearchPage> {
  const instead = new Map<string, readonly string[]>();
  for (const [word, among] of await readSimilar(env, spaces, correctable(query))) {
    const found = nearest(word, among);
    if (found.length > 0) instead.set(word, found);
  }
  if (instead.size === 0) return { hits: [], next: null, corrected: [] };
  const page = await new Search(env, corrected(query, instead), spaces, ["name"]).page(position, limit);
  // Only what is in names that the asker may read: the others' words are not theirs to see.
  const shown = new Set(page.hits.flatMap(({ node }) => [...wordsOf(node.name)].map(({ folded }) => folded)));
  const words = [...instead].map(([word, found]) => ({ word, instead: found.filter((each) => shown.has(each)) }));
  return { ...page, corrected: words.filter((each) => each.instead.length > 0) };
}

/** A candidate in its window's order. */
interface Ranked extends Candidate {
  readonly score: number;
}

/** What is found, before its texts are looked at. */
interface Found {
  readonly candidate: Candidate;
  readonly phase: Phase;
  readonly reached: Reached;
}

/** One page of one query. */
class Search {
  readonly #env: Env;
  readonly #query: Query;
  readonly #spaces: ReadonlyMap<number, SearchedSpace>;
  /** Their numbers in the index. */
  readonly #groups: readonly (readonly number[])[];
  readonly #phases: readonly Phase[];
  readonly #found: Found[] = [];
  /** Entries that were looked at and are none of the asker's. */
  #hidden = 0;

  constructor(env: Env, query: Query, spaces: readonly SearchedSpace[], phases: readonly Phase[]) {
    this.#env = env;
    this.#query = query;
    this.#spaces = new Map(spaces.map((space) => [space.number, space]));
    const numbers = spaces.map(({ number }) => number);
    const groups = Math.ceil(numbers.length / SPACES);
    this.#groups = Array.from({ length: groups }, (_, i) => numbers.slice(i * SPACES, (i + 1) * SPACES));
    this.#phases = phases;
  }

  async page(from: SearchPosition, limit: number): Promise<Pick<SearchPage, "hits" | "next">> {
    let position: SearchPosition | null = from;
    const ends = Date.now() + PAGE_MILLISECONDS;
    for (let window = 0; position && window < WINDOWS && this.#found.length < limit; window++) {
      if (this.#hidden >= HIDDEN || (window > 0 && Date.now() >= ends)) break;
      position = await this.#window(position, limit);
    }
    return { hits: await this.#hits(), next: position && encodePosition(position) };
  }

  /** Goes through one window, and answers where to go on; null where all is done. */
  async #window(position: SearchPosition, limit: number): Promise<SearchPosition | null> {
    const phase = this.#phases[position.phase];
    const group = this.#groups[position.group];
    if (!phase || !group) return null;
    const match = matchExpression(this.#query, phase, group);
    const window = await readWindow(this.#env, this.#query, this.#spaces, match, position);
    this.#hidden += window.hidden;
    const ranked = this.#ranked(window.candidates, position);
    for (let at = 0; at < ranked.length; at += REACHED_AT_ONCE) {
      const some = ranked.slice(at, at + REACHED_AT_ONCE);
      const own = some.filter(({ id }) => !window.reached.has(id));
      const reached = await reach(this.#env, this.#query, this.#spaces, own);
      for (const candidate of some) {
        const found = window.reached.get(candidate.id) ?? reached.get(candidate.id);
        if (!found) continue;
        this.#found.push({ candidate, phase, reached: found });
        if (this.#found.length === limit) {
          return { ...position, until: window.next ?? 0, after: [candidate.score, candidate.id] };
        }
      }
    }
    if (window.next !== null) return { ...position, before: window.next, until: null, after: null };
    const isLast = position.phase === this.#phases.length - 1;
    const [nextGroup, nextPhase] = isLast ? [position.group + 1, 0] : [position.group, position.phase + 1];
    if (nextGroup === this.#groups.length) return null;
    const before = Number.MAX_SAFE_INTEGER;
    return { ...position, group: nextGroup, phase: nextPhase, before, until: null, after: null };
  }

  #ranked(candidates: readonly Candidate[], { now, after }: SearchPosition): Ranked[] {
    return candidates
      .filter((candidate) => passesRanges(this.#query, candidate))
      .map((candidate) => ({ ...candidate, score: scoreOf(this.#query, candidate, now) }))
      .filter(({ score, id }) => !after || score < after[0] || (score === after[0] && id < after[1]))
      .toSorted((a, b) => b.score - a.score || b.id - a.id);
  }

  async #hits(): Promise<SearchHit[]> {
    const { clauses } = this.#query;
    const snippets = await this.#snippets();
    return this.#found.map(({ candidate, phase, reached }) => ({
      ...reached,
      matched: isText(phase) ? "text" : "name",
      nameMarks: marksIn(reached.node.name, clauses),
      snippets: snippets.get(candidate.id) ?? [],
    }));
  }

  /** Of those that were found by their texts, by candidate; as far as the bound on characters reaches. */
  async #snippets(): Promise<Map<number, SearchHit["snippets"]>> {
    const snippets = new Map<number, SearchHit["snippets"]>();
    // What was written since it was indexed has no snippets of what it was before.
    const inText = this.#found
      .filter(({ phase, candidate, reached }) => isText(phase) && candidate.contentId === reached.node.content)
      .map(({ candidate }) => candidate);
    let characters = 0;
    for (let at = 0; at < inText.length && characters < SNIPPET_CHARACTERS; at += TEXTS_AT_ONCE) {
      const some = inText.slice(at, at + TEXTS_AT_ONCE);
      const texts = await loadTexts(
        this.#env.SEARCH,
        some.flatMap(({ space, contentId }) => (contentId === null ? [] : [{ space, contentId }])),
      );
      for (const { id, space, contentId } of some) {
        const text = texts.get(textKey(space, contentId ?? "")) ?? "";
        characters += text.length;
        snippets.set(id, snippetsOf(text, this.#query.clauses));
      }
    }
    return snippets;
  }
}

function isText(phase: Phase): boolean {
  return phase === "phrase" || phase === "text";
}
