import type { AuditFinding } from "../../protocol/audit.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { recountPack } from "./chunk-rows.ts";
import { GRACE_MS } from "./collector.ts";
import { loseChunks } from "./lost-chunks.ts";
import type { PackEnv } from "./new-pack.ts";
import { decodeChunk } from "./pack-codec.ts";
import { MissingMasterKey, PackKeys } from "./pack-key.ts";
import { getPack, hasPack, listObjects, type PackObject } from "./pack-store.ts";
import type { Shard } from "./shards.ts";

/** Pack rows, and objects of the bucket, that one step compares. */
const PAGE = 250;

export interface AuditedPacks {
  readonly checked: number;
  readonly findings: readonly AuditFinding[];
  /** The last pack id that was looked at; null at the end. */
  readonly next: string | null;
}

interface PackRow {
  readonly id: string;
  readonly owner_id: string;
  readonly key_id: string;
  readonly live: number;
  readonly counted: number;
  readonly chunks: number;
  readonly bytes: number;
}

const ROWS = `
  SELECT p.id, p.owner_id, p.key_id, p.live, coalesce(sum(c.length), 0) AS counted, count(c.id) AS chunks,
    coalesce(sum(c.size), 0) AS bytes
  FROM (SELECT * FROM packs WHERE id > ?1 ORDER BY id LIMIT ?2) p LEFT JOIN chunks c ON c.pack_id = p.id
  GROUP BY p.id ORDER BY p.id`;

/**
 * Compares the pack rows after `after` with the bucket, as far as one page of each goes. Rows are read before the bucket: a
 * pack's object is put before its row, so a pack that is being made is not taken for a missing one, and an object is an
 * orphan only when it is old.
 */
export async function auditPacks(
  env: PackEnv,
  shard: Shard,
  after: string,
  { repair, verify }: { readonly repair: boolean; readonly verify: number },
  now: number,
): Promise<AuditedPacks> {
  const { results: rows } = await shard.db.prepare(ROWS).bind(after, PAGE).all<PackRow>();
  const page = await listObjects(env.PACKS, after, PAGE);
  const ends = [rows.length < PAGE ? null : (rows.at(-1)?.id ?? null), page.next].filter((end) => end !== null);
  const next = ends.length === 0 ? null : ends.reduce((a, b) => (a < b ? a : b));
  const isWithin = ({ id }: { readonly id: string }): boolean => next === null || id <= next;

  const known = new Map(rows.filter(isWithin).map((row) => [row.id, row]));
  const objects = page.objects.filter(isWithin);
  const there = new Set(objects.map(({ id }) => id));
  const findings = orphans(objects, known, shard.name, now - GRACE_MS);
  const present: PackRow[] = [];
  const isRepairing = repair && !(await isEmpty(env.PACKS));
  for (const row of known.values()) {
    const isMissing = row.chunks > 0 && !there.has(row.id) && !(await hasPack(env.PACKS, row.id));
    if (isMissing) findings.push(await missingPack(shard, row, isRepairing, now));
    else if (row.live !== row.counted) findings.push(await wrongLive(shard, row, repair, now));
    if (!isMissing && row.chunks > 0) present.push(row);
  }
  const keys = new PackKeys(env.MASTER_KEYS);
  for (const row of sample(present, verify)) findings.push(...(await verifyPack(env, keys, shard, row, repair, now)));
  return { checked: known.size, findings, next };
}

function orphans(
  objects: readonly PackObject[],
  known: ReadonlyMap<string, PackRow>,
  shard: string,
  before: number,
): AuditFinding[] {
  return objects
    .filter((object) => object.shard === shard && object.putAt < before && !known.has(object.id))
    .map(({ id, size, putAt }) => ({
      problem: "orphan_pack",
      account: null,
      what: id,
      detail: `${size} bytes, put at ${new Date(putAt).toISOString()}: the collector takes it away`,
      repaired: false,
    }));
}

async function missingPack(shard: Shard, row: PackRow, repair: boolean, now: number): Promise<AuditFinding> {
  if (repair) await shard.db.batch(loseChunks(shard.db, row.id, null, now));
  return {
    problem: "missing_pack",
    account: row.owner_id,
    what: row.id,
    detail: `${row.chunks} chunks of ${row.bytes} bytes were in it`,
    repaired: repair,
  };
}

async function wrongLive(shard: Shard, row: PackRow, repair: boolean, now: number): Promise<AuditFinding> {
  if (repair) await recountPack(shard.db, row.id, now).run();
  return {
    problem: "wrong_counter",
    account: row.owner_id,
    what: row.id,
    detail: `packs.live is ${row.live}, recounted ${row.counted}`,
    repaired: repair,
  };
}

/** A bucket without a single pack is a wrong or a lost one: to believe it would be to give up everything. */
async function isEmpty(bucket: R2Bucket): Promise<boolean> {
  return (await listObjects(bucket, "", 1)).objects.length === 0;
}

/** `count` of them, chance deciding which. */
function sample<T>(items: readonly T[], count: number): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) {
    taken.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  }
  return taken;
}

/** Authenticates each chunk that rows have in the pack. */
async function verifyPack(
  env: PackEnv,
  keys: PackKeys,
  shard: Shard,
  pack: PackRow,
  repair: boolean,
  now: number,
): Promise<AuditFinding[]> {
  const { results: chunks } = await shard.db
    .prepare(`SELECT lower(hex(id)) AS id, "offset", length, size FROM chunks WHERE pack_id = ? ORDER BY "offset"`)
    .bind(pack.id)
    .all<{ id: string; offset: number; length: number; size: number }>();
  const bytes = await getPack(env.PACKS, pack.id);
  // Gone since: its chunks were moved to another.
  if (!bytes) return [];
  const damaged: string[] = [];
  try {
    for (const { id, offset, length, size } of chunks) {
      const record = bytes.subarray(offset, offset + length);
      if (!(await isIntact(() => decodeChunk(keys, pack.id, pack.key_id, record, id, size)))) damaged.push(id);
    }
  } catch (error) {
    if (!(error instanceof MissingMasterKey)) throw error;
    const finding = { account: pack.owner_id, what: pack.id, detail: error.message, repaired: false };
    return [{ problem: "unreadable_pack", ...finding }];
  }
  if (repair && damaged.length > 0) await shard.db.batch(loseChunks(shard.db, pack.id, damaged, now));
  return damaged.map((id) => ({
    problem: "damaged_chunk",
    account: pack.owner_id,
    what: id,
    detail: `in the pack ${pack.id}`,
    repaired: repair,
  }));
}

async function isIntact(decode: () => Promise<unknown>): Promise<boolean> {
  try {
    await decode();
    return true;
  } catch (error) {
    if (error instanceof LedgeError && error.code === "content_damaged") return false;
    throw error;
  }
}
