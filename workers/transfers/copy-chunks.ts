import type { ChunkRef } from "../../protocol/content.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { FRAME_HEADER_BYTES } from "../../protocol/pack-frame.ts";
import { chunkFrames } from "../storage/chunk-frames.ts";
import { locateChunks } from "../storage/contents.ts";
import { readQuota } from "../storage/owners.ts";
import { PackKeys } from "../storage/pack-key.ts";
import { receiveChunksFrom } from "../storage/receive-chunks.ts";
import { heldFor, isMember, type Uploader } from "../storage/sent-chunks.ts";
import { noRoom, overQuota } from "../storage/uploads.ts";
import type { Run } from "./kind.ts";

/** What copies bytes to the target: who asked for the transfer, as a member where the target is somebody else's (M6). */
function uploaderOf({ to, transfer }: Run): Uploader {
  return { ownerId: to.ownerId, userId: transfer.accountId };
}

/** Those of `chunks` that the target does not hold, as far as who asked may know; each once. */
export async function missingChunks(run: Run, chunks: Iterable<ChunkRef>): Promise<ChunkRef[]> {
  const distinct = new Map([...chunks].map((chunk) => [chunk.id, chunk]));
  const held = await heldFor(run.to.shard, uploaderOf(run), [...distinct.keys()], Date.now());
  return [...distinct.values()].filter(({ id }) => !held.has(id));
}

/** Bytes that the target's owner has room for. */
export async function roomAtTarget({ to }: Run): Promise<number> {
  const { quota, used, reserved } = await readQuota(to.shard.db, to.ownerId);
  return quota - used - reserved;
}

/** @throws LedgeError `over_quota` where the target's owner has no room for that many bytes; a member is told no figures. */
export async function requireRoom(run: Run, bytes: number): Promise<void> {
  const quota = await readQuota(run.to.shard.db, run.to.ownerId);
  if (quota.used + quota.reserved + bytes <= quota.quota) return;
  throw isMember(uploaderOf(run)) ? noRoom() : overQuota(bytes, quota);
}

/**
 * Copies chunks from the source's owner to the target's, pack by pack, `run.stepBytes` of them at most (one pack always). What
 * was copied is held there, also where it is cut off.
 *
 * @param missing - As `missingChunks` answers.
 * @returns how many bytes are left.
 * @throws LedgeError `over_quota`; `content_damaged` where the source has lost some of them.
 */
export async function copyChunks(run: Run, missing: readonly ChunkRef[]): Promise<number> {
  let left = missing.reduce((sum, { size }) => sum + size, 0);
  let copied = 0;
  for (const pack of packsOf(await asTheyLie(run, missing))) {
    if (copied > 0 && copied + pack.bytes > run.stepBytes) break;
    const body = await frames(run, pack.chunks, pack.bytes);
    await receiveChunksFrom(run.env, run.to.shard, uploaderOf(run), body, Date.now());
    copied += pack.bytes;
    left -= pack.bytes;
  }
  return left;
}

/** Chunks that one query locates. */
const LOCATED = 10_000;

/** In the order in which they lie in packs, so that those of many small files are read in few pieces. */
async function asTheyLie({ from }: Run, chunks: readonly ChunkRef[]): Promise<readonly ChunkRef[]> {
  if (chunks.length === 1) return chunks;
  const keys = new Map<string, string>();
  for (let at = 0; at < chunks.length; at += LOCATED) {
    const ids = chunks.slice(at, at + LOCATED).map(({ id }) => id);
    const places = await locateChunks(from.shard, from.ownerId, ids);
    for (const [id, { pack, offset }] of places) keys.set(id, `${pack}/${String(offset).padStart(12, "0")}`);
  }
  const keyOf = ({ id }: ChunkRef) => keys.get(id) ?? "";
  return chunks.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface ChunksOfPack {
  readonly chunks: readonly ChunkRef[];
  readonly bytes: number;
}

function* packsOf(missing: readonly ChunkRef[]): Generator<ChunksOfPack> {
  let chunks: ChunkRef[] = [];
  let bytes = 0;
  for (const chunk of missing) {
    const isFull = bytes + chunk.size + (chunks.length + 1) * FRAME_HEADER_BYTES > LIMITS.packBytes;
    if (chunks.length > 0 && (isFull || chunks.length === LIMITS.packChunks)) {
      yield { chunks, bytes };
      chunks = [];
      bytes = 0;
    }
    chunks.push(chunk);
    bytes += chunk.size;
  }
  if (chunks.length > 0) yield { chunks, bytes };
}

async function frames(
  { env, from }: Run,
  chunks: readonly ChunkRef[],
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(bytes + chunks.length * FRAME_HEADER_BYTES);
  const source = { shard: from.shard, ownerId: from.ownerId, packs: env.PACKS, keys: new PackKeys(env.MASTER_KEYS) };
  let filled = 0;
  for await (const piece of chunkFrames(source, chunks)) {
    body.set(piece, filled);
    filled += piece.length;
  }
  return body;
}
