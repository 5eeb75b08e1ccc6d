import { PASSING_REASONS } from "../../protocol/parked-reasons.ts";
import type { ParkedContent, SearchState } from "../../protocol/search.ts";

/** Parked contents, newest first: of a reason, or of those that may pass. */
export async function listParked(
  search: D1Database,
  reason: string | undefined,
  limit: number,
): Promise<ParkedContent[]> {
  const { results } = await search
    .prepare(
      `SELECT s.space_id AS space, t.content_id AS content, t.parked AS reason, t.updated_at AS at
       FROM texts t JOIN indexed_spaces s ON s.number = t.space
       WHERE t.parked IS NOT NULL AND t.parked IN (SELECT value FROM json_each(?1))
       ORDER BY t.updated_at DESC, t.rowid DESC LIMIT ?2`,
    )
    .bind(JSON.stringify(reason === undefined ? [...PASSING_REASONS] : [reason]), limit)
    .all<ParkedContent>();
  return results;
}

/** What is in the index: a row read for each entry, text and space. */
export async function countIndex(
  search: D1Database,
): Promise<Pick<SearchState, "entries" | "texts" | "spaces" | "reasons">> {
  const [entries, texts, spaces, reasons] = await search.batch<Record<string, unknown>>([
    search.prepare("SELECT count(*) AS count FROM entries"),
    search.prepare("SELECT count(*) AS count FROM texts"),
    search.prepare(
      `SELECT count(*) AS indexed, count(*) FILTER (WHERE s.generation = g.generation) AS "current"
       FROM generations g CROSS JOIN indexed_spaces s WHERE g.id = 1`,
    ),
    search.prepare(
      `SELECT parked AS reason, count(*) AS contents FROM texts WHERE parked IS NOT NULL
       GROUP BY parked ORDER BY contents DESC, parked`,
    ),
  ]);
  return {
    entries: Number(entries?.results[0]?.["count"] ?? 0),
    texts: Number(texts?.results[0]?.["count"] ?? 0),
    spaces: {
      indexed: Number(spaces?.results[0]?.["indexed"] ?? 0),
      current: Number(spaces?.results[0]?.["current"] ?? 0),
    },
    reasons: (reasons?.results ?? []) as { reason: string; contents: number }[],
  };
}

/**
 * Has parked contents of reasons that may pass read again: what is known of them is forgotten, and their spaces are gone
 * through from the beginning, where all else is found to be indexed.
 *
 * @returns the contents, and the spaces that are behind now.
 */
export async function unpark(search: D1Database, limit: number): Promise<{ contents: number; spaces: string[] }> {
  const { results } = await search
    .prepare(
      `SELECT t.space, t.content_id, s.space_id FROM texts t JOIN indexed_spaces s ON s.number = t.space
       WHERE t.parked IS NOT NULL AND t.parked IN (SELECT value FROM json_each(?1)) LIMIT ?2`,
    )
    .bind(JSON.stringify([...PASSING_REASONS]), limit)
    .all<{ space: number; content_id: string; space_id: string }>();
  if (results.length === 0) return { contents: 0, spaces: [] };
  const contents = JSON.stringify(results.map(({ space, content_id }) => [space, content_id]));
  await search.batch([
    search
      .prepare(
        `UPDATE entries SET generation = 0 WHERE id IN (
           SELECT e.id FROM json_each(?1) j CROSS JOIN entries e INDEXED BY entries_content
           ON e.space = j.value ->> 0 AND e.content_id = j.value ->> 1)`,
      )
      .bind(contents),
    search
      .prepare(
        `DELETE FROM texts WHERE rowid IN (
           SELECT t.rowid FROM json_each(?1) j CROSS JOIN texts t ON t.space = j.value ->> 0 AND t.content_id = j.value ->> 1)`,
      )
      .bind(contents),
    // As of another generation: whoever is at a page of it fails, and it is begun anew.
    search
      .prepare("UPDATE indexed_spaces SET generation = 0 WHERE number IN (SELECT value ->> 0 FROM json_each(?1))")
      .bind(contents),
  ]);
  return { contents: results.length, spaces: [...new Set(results.map(({ space_id }) => space_id))] };
}
