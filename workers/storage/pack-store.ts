const PREFIX = "packs/";

/** The R2 key of a pack. */
export function packObjectKey(packId: string): string {
  return PREFIX + packId;
}

/**
 * Stores a new pack. Its metadata names the shard whose rows will point at it, so that each shard's collector sweeps
 * what is its own and no other's.
 */
export async function putPack(
  bucket: R2Bucket,
  packId: string,
  shardName: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await bucket.put(packObjectKey(packId), bytes, { customMetadata: { shard: shardName } });
}

/** A whole pack, or null where the object is not there. */
export async function getPack(bucket: R2Bucket, packId: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await bucket.get(packObjectKey(packId));
  return object ? new Uint8Array(await object.arrayBuffer()) : null;
}

/** Deletes packs; those that are gone already are no error. At most 1,000. */
export async function deletePacks(bucket: R2Bucket, packIds: readonly string[]): Promise<void> {
  if (packIds.length > 0) await bucket.delete(packIds.map(packObjectKey));
}

export interface PackPage {
  /** Of the shard's packs in this page of the bucket, those put before the given time. */
  readonly packIds: readonly string[];
  /** Where to go on, or null at the end. */
  readonly next: string | null;
}

/** One page (at most 1,000 objects) of the bucket, after the key `after`. */
export async function listPacks(
  bucket: R2Bucket,
  shardName: string,
  putBefore: number,
  after: string | null,
): Promise<PackPage> {
  const page = await bucket.list({
    prefix: PREFIX,
    include: ["customMetadata"],
    ...(after !== null && { startAfter: after }),
  });
  const packIds = page.objects
    .filter((object) => object.customMetadata?.["shard"] === shardName && object.uploaded.getTime() < putBefore)
    .map((object) => object.key.slice(PREFIX.length));
  return { packIds, next: page.truncated ? (page.objects.at(-1)?.key ?? null) : null };
}

/** Whether a pack's object is there. */
export async function hasPack(bucket: R2Bucket, packId: string): Promise<boolean> {
  return (await bucket.head(packObjectKey(packId))) !== null;
}

/** A pack's object, of whichever shard. */
export interface PackObject {
  readonly id: string;
  /** Null where it does not say. */
  readonly shard: string | null;
  /** Bytes. */
  readonly size: number;
  readonly putAt: number;
}

/** The objects of at most `limit` packs, by id, after one; `next` is the last one's id, or null at the end. */
export async function listObjects(
  bucket: R2Bucket,
  after: string,
  limit: number,
): Promise<{ readonly objects: readonly PackObject[]; readonly next: string | null }> {
  const page = await bucket.list({
    prefix: PREFIX,
    limit,
    include: ["customMetadata"],
    ...(after !== "" && { startAfter: packObjectKey(after) }),
  });
  const objects = page.objects.map((object) => ({
    id: object.key.slice(PREFIX.length),
    shard: object.customMetadata?.["shard"] ?? null,
    size: object.size,
    putAt: object.uploaded.getTime(),
  }));
  return { objects, next: page.truncated ? (objects.at(-1)?.id ?? null) : null };
}
