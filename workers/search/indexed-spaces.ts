/** A space as the index has it. */
export interface IndexedSpace {
  /** What its terms begin with (core/search/terms.ts). */
  readonly number: number;
  readonly generation: number;
  readonly epoch: string;
  /** Everything up to and including it has been indexed. */
  readonly seq: number;
}

/** Which making of the index is the present one: what was written under a lower one is to be read anew (X7). */
export async function readGeneration(search: D1Database): Promise<number> {
  const row = await search.prepare("SELECT generation FROM generations WHERE id = 1").first<{ generation: number }>();
  return row?.generation ?? 1;
}

/** Has everything read anew, by and by, as the cron finds it to be behind. */
export async function raiseGeneration(search: D1Database): Promise<void> {
  await search.prepare("UPDATE generations SET generation = generation + 1 WHERE id = 1").run();
}

/** How far the index of some spaces is, by space; those that were never indexed are left out. One row read each. */
export async function readIndexedSpaces(
  search: D1Database,
  spaces: readonly string[],
): Promise<ReadonlyMap<string, IndexedSpace>> {
  const { results } = await search
    .prepare(
      `SELECT s.space_id, s.number, s.generation, s.epoch, s.seq
       FROM json_each(?) CROSS JOIN indexed_spaces s ON s.space_id = value`,
    )
    .bind(JSON.stringify(spaces))
    .all<IndexedSpace & { space_id: string }>();
  return new Map(results.map((row) => [row.space_id, row]));
}

/** How far a space's index is of this making of it and of this history of the space; 0 where it is of others. */
export function watermarkOf(indexed: IndexedSpace | undefined, generation: number, epoch: string): number {
  return indexed?.generation === generation && indexed.epoch === epoch ? indexed.seq : 0;
}

/**
 * A space's row, made where there is none, and begun anew where it is of another generation or epoch. Whoever writes pages
 * of what was there before fails from then on (`guardStatement`).
 */
export async function openIndexedSpace(
  search: D1Database,
  space: string,
  generation: number,
  epoch: string,
  now: number,
): Promise<IndexedSpace> {
  const found = (await readIndexedSpaces(search, [space])).get(space);
  if (found?.generation === generation && found.epoch === epoch) return found;
  await search
    .prepare(
      `INSERT INTO indexed_spaces (space_id, generation, epoch, seq, updated_at) VALUES (?1, ?2, ?3, 0, ?4)
       ON CONFLICT (space_id) DO UPDATE SET generation = excluded.generation, epoch = excluded.epoch, seq = 0,
         updated_at = excluded.updated_at
       WHERE generation <= excluded.generation AND (generation < excluded.generation OR epoch <> excluded.epoch)`,
    )
    .bind(space, generation, epoch, now)
    .run();
  const made = (await readIndexedSpaces(search, [space])).get(space);
  if (!made) throw new Error("the index has lost a space's row");
  return made;
}

/**
 * Raises a watermark, first in its batch, which it makes fail where the watermark is not what `before` says (X2): of two
 * writers of one space one goes on, and the other begins again.
 */
export function guardStatement(
  search: D1Database,
  before: IndexedSpace,
  seq: number,
  now: number,
): D1PreparedStatement {
  return search
    .prepare(
      `UPDATE indexed_spaces
       SET seq = CASE WHEN seq = ?2 AND generation = ?3 AND epoch = ?4 THEN ?5 ELSE -1 END, updated_at = ?6
       WHERE number = ?1`,
    )
    .bind(before.number, before.seq, before.generation, before.epoch, seq, now);
}

/** Whether a batch failed because its watermark had moved. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Error && /CHECK constraint failed: seq/.test(error.message);
}
