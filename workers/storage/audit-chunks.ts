import type { AuditFinding } from "../../protocol/audit.ts";
import { contentsOf, versionsOf } from "./damaged-contents.ts";
import { LOST } from "./chunk-rows.ts";
import { loseChunks } from "./lost-chunks.ts";
import type { Shard } from "./shards.ts";

/** Chunk rows of an account that one step recounts. All of the account's manifests are read for them. */
const PAGE = 20_000;
/** Chunks that one step counts again one by one: for each, all manifests are searched. */
const MOST_RECOUNTED = 25;
/** Damaged versions that one step names. */
const MOST_FILES = 200;

export interface AuditedChunks {
  readonly checked: number;
  readonly findings: readonly AuditFinding[];
  /** The last chunk id that was looked at; null at the end. */
  readonly next: string | null;
}

interface ChunkRow {
  readonly id: string;
  readonly refs: number;
  readonly pack_id: string;
  /** 1 where a row names the pack, or the chunk is known to be lost. */
  readonly packed: 0 | 1;
}

const ROWS = `
  SELECT lower(hex(c.id)) AS id, c.refs, c.pack_id,
    c.pack_id = '${LOST}' OR EXISTS (SELECT 1 FROM packs p WHERE p.id = c.pack_id) AS packed
  FROM chunks c WHERE c.owner_id = ?1 AND c.id > unhex(?2) ORDER BY c.id LIMIT ?3`;

/** How many contents have a chunk. Ids are digests: nothing else in a manifest reads like one. */
const NAMING = "(SELECT count(*) FROM contents k WHERE k.owner_id = ?1 AND instr(k.manifest, unhex(j.value)) > 0)";

/**
 * Recounts an account's chunks after the id `after`, one page of them, against the manifests of its contents, and names
 * the files that need a chunk which is not there. Uploads, commits and the collector may go on meanwhile: what looks
 * wrong is counted again in the statement that reports or corrects it.
 *
 * @param missing - Packs whose chunks count as lost beside those that are marked so.
 */
export async function auditChunks(
  shard: Shard,
  ownerId: string,
  after: string,
  { repair, missing }: { readonly repair: boolean; readonly missing: ReadonlySet<string> },
  now: number,
): Promise<AuditedChunks> {
  const { results: rows } = await shard.db.prepare(ROWS).bind(ownerId, after, PAGE).all<ChunkRow>();
  const next = rows.length < PAGE ? null : (rows.at(-1)?.id ?? null);
  const known = new Map(rows.map((row) => [row.id, row]));
  const seen = await readManifests(shard, ownerId, known, missing, (id) => id > after && (next === null || id <= next));

  const findings = await losePackless(shard, ownerId, rows, repair, now);
  const doubtful = rows.filter(({ id, refs }) => refs !== (seen.counts.get(id) ?? 0)).map(({ id }) => id);
  findings.push(...(await recount(shard, ownerId, doubtful.slice(0, MOST_RECOUNTED), repair, now)));
  findings.push(...(await missingRows(shard, ownerId, [...seen.rowless].slice(0, MOST_RECOUNTED), repair, now)));
  const files = await versionsOf(shard, ownerId, [...seen.damaged], { newest: false, limit: MOST_FILES });
  for (const { path, version, id } of files) {
    const detail = `version ${version} of ${id}: some of its bytes are not there`;
    findings.push({ problem: "damaged_file", account: ownerId, what: path, detail, repaired: false });
  }
  return { checked: rows.length, findings, next };
}

interface Seen {
  /** Contents that have a chunk. */
  readonly counts: ReadonlyMap<string, number>;
  /** Chunks that contents name and no row does, with their sizes. */
  readonly rowless: ReadonlyMap<string, number>;
  /** Contents that lack a chunk. */
  readonly damaged: ReadonlySet<string>;
}

async function readManifests(
  shard: Shard,
  ownerId: string,
  known: ReadonlyMap<string, ChunkRow>,
  missing: ReadonlySet<string>,
  isWithin: (id: string) => boolean,
): Promise<Seen> {
  const counts = new Map<string, number>();
  const rowless = new Map<string, number>();
  const damaged = new Set<string>();
  for await (const { id: content, manifest } of contentsOf(shard, ownerId)) {
    const counted = new Set<string>();
    for (let index = 0; index < manifest.length; index++) {
      const id = manifest.id(index);
      if (!isWithin(id) || counted.has(id)) continue;
      counted.add(id);
      const row = known.get(id);
      if (row) counts.set(id, (counts.get(id) ?? 0) + 1);
      else rowless.set(id, manifest.size(index));
      if (!row || row.pack_id === LOST || row.packed === 0 || missing.has(row.pack_id)) damaged.add(content);
    }
  }
  return { counts, rowless, damaged };
}

/** Chunks whose pack no row names: without its row nobody knows the key that it is under. */
async function losePackless(
  shard: Shard,
  ownerId: string,
  rows: readonly ChunkRow[],
  repair: boolean,
  now: number,
): Promise<AuditFinding[]> {
  const packs = Map.groupBy(
    rows.filter(({ packed }) => packed === 0),
    (row) => row.pack_id,
  );
  const findings: AuditFinding[] = [];
  for (const [pack, chunks] of packs) {
    if (repair) await shard.db.batch(loseChunks(shard.db, pack, null, now));
    const detail = `no row names the pack of ${chunks.length} chunks`;
    findings.push({ problem: "missing_chunk", account: ownerId, what: pack, detail, repaired: repair });
  }
  return findings;
}

async function recount(
  { db }: Shard,
  ownerId: string,
  ids: readonly string[],
  repair: boolean,
  now: number,
): Promise<AuditFinding[]> {
  if (ids.length === 0) return [];
  const { results } = await db
    .prepare(
      `WITH counts AS MATERIALIZED (
         SELECT j.value AS id, c.refs, ${NAMING} AS counted
         FROM json_each(?2) j CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value))
       SELECT id, refs, counted FROM counts WHERE refs <> counted`,
    )
    .bind(ownerId, JSON.stringify(ids))
    .all<{ id: string; refs: number; counted: number }>();
  if (repair && results.length > 0) {
    await db
      .prepare(CORRECT)
      .bind(ownerId, JSON.stringify(results.map(({ id }) => id)), now)
      .run();
  }
  return results.map(({ id, refs, counted }) => ({
    problem: "wrong_counter",
    account: ownerId,
    what: id,
    detail: `chunks.refs is ${refs}, recounted ${counted}`,
    repaired: repair,
  }));
}

/** One that nothing refers to begins its grace period (U7). */
const CORRECT = `
  INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
  SELECT ?1, c.id, c.pack_id, c."offset", c.length, c.size, ${NAMING}, ?3
  FROM json_each(?2) j CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value)
  WHERE true
  ON CONFLICT (owner_id, id) DO UPDATE SET refs = excluded.refs, touched_at = excluded.touched_at`;

/** Gives chunks that contents name and no row does a row as lost ones, so that they count and can come again. */
async function missingRows(
  { db }: Shard,
  ownerId: string,
  chunks: readonly (readonly [id: string, size: number])[],
  repair: boolean,
  now: number,
): Promise<AuditFinding[]> {
  if (chunks.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT j.value AS id FROM json_each(?2) j
       WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.owner_id = ?1 AND c.id = unhex(j.value)) AND ${NAMING} > 0`,
    )
    .bind(ownerId, JSON.stringify(chunks.map(([id]) => id)))
    .all<{ id: string }>();
  const sizes = new Map(chunks);
  for (const { id } of repair ? results : []) {
    await db
      .prepare(ADD_LOST)
      .bind(ownerId, JSON.stringify([id]), sizes.get(id) ?? 0, now)
      .run();
  }
  const detail = "a content names it, no row does";
  return results.map(({ id }) => ({ problem: "missing_chunk", account: ownerId, what: id, detail, repaired: repair }));
}

const ADD_LOST = `
  INSERT OR IGNORE INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
  SELECT ?1, unhex(j.value), '${LOST}', 0, 0, ?3, ${NAMING}, ?4 FROM json_each(?2) j WHERE ${NAMING} > 0`;
