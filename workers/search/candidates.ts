import { term } from "../../core/search/terms.ts";
import { WORD_CHARACTERS } from "../../core/search/words.ts";
import type { SearchedSpace } from "./searched-spaces.ts";

/** What the index has found. Whether it is there, and for whom, the tree says. */
export interface Candidate {
  /** Grows with the time at which it was indexed. */
  readonly id: number;
  /** indexed_spaces.number */
  readonly space: number;
  readonly nodeId: string;
  readonly contentId: string | null;
  readonly type: "file" | "folder";
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
}

/** Parameters: match, upper bound (exclusive), limit. FTS5 walks from the newest down and stops at the limit. */
export const CANDIDATES_QUERY = `
  SELECT e.id, e.space, e.node_id AS nodeId, e.content_id AS contentId, e.type, e.name, e.size, e.mtime
  FROM (SELECT rowid FROM terms WHERE terms MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3) t
  CROSS JOIN entries e ON e.id = t.rowid`;

/** Those that were indexed last of what matches, before `before`. */
export async function readCandidates(
  search: D1Database,
  match: string,
  before: number,
  limit: number,
): Promise<Candidate[]> {
  const { results } = await search.prepare(CANDIDATES_QUERY).bind(match, before, limit).all<Candidate>();
  return results;
}

/** Words of names that are looked through for one that was mistyped: those that begin alike, and some of all. */
const ALIKE = 30_000;
const ANY = 10_000;
/** Spaces that are. */
const SPACES = 8;

/** Parameters: from (inclusive), to (exclusive), rows, least and most length. */
export const VOCABULARY_QUERY = `
  SELECT term FROM (SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2 LIMIT ?3)
  WHERE length(term) BETWEEN ?4 AND ?5`;

/** Words of names in some spaces that may be what `word` was meant to be: about as long, and few enough to look through. */
export async function readSimilar(
  search: D1Database,
  spaces: readonly SearchedSpace[],
  word: string,
  distance: number,
): Promise<Set<string>> {
  const [first = ""] = word;
  const query = search.prepare(VOCABULARY_QUERY);
  const statements = spaces.slice(0, SPACES).flatMap(({ number }) => {
    const all = term("n", number, "");
    const lengths = [
      all.length + word.length - distance,
      all.length + Math.min(WORD_CHARACTERS, word.length + distance),
    ];
    return [
      query.bind(all + first, after(all + first), ALIKE, ...lengths),
      query.bind(all, after(all), ANY, ...lengths),
    ];
  });
  if (statements.length === 0) return new Set();
  const answers = await search.batch<{ term: string }>(statements);
  const prefix = term("n", 0, "").length;
  return new Set(answers.flatMap(({ results }) => results.map((row) => row.term.slice(prefix))));
}

/** What is behind everything that begins so. */
function after(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
