import { LedgeError } from "../../protocol/errors.ts";
import { decodePack, type Frame } from "../../protocol/pack-frame.ts";
import type { PackReceipt } from "../../protocol/upload.ts";
import { chunksOfManifestHex, heldChunks, type NewPack } from "./chunk-rows.ts";
import { ADDED, packStatements, storePack, verifyHashes, type PackEnv } from "./new-pack.ts";
import type { Shard } from "./shards.ts";
import { isMember, noteFirstSent } from "./sent-chunks.ts";
import { expiry, isConstraint, isOverQuota, uploaderOf, type UploadRow } from "./uploads.ts";

/**
 * Takes a pack body: all of it, or nothing (U2, U3, U4).
 *
 * @throws LedgeError `invalid_pack`, `chunk_too_large`, and those of `receiveFrames`.
 */
export async function receivePack(
  env: PackEnv,
  shard: Shard,
  upload: UploadRow,
  body: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<PackReceipt> {
  const frames = decodePack(body);
  if ("code" in frames) throw new LedgeError(frames.code, frames.detail);
  return receiveFrames(env, shard, upload, frames, now);
}

/**
 * Verifies chunks, stores those that are new to the owner as one R2 object, then writes them down in one batch. A crash
 * in between leaves an object that nothing names; the collector finds it. A member is answered as if the owner held nothing
 * but what that member has sent (M6).
 *
 * @throws LedgeError `chunk_not_announced`, `chunk_size_mismatch`, `hash_mismatch`; `upload_expired` where the upload
 *   was closed or expired meanwhile; `over_quota` where a chunk has to be stored again that was not reserved for.
 */
export async function receiveFrames(
  env: PackEnv,
  shard: Shard,
  upload: UploadRow,
  frames: readonly Frame[],
  now: number,
): Promise<PackReceipt> {
  checkAnnounced(upload, frames);
  const distinct = [...new Map(frames.map((frame) => [frame.id, frame])).values()];
  const [held] = await Promise.all([
    heldChunks(
      shard.db,
      upload.owner_id,
      distinct.map(({ id }) => id),
      now,
    ),
    verifyHashes(frames),
  ]);
  const fresh = distinct.filter(({ id }) => !held.has(id));
  const receipt = { accepted: frames.length, expiresAt: expiry(now, upload.created_at) };
  const stored = { stored: 0, storedBytes: 0 };
  if (fresh.length === 0) await extend(shard, upload, now);
  else {
    const pack = await storePack(env, shard, upload.owner_id, fresh, now);
    stored.stored = await writeDown(shard, upload, pack, now);
    stored.storedBytes = pack.size;
  }
  const uploader = uploaderOf(upload);
  return { ...receipt, ...(isMember(uploader) ? await noteFirstSent(shard, uploader, distinct, now) : stored) };
}

function checkAnnounced(upload: UploadRow, frames: readonly Frame[]): void {
  const announced = new Map(chunksOfManifestHex(upload.manifest).map(({ id, size }) => [id, size]));
  for (const { id, bytes } of frames) {
    const size = announced.get(id);
    if (size === undefined) throw new LedgeError("chunk_not_announced", `the upload did not announce the chunk ${id}`);
    if (size !== bytes.length) {
      throw new LedgeError("chunk_size_mismatch", `the chunk ${id} has ${bytes.length} bytes, ${size} were announced`);
    }
  }
}

/**
 * The batch of U3. What counts is what the INSERT really added (a racing request may have brought some of it): the sums
 * are taken from the new pack's own rows, inside the transaction.
 *
 * @returns how many chunks were added.
 */
async function writeDown(shard: Shard, upload: UploadRow, pack: NewPack, now: number): Promise<number> {
  const { db } = shard;
  // Of an upload that is gone by now there is no owner, which a pack must have: the batch aborts.
  const owner = "(SELECT owner_id FROM uploads WHERE owner_id = ?5 AND id = ?6 AND expires_at > ?4)";
  const expiresAt = expiry(now, upload.created_at);
  try {
    const [inserted] = await db.batch([
      ...packStatements(db, pack, owner, [upload.owner_id, upload.id], now),
      db
        .prepare(
          `UPDATE owners SET used = used + ${ADDED},
             reserved = reserved - min(${ADDED}, (SELECT reserved FROM uploads WHERE owner_id = ?3 AND id = ?2))
           WHERE id = ?3`,
        )
        .bind(pack.id, upload.id, upload.owner_id),
      db
        .prepare(
          `UPDATE uploads SET reserved = max(0, reserved - ${ADDED}), expires_at = max(expires_at, ?3) WHERE owner_id = ?4 AND id = ?2`,
        )
        .bind(pack.id, upload.id, expiresAt, upload.owner_id),
    ]);
    return inserted?.meta.changes ?? 0;
  } catch (error) {
    if (isOverQuota(error)) throw new LedgeError("over_quota", "chunks were sent that the upload no longer reserves");
    if (isConstraint(error)) throw new LedgeError("upload_expired");
    throw error;
  }
}

async function extend(shard: Shard, upload: UploadRow, now: number): Promise<void> {
  const { meta } = await shard.db
    .prepare("UPDATE uploads SET expires_at = max(expires_at, ?1) WHERE owner_id = ?4 AND id = ?2 AND expires_at > ?3")
    .bind(expiry(now, upload.created_at), upload.id, now, upload.owner_id)
    .run();
  if (meta.changes === 0) throw new LedgeError("upload_expired");
}
