import { keepWalk, readWalk } from "./collector-walks.ts";
import type { PackKeys } from "./pack-key.ts";
import type { Shard } from "./shards.ts";

const PREFIX = "thumbnails/";
const IV_BYTES = 12;
/** For so long an object may still be put whose content is gone: longer than the lease of who makes it. Milliseconds. */
const REST_MS = 60 * 60 * 1000;

/** A thumbnail's object: whose it is, and of what. */
interface ThumbnailName {
  readonly ownerId: string;
  readonly contentId: string;
  readonly objectId: string;
}

/** `thumbnails/{owner}/{content}/…` would tell whoever reads the bucket's keys what an owner has: the shard's row does. */
function objectKey(objectId: string): string {
  return PREFIX + objectId;
}

/** The id of a new object, as the shard makes them for what is wanted. */
export function newThumbnailObject(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
}

/** Where thumbnails are kept. */
export interface ThumbnailStore {
  readonly bucket: R2Bucket;
  readonly keys: PackKeys;
  readonly shard: Shard;
}

/**
 * Encrypts as packs are, under a key of the object's own, and stores. Its metadata names the shard whose row it is, as a
 * pack's does.
 *
 * @returns which master key that is under.
 */
export async function putThumbnail(
  { bucket, keys, shard }: ThumbnailStore,
  name: ThumbnailName,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const keyId = keys.currentKeyId;
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await keys.of(objectKey(name.objectId), keyId);
  const algorithm = { name: "AES-GCM", iv, additionalData: associatedData(name) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, bytes));
  const object = new Uint8Array(IV_BYTES + sealed.length);
  object.set(iv);
  object.set(sealed, IV_BYTES);
  await bucket.put(objectKey(name.objectId), object, { customMetadata: { shard: shard.name } });
  return keyId;
}

/** A thumbnail's bytes; null where the object is not there, or is not what was stored. */
export async function getThumbnail(
  bucket: R2Bucket,
  keys: PackKeys,
  name: ThumbnailName,
  keyId: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await bucket.get(objectKey(name.objectId));
  if (!object) return null;
  const bytes = new Uint8Array(await object.arrayBuffer());
  const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, IV_BYTES), additionalData: associatedData(name) };
  try {
    const key = await keys.of(objectKey(name.objectId), keyId);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)));
  } catch (error) {
    console.error("a stored thumbnail cannot be read", { objectId: name.objectId, error: String(error) });
    return null;
  }
}

/** Deletes an object whose content went while it was made. */
export async function deleteThumbnail(bucket: R2Bucket, objectId: string): Promise<void> {
  await bucket.delete(objectKey(objectId));
}

/**
 * Deletes the objects of contents that are gone: first the objects, then what is known of them, so that a crash in between
 * leaves rows that the next run finds.
 *
 * @returns how many, at most `limit` and 1,000.
 */
export async function collectThumbnails(bucket: R2Bucket, shard: Shard, now: number, limit: number): Promise<number> {
  const { results } = await shard.db
    .prepare("SELECT object_id FROM gone_thumbnails WHERE gone_at < ?1 LIMIT ?2")
    .bind(now - REST_MS, Math.min(1_000, limit))
    .all<{ object_id: string }>();
  if (results.length === 0) return 0;
  const ids = results.map(({ object_id }) => object_id);
  await bucket.delete(ids.map(objectKey));
  await shard.db
    .prepare("DELETE FROM gone_thumbnails WHERE object_id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(ids))
    .run();
  return ids.length;
}

/**
 * Deletes a shard's objects put before `before` that no row names, in one page of the bucket a run: what was made since the
 * time that a shard was restored to.
 *
 * @returns how many.
 */
export async function collectOrphanThumbnails(bucket: R2Bucket, shard: Shard, before: number): Promise<number> {
  const at = await readWalk(shard, "thumbnails");
  const page = await bucket.list({
    prefix: PREFIX,
    include: ["customMetadata"],
    ...(at !== null && { startAfter: at }),
  });
  const old = page.objects.filter(
    ({ customMetadata, uploaded }) => customMetadata?.["shard"] === shard.name && uploaded.getTime() < before,
  );
  const { results } = await shard.db
    .prepare(ORPHANS)
    .bind(JSON.stringify(old.map(({ key }) => key.slice(PREFIX.length))))
    .all<{ id: string }>();
  if (results.length > 0) await bucket.delete(results.map(({ id }) => objectKey(id)));
  await keepWalk(shard, "thumbnails", at, page.truncated ? (page.objects.at(-1)?.key ?? null) : null);
  return results.length;
}

const ORPHANS = `
  SELECT j.value AS id FROM json_each(?) j
  WHERE NOT EXISTS (SELECT 1 FROM thumbnails WHERE object_id = j.value)
    AND NOT EXISTS (SELECT 1 FROM gone_thumbnails WHERE object_id = j.value)`;

/** Binds an object to its content: one of another's does not authenticate. */
function associatedData({ ownerId, contentId }: ThumbnailName): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(`${ownerId} ${contentId}`));
}
