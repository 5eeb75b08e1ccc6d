import { LedgeError } from "../../protocol/errors.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import { decodePack, type Frame } from "../../protocol/pack-frame.ts";
import type { PackReceipt } from "../../protocol/upload.ts";
import { heldChunks } from "./chunk-rows.ts";
import { readQuota, type Quota } from "./owners.ts";
import { deletePacks } from "./pack-store.ts";
import { ADDED, packStatements, storePack, verifyHashes, type PackEnv } from "./new-pack.ts";
import { firstSent, isMember, noteFirstSent, type Uploader } from "./sent-chunks.ts";
import type { Shard } from "./shards.ts";
import { expiry, isOverQuota, noRoom, overQuota } from "./uploads.ts";

/**
 * Takes chunks that no upload announced: all of them, or none (U10). Nothing is reserved, because the bytes are here; the
 * quota's trigger counts them in the batch that writes them down.
 *
 * @throws LedgeError `invalid_pack`, `chunk_too_large`, `hash_mismatch`, `over_quota`.
 */
export async function receiveChunks(
  env: PackEnv,
  shard: Shard,
  ownerId: string,
  body: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<PackReceipt> {
  const frames = decodePack(body);
  if ("code" in frames) throw new LedgeError(frames.code, frames.detail);
  const distinct = [...new Map(frames.map((frame) => [frame.id, frame])).values()];
  const ids = distinct.map(({ id }) => id);
  const [held, quota] = await Promise.all([
    heldChunks(shard.db, ownerId, ids, now),
    readQuota(shard.db, ownerId),
    verifyHashes(frames),
  ]);
  const fresh = distinct.filter(({ id }) => !held.has(id));
  const receipt = { accepted: frames.length, stored: 0, storedBytes: 0, expiresAt: expiry(now, now) };
  if (fresh.length === 0) return receipt;
  requireRoom(quota, fresh);
  const pack = await storePack(env, shard, ownerId, fresh, now);
  try {
    const [inserted] = await shard.db.batch([
      ...packStatements(shard.db, pack, "(SELECT id FROM owners WHERE id = ?5)", [ownerId], now),
      shard.db.prepare(`UPDATE owners SET used = used + ${ADDED} WHERE id = ?2`).bind(pack.id, ownerId),
    ]);
    return { ...receipt, stored: inserted?.meta.changes ?? 0, storedBytes: pack.size };
  } catch (error) {
    if (!isOverQuota(error)) throw error;
    // Nothing names it. Where this fails, the collector finds it, days later.
    await deletePacks(env.PACKS, [pack.id]).catch(() => undefined);
    throw new LedgeError("over_quota", "the chunks do not fit");
  }
}

/**
 * As `receiveChunks`, from the owner or a member (M6): a member's chunks need room, and are answered as stored, where that
 * member has not sent them before, whatever the owner holds.
 */
export async function receiveChunksFrom(
  env: PackEnv,
  shard: Shard,
  uploader: Uploader,
  body: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<PackReceipt> {
  const { ownerId } = uploader;
  if (!isMember(uploader)) return receiveChunks(env, shard, ownerId, body, now);
  const frames = decodePack(body);
  if ("code" in frames) throw new LedgeError(frames.code, frames.detail);
  // Before anything is told of them: nobody is answered by a hash alone.
  await verifyHashes(frames);
  const first = await firstSent(shard, uploader, frames, now);
  const { quota, used, reserved } = await readQuota(shard.db, ownerId);
  if (used + reserved + bytesOf(first) > quota) throw noRoom();
  const receipt = await receiveChunks(env, shard, ownerId, body, now).catch((error: unknown) => {
    throw error instanceof LedgeError && error.code === "over_quota" ? noRoom() : error;
  });
  return { ...receipt, ...(await noteFirstSent(shard, uploader, frames, now)) };
}

function bytesOf(chunks: readonly ChunkRef[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}

/** So that what cannot be kept is not put into the bucket first. */
function requireRoom(quota: Quota, fresh: readonly Frame[]): void {
  const needed = fresh.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (quota.used + quota.reserved + needed > quota.quota) throw overQuota(needed, quota);
}
