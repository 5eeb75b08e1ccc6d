import { allowedDistance } from "../../core/search/typos.ts";
import { term } from "../../core/search/terms.ts";
import { WORD_CHARACTERS, wordsOf } from "../../core/search/words.ts";
import type { Env } from "../env.ts";
import { openShard } from "../storage/shards.ts";
import type { SearchedSpace } from "./searched-spaces.ts";

/** Words of the home's names that are looked through for one that was mistyped: those that begin alike, and some of all. */
const ALIKE = 30_000;
const ANY = 10_000;
/** Spaces of others that are looked into, and names in each. */
const SPACES = 8;
const NAMES = 2_000;

/** Parameters: from (inclusive), to (exclusive), rows, least and most length. */
export const VOCABULARY_QUERY = `
  SELECT term FROM (SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2 LIMIT ?3)
  WHERE length(term) BETWEEN ?4 AND ?5`;

/** What is in folders, level by level. Parameters: space, folders, limit. */
export const NAMES_QUERY = `
  WITH RECURSIVE below AS (
    SELECT value AS id, '' AS name FROM json_each(?2)
    UNION ALL
    SELECT n.id, n.name FROM below CROSS JOIN nodes n INDEXED BY nodes_name
      ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live'
    LIMIT ?3
  )
  SELECT name FROM below`;

/**
 * By word that may have letters wrong, words of names that it may have been meant to be, and such as begin with it. Of the
 * home they are those of the index; of others' spaces those of names that are in the asker's folders, and of nothing else: what
 * is chosen of them would tell what else is there.
 */
export async function readSimilar(
  env: Env,
  spaces: readonly SearchedSpace[],
  words: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const home = spaces.find(({ folders }) => folders === null);
  const [own, others] = await Promise.all([
    home ? readVocabulary(env.SEARCH, home.number, words) : new Map<string, string[]>(),
    readNameWords(env, spaces),
  ]);
  return new Map(words.map((word) => [word, new Set([...(own.get(word) ?? []), ...others])]));
}

async function readVocabulary(
  search: D1Database,
  space: number,
  words: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  if (words.length === 0) return new Map();
  const query = search.prepare(VOCABULARY_QUERY);
  const all = term("n", space, "");
  const statements = words.flatMap((word) => {
    const distance = allowedDistance(word);
    const [first = ""] = word;
    const least = all.length + word.length - distance;
    const most = all.length + Math.min(WORD_CHARACTERS, word.length + distance);
    return [
      query.bind(all + first, after(all + first), ALIKE, least, most),
      query.bind(all, after(all), ANY, least, most),
      query.bind(all + word, after(all + word), 1, 0, Number.MAX_SAFE_INTEGER),
    ];
  });
  const answers = await search.batch<{ term: string }>(statements);
  return new Map(
    words.map((word, i) => [
      word,
      answers.slice(3 * i, 3 * i + 3).flatMap(({ results }) => results.map((row) => row.term.slice(all.length))),
    ]),
  );
}

/** The words of names in the asker's folders of others' spaces. */
async function readNameWords(env: Env, spaces: readonly SearchedSpace[]): Promise<Set<string>> {
  const others = spaces.filter(({ folders }) => folders !== null).slice(0, SPACES);
  const names = await Promise.all(
    others.map(async ({ shard, spaceId, folders }) => {
      const ids = JSON.stringify((folders ?? []).map(({ id }) => id));
      const { results } = await openShard(env, shard, "first-primary")
        .db.prepare(NAMES_QUERY)
        .bind(spaceId, ids, NAMES)
        .all<{ name: string }>();
      return results.map(({ name }) => name);
    }),
  );
  return new Set(
    names.flat().flatMap((name) => [...wordsOf(name)].flatMap((word) => (word.isRun ? [] : [word.folded]))),
  );
}

/** What is behind everything that begins so. */
function after(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
