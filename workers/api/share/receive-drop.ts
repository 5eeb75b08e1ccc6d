import { LedgeError } from "../../../protocol/errors.ts";
import { decodePack } from "../../../protocol/pack-frame.ts";
import type { ChunkRef } from "../../../protocol/content.ts";
import type { Env } from "../../env.ts";
import { noteSent, sentChunks, type DropRow } from "../../storage/drops.ts";
import { readQuota } from "../../storage/owners.ts";
import { receiveChunks } from "../../storage/receive-chunks.ts";
import type { Share } from "../context.ts";
import { shareGate } from "./share-gate.ts";

/**
 * What of announced chunks a drop has not sent yet, where there is room for it.
 *
 * @throws LedgeError `over_quota`, `link_full`: told early, both are looked at again when the bytes come.
 */
export async function missingOfDrop(
  env: Env,
  { link, shard }: Share,
  drop: DropRow,
  chunks: readonly ChunkRef[],
  now: number,
): Promise<string[]> {
  const sizes = new Map(chunks.map(({ id, size }) => [id, size]));
  const sent = await sentChunks(shard, drop, [...sizes.keys()], now);
  const missing = [...sizes.keys()].filter((id) => !sent.has(id));
  const needed = missing.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
  const { quota, used, reserved } = await readQuota(shard.db, drop.owner_id);
  if (used + reserved + needed > quota) throw noRoom();
  const most = link.max_upload_bytes;
  if (most !== null && (await shareGate(env, link.id).receive(0, null)).bytes + needed > most) throw full();
  return missing;
}

/**
 * Takes a pack of a drop: all of it, or nothing (U10). What the drop has not sent before is charged to the link before it is
 * taken (L7).
 *
 * @returns how many chunks.
 * @throws LedgeError `invalid_pack`, `chunk_too_large`, `hash_mismatch`, `over_quota`, `link_full`
 */
export async function receiveDropPack(
  env: Env,
  { link, shard }: Share,
  drop: DropRow,
  body: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<number> {
  const frames = decodePack(body);
  if ("code" in frames) throw new LedgeError(frames.code, frames.detail);
  const sizes = new Map(frames.map(({ id, bytes }) => [id, bytes.length]));
  const sent = await sentChunks(shard, drop, [...sizes.keys()], now);
  const fresh = [...sizes].filter(([id]) => !sent.has(id)).reduce((sum, [, size]) => sum + size, 0);
  const gate = shareGate(env, link.id);
  if (!(await gate.receive(fresh, link.max_upload_bytes)).allowed) throw full();
  let kept = 0;
  try {
    await receiveChunks(env, shard, drop.owner_id, body, now);
    kept = await noteSent(
      shard,
      drop.id,
      [...sizes].map(([id, size]) => ({ id, size })),
    );
  } catch (error) {
    // The owner's figures are none of a guest's.
    throw error instanceof LedgeError && error.code === "over_quota" ? noRoom() : error;
  } finally {
    if (kept < fresh) await gate.unreceive(fresh - kept);
  }
  return frames.length;
}

function noRoom(): LedgeError {
  return new LedgeError("over_quota", "who shares this has no room for it");
}

function full(): LedgeError {
  return new LedgeError("link_full", "this link takes fewer bytes than that");
}
