import { keepWalk, readWalk } from "./collector-walks.ts";
import { deletePacks, listPacks } from "./pack-store.ts";
import { collectChunks } from "./collect-chunks.ts";
import { collectContents } from "./collect-contents.ts";
import type { PackEnv } from "./new-pack.ts";
import { rewriteSparsePacks } from "./rewrite-packs.ts";
import type { Shard } from "./shards.ts";
import { releaseExpired } from "./close-uploads.ts";
import { collectOrphanThumbnails, collectThumbnails } from "./thumbnail-objects.ts";

const HOUR_MS = 60 * 60 * 1000;
/** How long a chunk without reference is kept after it was last announced or released (U7). */
export const GRACE_MS = 72 * HOUR_MS;
/** How long a pack that nothing names any more stays readable: downloads that began before may still be at it. */
export const PACK_REST_MS = 24 * HOUR_MS;

/** How much one run may do, so that it ends; what is left waits for the next. */
export interface CollectorBudget {
  readonly uploads: number;
  readonly contents: number;
  readonly chunks: number;
  /** Packs deleted. */
  readonly packs: number;
  /** Packs rewritten: each is read whole. */
  readonly rewrites: number;
}

export const DEFAULT_BUDGET: CollectorBudget = { uploads: 500, contents: 500, chunks: 5_000, packs: 500, rewrites: 20 };

/** What one run did. */
export interface CollectorReport {
  readonly uploads: number;
  readonly contents: number;
  readonly chunks: number;
  readonly packs: number;
  readonly rewrites: number;
  readonly orphans: number;
  readonly thumbnails: number;
  readonly orphanThumbnails: number;
}

/**
 * One bounded run over a shard, deleting in the reverse of the write order (I2): uploads that expired, contents
 * without version, chunks without content, packs without chunk, R2 objects without pack, thumbnails without content. Each step finds its
 * candidates by index and checks them again inside the transaction that removes them, so runs may overlap with each
 * other and with commits, and may stop anywhere.
 */
export async function collect(
  env: PackEnv,
  shard: Shard,
  now: number,
  budget: CollectorBudget = DEFAULT_BUDGET,
): Promise<CollectorReport> {
  return {
    uploads: await releaseExpired(shard, now, budget.uploads),
    contents: await collectContents(shard, now, budget.contents),
    chunks: await collectChunks(shard, now, now - GRACE_MS, budget.chunks),
    rewrites: await rewriteSparsePacks(env, shard, now, now - PACK_REST_MS, budget.rewrites),
    packs: await collectPacks(env.PACKS, shard, now - PACK_REST_MS, Math.min(1_000, budget.packs)),
    orphans: await collectOrphans(env.PACKS, shard, now - GRACE_MS),
    thumbnails: await collectThumbnails(env.PACKS, shard, now, budget.packs),
    orphanThumbnails: await collectOrphanThumbnails(env.PACKS, shard, now - GRACE_MS),
  };
}

/**
 * Deletes packs that no chunk row has named since `before`: the object first, then the row, so that a crash in between
 * leaves a row that the next run finds. A pack never gains chunk rows after the batch that made it.
 */
async function collectPacks(bucket: R2Bucket, shard: Shard, before: number, limit: number): Promise<number> {
  const { results } = await shard.db
    .prepare(
      `SELECT id FROM packs INDEXED BY packs_sparse
       WHERE size > live * 2 AND changed_at < ?1 AND live = 0
         AND NOT EXISTS (SELECT 1 FROM chunks WHERE pack_id = packs.id)
       ORDER BY changed_at LIMIT ?2`,
    )
    .bind(before, limit)
    .all<{ id: string }>();
  if (results.length === 0) return 0;
  const ids = results.map(({ id }) => id);
  await deletePacks(bucket, ids);
  await shard.db
    .prepare("DELETE FROM packs WHERE id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(ids))
    .run();
  return ids.length;
}

/** Deletes objects put before `before` that no pack row names, in one page of the bucket a run. */
async function collectOrphans(bucket: R2Bucket, shard: Shard, before: number): Promise<number> {
  const at = await readWalk(shard, "orphans");
  const page = await listPacks(bucket, shard.name, before, at);
  const { results } = await shard.db
    .prepare("SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM packs WHERE id = value)")
    .bind(JSON.stringify(page.packIds))
    .all<{ id: string }>();
  const orphans = results.map(({ id }) => id);
  await deletePacks(bucket, orphans);
  await keepWalk(shard, "orphans", at, page.next);
  return orphans.length;
}
