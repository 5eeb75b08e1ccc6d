/** Pages of some four kilobytes that one run writes: 30 ms of the database's time, in which nobody else is answered. */
const PAGES = 500;

/**
 * Merges some of the parts that the index's terms lie in. FTS5 looks a word up in each part, and leaves a dozen of them after
 * many small writes; what is asked in many spaces then takes three times as long. Where there is one part of a size left, this
 * writes nothing.
 */
export async function mergeTerms(search: D1Database): Promise<void> {
  await search.prepare("INSERT INTO terms (terms, rank) VALUES ('merge', ?)").bind(PAGES).run();
}
