import { deflateRawSync, inflateRawSync, zstdDecompressSync } from "node:zlib";
import type { IndexedSpace } from "./indexed-spaces.ts";

/** What is known of a content's text. */
export interface KeptText {
  readonly contentId: string;
  /** Readings that began and of which no end is known. */
  readonly attempts: number;
  /** Readings that failed in a way that may pass. */
  readonly failures: number;
  /** Whether it has been read, or given up. */
  readonly isSettled: boolean;
  /** Milliseconds. */
  readonly updatedAt: number;
}

/** What a reading came to: a text, or why there is none; both where only some of it was read. */
export interface ReadText {
  readonly contentId: string;
  readonly text: string | null;
  readonly parked: string | null;
}

/** What is known of some contents of a space, by content; nothing of an older generation. */
export async function readKept(
  search: D1Database,
  space: number,
  generation: number,
  contents: readonly string[],
): Promise<ReadonlyMap<string, KeptText>> {
  if (contents.length === 0) return new Map();
  const { results } = await search
    .prepare(
      `SELECT t.content_id, t.attempts, t.failures, t.updated_at, t.text IS NOT NULL OR t.parked IS NOT NULL AS settled
       FROM json_each(?3) j CROSS JOIN texts t ON t.space = ?1 AND t.content_id = j.value AND t.generation >= ?2`,
    )
    .bind(space, generation, JSON.stringify(contents))
    .all<{ content_id: string; attempts: number; failures: number; updated_at: number; settled: 0 | 1 }>();
  return new Map(
    results.map(({ content_id, attempts, failures, updated_at, settled }) => [
      content_id,
      { contentId: content_id, attempts, failures, isSettled: settled === 1, updatedAt: updated_at },
    ]),
  );
}

/** The texts of some contents, by content, as far as there are any. */
export async function loadTexts(
  search: D1Database,
  contents: readonly { readonly space: number; readonly contentId: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (contents.length === 0) return new Map();
  const { results } = await search
    .prepare(
      `SELECT t.space, t.content_id, t.text FROM json_each(?1) j
       CROSS JOIN texts t ON t.space = j.value ->> 0 AND t.content_id = j.value ->> 1 WHERE t.text IS NOT NULL`,
    )
    .bind(JSON.stringify(contents.map(({ space, contentId }) => [space, contentId])))
    .all<{ space: number; content_id: string; text: string }>();
  return new Map(results.map(({ space, content_id, text }) => [textKey(space, content_id), unpacked(text)]));
}

/** What `loadTexts` names a text by. */
export function textKey(space: number, contentId: string): string {
  return `${space} ${contentId}`;
}

/**
 * Writes down that contents are about to be read: whoever comes after a reader that died knows of which it may be (X4). What
 * another reader has read since this one looked stays.
 */
export async function beginReading(
  search: D1Database,
  space: number,
  generation: number,
  contents: readonly string[],
  now: number,
): Promise<void> {
  if (contents.length === 0) return;
  await search
    .prepare(
      `INSERT INTO texts (space, content_id, generation, attempts, updated_at)
       SELECT ?1, value, ?2, 1, ?4 FROM json_each(?3) WHERE true
       ON CONFLICT (space, content_id) DO UPDATE SET
         attempts = CASE WHEN texts.generation < ?2 THEN 1 ELSE texts.attempts + 1 END,
         failures = CASE WHEN texts.generation < ?2 THEN 0 ELSE texts.failures END,
         generation = ?2, text = NULL, parked = NULL, updated_at = ?4
       WHERE texts.generation < ?2 OR (texts.generation = ?2 AND texts.text IS NULL AND texts.parked IS NULL)`,
    )
    .bind(space, generation, JSON.stringify(contents), now)
    .run();
}

/** Writes down that the storage failed while contents were read, or that their reading was not come to, in its generation. */
export async function endUnread(
  search: D1Database,
  { number, generation }: Pick<IndexedSpace, "number" | "generation">,
  contents: readonly string[],
  failed: string | null,
): Promise<void> {
  await search
    .prepare(
      `UPDATE texts SET attempts = attempts - 1, failures = failures + (content_id IS ?3)
       WHERE space = ?1 AND content_id IN (SELECT value FROM json_each(?2)) AND attempts > 0 AND generation = ?4`,
    )
    .bind(number, JSON.stringify(contents), failed, generation)
    .run();
}

/** Bytes of one JSON parameter: D1 takes 2 MB. */
const PARAMETER_BYTES = 1_000_000;

/** Writes down what readings came to that began in this generation. */
export function keepTextStatements(
  search: D1Database,
  { number, generation }: Pick<IndexedSpace, "number" | "generation">,
  texts: readonly ReadText[],
  now: number,
): D1PreparedStatement[] {
  const rows = texts.map(({ contentId, text, parked }) =>
    JSON.stringify([contentId, text === null || text === "" ? null : packed(text), parked]),
  );
  return slicesOf(rows, PARAMETER_BYTES).map((slice) =>
    search
      .prepare(
        // Not UPDATE … FROM: that goes through all texts of the space, and through all of the JSON for each.
        `INSERT INTO texts (space, content_id, generation, text, parked, updated_at)
         SELECT ?1, t.content_id, t.generation, j.value ->> 1, j.value ->> 2, ?3
         FROM json_each(?2) j CROSS JOIN texts t ON t.space = ?1 AND t.content_id = j.value ->> 0
         WHERE t.generation = ?4
         ON CONFLICT (space, content_id) DO UPDATE SET
           attempts = 0, text = excluded.text, parked = excluded.parked, updated_at = excluded.updated_at`,
      )
      .bind(number, `[${slice.join(",")}]`, now, generation),
  );
}

/** Rows by as many as a parameter holds; a longer one is alone. */
export function slicesOf(rows: readonly string[], bytes: number): string[][] {
  const slices: string[][] = [];
  let room = 0;
  for (const row of rows) {
    const length = row.length * 3 <= bytes ? row.length * 3 : new TextEncoder().encode(row).length;
    if (length > room || slices.length === 0) {
      slices.push([]);
      room = bytes;
    }
    slices.at(-1)?.push(row);
    room -= length;
  }
  return slices;
}

/** How texts begin that were kept as zstd: its magic number (RFC 8878) in base64, which nothing that deflate makes begins with. */
const ZSTD = "KLUv";

/** Deflated: workerd's `zstdCompressSync` throws where more than some 30 KB come out. */
function packed(text: string): string {
  return deflateRawSync(text).toString("base64");
}

function unpacked(kept: string): string {
  const bytes = Buffer.from(kept, "base64");
  return (kept.startsWith(ZSTD) ? zstdDecompressSync(bytes) : inflateRawSync(bytes)).toString("utf8");
}
