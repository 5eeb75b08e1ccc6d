import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Frame } from "../../protocol/pack-frame.ts";
import { recountPack } from "./chunk-rows.ts";
import { decodeChunk, encodeRecords } from "./pack-codec.ts";
import { MissingMasterKey, PackKeys } from "./pack-key.ts";
import { getPack, putPack } from "./pack-store.ts";
import type { PackEnv } from "./new-pack.ts";
import type { Shard } from "./shards.ts";

interface SparsePack {
  readonly id: string;
  readonly owner_id: string;
  readonly key_id: string;
}

interface ChunkRow {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
  readonly size: number;
}

/**
 * Moves the live chunks of packs that are more than half dead into new packs, one for one, so that the old ones can go.
 * Every chunk is authenticated and its hash checked on the way; a pack that is damaged, or whose master key the deployment
 * has no more, is left as it is. The old object stays until its rest is over, for
 * downloads that still read from it.
 *
 * @param before - Packs that changed later are left alone: more of them may be about to die.
 * @returns how many packs were rewritten, at most `limit`.
 */
export async function rewriteSparsePacks(
  env: PackEnv,
  shard: Shard,
  now: number,
  before: number,
  limit: number,
): Promise<number> {
  const { results } = await shard.db
    .prepare(
      `SELECT id, owner_id, key_id FROM packs INDEXED BY packs_sparse
       WHERE size > live * 2 AND changed_at < ?1 AND live > 0 ORDER BY changed_at LIMIT ?2`,
    )
    .bind(before, limit)
    .all<SparsePack>();
  const keys = new PackKeys(env.MASTER_KEYS);
  let rewritten = 0;
  for (const pack of results) {
    try {
      await rewrite(env.PACKS, shard, keys, pack, now);
      rewritten++;
    } catch (error) {
      const isDamaged = error instanceof LedgeError && error.code === "content_damaged";
      if (!isDamaged && !(error instanceof MissingMasterKey)) throw error;
      console.error("a pack cannot be rewritten", { pack: pack.id, error: String(error) });
      // Its good chunks stay where they are; it is looked at again after another rest, behind all others.
      await recountPack(shard.db, pack.id, now).run();
    }
  }
  return rewritten;
}

async function rewrite(bucket: R2Bucket, shard: Shard, keys: PackKeys, old: SparsePack, now: number): Promise<void> {
  const { results: rows } = await shard.db
    .prepare(`SELECT lower(hex(id)) AS id, "offset", length, size FROM chunks WHERE pack_id = ? ORDER BY "offset"`)
    .bind(old.id)
    .all<ChunkRow>();
  const frames = await readFrames(bucket, keys, old, rows);
  const moves: unknown[] = [];
  const statements: D1PreparedStatement[] = [];
  if (frames.length > 0) {
    const id = newId(now);
    const { bytes, placements } = await encodeRecords(keys, id, frames);
    await putPack(bucket, id, shard.name, bytes);
    for (const { id: chunk, offset, length } of placements) moves.push([chunk, offset, length]);
    statements.push(
      shard.db
        .prepare("INSERT INTO packs (id, owner_id, size, key_id, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id, old.owner_id, bytes.length, keys.currentKeyId, now),
      // A chunk whose row died meanwhile, or that another run has moved, is not touched.
      shard.db.prepare(REPOINT).bind(old.owner_id, JSON.stringify(moves), old.id, id),
      recountPack(shard.db, id, now),
    );
  }
  await shard.db.batch([...statements, recountPack(shard.db, old.id, now)]);
}

/** An upsert, so that the planner goes from the moves to their chunks and never walks the owner's. */
export const REPOINT = `
  INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
  SELECT ?1, c.id, ?4, move.value ->> 1, move.value ->> 2, c.size, c.refs, c.touched_at
  FROM json_each(?2) move CROSS JOIN chunks c
    ON c.owner_id = ?1 AND c.id = unhex(move.value ->> 0) AND c.pack_id = ?3
  WHERE true
  ON CONFLICT (owner_id, id) DO UPDATE
    SET pack_id = excluded.pack_id, "offset" = excluded."offset", length = excluded.length`;

/** The plaintext of a pack's live chunks, each verified. A sparse pack's are under half of one pack, so they fit. */
async function readFrames(
  bucket: R2Bucket,
  keys: PackKeys,
  pack: SparsePack,
  rows: readonly ChunkRow[],
): Promise<Frame[]> {
  if (rows.length === 0) return [];
  const bytes = await getPack(bucket, pack.id);
  if (!bytes) throw new LedgeError("content_damaged", `the pack ${pack.id} is not in the bucket`);
  const frames: Frame[] = [];
  for (const row of rows) {
    const record = bytes.subarray(row.offset, row.offset + row.length);
    const plain = await decodeChunk(keys, pack.id, pack.key_id, record, row.id, row.size);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", plain)).toString("hex");
    if (digest !== row.id || plain.length > LIMITS.chunkMaxBytes) {
      throw new LedgeError("content_damaged", `the chunk ${row.id} in the pack ${pack.id}`);
    }
    frames.push({ id: row.id, bytes: plain });
  }
  return frames;
}
