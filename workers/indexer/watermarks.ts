/** How far a space has been indexed: everything up to and including `seq`. */
export interface Watermark {
  readonly space: string;
  readonly seq: number;
}

/** The watermarks of `spaces`, by space; those that were never indexed are left out. One row read each. */
export async function readWatermarks(
  search: D1Database,
  spaces: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { results } = await search
    .prepare("SELECT w.space_id, w.seq FROM json_each(?) CROSS JOIN watermarks w ON w.space_id = value")
    .bind(JSON.stringify(spaces))
    .all<{ space_id: string; seq: number }>();
  return new Map(results.map(({ space_id, seq }) => [space_id, seq]));
}

/**
 * Raises watermarks, in one statement. One that is at its seq or beyond it already stays, and is not written (X1).
 *
 * @param now - Milliseconds.
 */
export async function raiseWatermarks(search: D1Database, marks: readonly Watermark[], now: number): Promise<void> {
  if (marks.length === 0) return;
  await search
    .prepare(
      `INSERT INTO watermarks (space_id, seq, updated_at)
       SELECT value ->> 'space', value ->> 'seq', ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (space_id) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at
         WHERE excluded.seq > watermarks.seq`,
    )
    .bind(JSON.stringify(marks), now)
    .run();
}
