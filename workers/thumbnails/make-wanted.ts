import { LedgeError } from "../../protocol/errors.ts";
import type { Env } from "../env.ts";
import { readChunks, wantedChunks, type ChunkSource } from "../storage/content-stream.ts";
import { readManifests } from "../storage/contents.ts";
import { PackKeys } from "../storage/pack-key.ts";
import type { Shard } from "../storage/shards.ts";
import { deleteThumbnail, putThumbnail } from "../storage/thumbnail-objects.ts";
import {
  claimThumbnail,
  keepThumbnail,
  LEASE_MS,
  putOffThumbnail,
  type ThumbnailClaim,
  type ThumbnailResult,
} from "../storage/thumbnails.ts";
import { makeThumbnail } from "./make-thumbnail.ts";
import type { Codecs } from "./read-picture.ts";

/** Makings that may begin without end, and failures of the storage (H3). */
const ATTEMPTS = 2;
const FAILURES = 5;
/** Milliseconds that one is put off by after the first failure; twice as long after each further one. */
const PUT_OFF_MS = 30_000;
/** Of one invocation: each takes four of the 1,000 queries that it may make. */
const MOST = 150;

/** What is made, and with what. */
export interface ThumbnailWork {
  readonly env: Env;
  readonly shard: Shard;
  readonly codecs: Codecs;
}

/** Until when another invocation is at it in this isolate, whose memory has room for one picture. Milliseconds since 1970. */
let busyUntil = 0;

/**
 * Makes thumbnails that wait, one after the other, the longest waiting first, until none is due, `ends` has come, or an
 * invocation may make no more.
 *
 * @returns false where this isolate is at pictures already: none was made.
 */
export async function makeWanted(work: ThumbnailWork, ends: number): Promise<boolean> {
  if (Date.now() < busyUntil) return false;
  try {
    for (let taken = 0; taken < MOST && (taken === 0 || Date.now() < ends); taken++) {
      // Who is ended by the platform leaves this behind: it holds for as long as the claim does.
      busyUntil = Date.now() + LEASE_MS;
      const claim = await claimThumbnail(work.shard, Date.now());
      if (!claim) break;
      await makeClaimed(work, claim);
    }
  } finally {
    busyUntil = 0;
  }
  return true;
}

async function makeClaimed(work: ThumbnailWork, claim: ThumbnailClaim): Promise<void> {
  const { shard } = work;
  const { objectId } = claim;
  if (claim.attempts > ATTEMPTS) {
    await keepThumbnail(shard, objectId, { kind: "none", reason: "ended_the_maker" });
    return;
  }
  try {
    const result = await make(work, claim);
    const isThere = await keepThumbnail(shard, objectId, result);
    if (!isThere && result.kind !== "none") await deleteThumbnail(work.env.PACKS, objectId);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "content_damaged") {
      await keepThumbnail(shard, objectId, { kind: "none", reason: "damaged" });
    } else if (claim.failures + 1 >= FAILURES) {
      await keepThumbnail(shard, objectId, { kind: "none", reason: "storage_failed" });
    } else {
      console.error("a thumbnail could not be made, to be tried again", { objectId, error: String(error) });
      await putOffThumbnail(shard, objectId, Date.now() + PUT_OFF_MS * 2 ** claim.failures);
    }
  }
}

async function make({ env, shard, codecs }: ThumbnailWork, claim: ThumbnailClaim): Promise<ThumbnailResult> {
  const { ownerId, contentId } = claim;
  const keys = new PackKeys(env.MASTER_KEYS);
  const source: ChunkSource = { shard, ownerId, packs: env.PACKS, keys };
  const manifest = (await readManifests(shard, ownerId, [contentId])).get(contentId);
  // Gone with its content: nothing is kept of it.
  if (!manifest) return { kind: "none", reason: "damaged" };
  const { offsets } = manifest;
  const size = manifest.length === 0 ? 0 : (offsets[manifest.length - 1] ?? 0) + manifest.size(manifest.length - 1);
  const made = await makeThumbnail(
    { name: "", size, read: (start = 0, end = size) => readChunks(source, wantedChunks(manifest, start, end)) },
    codecs,
  );
  if (made.kind === "none") return made;
  const keyId = await putThumbnail({ bucket: env.PACKS, keys, shard }, claim, made.bytes);
  if (made.kind === "text") return { kind: "text", keyId };
  const { width, height, placeholder } = made;
  return { kind: "image", keyId, width, height, placeholder };
}
