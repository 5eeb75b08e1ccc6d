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
