import {
  announceThumbnails,
  keepBrought,
  keepUnmade,
  readLacking,
  readLeaving,
  type BroughtThumbnail,
  type LeavingThumbnail,
  type VersionRange,
} from "../storage/brought-thumbnails.ts";
import type { History } from "../storage/histories.ts";
import { PackKeys } from "../storage/pack-key.ts";
import { getThumbnail, newThumbnailObject, putThumbnail } from "../storage/thumbnail-objects.ts";
import { wantAgain } from "../storage/thumbnails.ts";
import type { Run } from "./kind.ts";

/** Thumbnails that one step brings, each with a read and a write of R2 of at most 256 KiB, and how many at once. */
export const BROUGHT_AT_ONCE = 64;
const CONCURRENT = 4;

/** What is known at the source of the pictures of versions that are copied. */
export function leavingThumbnails({ from }: Run, items: readonly History[]): Promise<LeavingThumbnail[]> {
  const ranges = items.flatMap(({ node, after, versions }): VersionRange[] =>
    versions.length > 0 ? [[node.id, after, after + versions.length]] : [],
  );
  return readLeaving(from, ranges);
}

/**
 * Brings thumbnails along to the new owner, whose contents have been made (H6), as many as one step does. What a browser gave
 * comes along to who takes it over themselves, of contents that they did not have before; an editor who moves things into
 * somebody else's folder chooses no picture for the owner's files by it.
 *
 * @returns whether some are left.
 */
export async function bringThumbnails(run: Run, leaving: readonly LeavingThumbnail[]): Promise<boolean> {
  if (leaving.length === 0) return false;
  const { to, transfer } = run;
  const contents = leaving.map(({ contentId }) => contentId);
  const lacking = await readLacking(to.shard, to.ownerId, contents, transfer.createdAt);
  const isOwnDoing = transfer.accountId === to.ownerId;
  const comes = ({ contentId, state, reason }: LeavingThumbnail) =>
    state === "made" && (reason === null || (isOwnDoing && lacking.get(contentId)?.isNew === true));
  const lacked = leaving.filter(({ contentId }) => lacking.has(contentId));
  const [coming, others] = [lacked.filter(comes), lacked.filter((each) => !comes(each))];
  const now = Date.now();
  await keepUnmade(to.shard, to.ownerId, others, now);
  const some = coming.slice(0, BROUGHT_AT_ONCE);
  if (some.length > 0) await bring(run, some, now);
  return coming.length > some.length;
}

async function bring(run: Run, thumbnails: readonly LeavingThumbnail[], now: number): Promise<void> {
  const { to } = run;
  const keys = new PackKeys(run.env.MASTER_KEYS);
  const planned = thumbnails.map((thumbnail) => ({ ...thumbnail, newObjectId: newThumbnailObject() }));
  await announceThumbnails(
    to.shard,
    planned.map(({ newObjectId }) => newObjectId),
    now,
  );
  const brought: BroughtThumbnail[] = [];
  for (let at = 0; at < planned.length; at += CONCURRENT) {
    const copied = await Promise.all(planned.slice(at, at + CONCURRENT).map((each) => copyObject(run, keys, each)));
    brought.push(...copied.flatMap((each) => each ?? []));
  }
  await keepBrought(to.shard, to.ownerId, brought, now);
}

/** Under the new owner's name; null where the object is lost, which its row says from then on. */
async function copyObject(
  { env, from, to }: Run,
  keys: PackKeys,
  thumbnail: LeavingThumbnail & { readonly newObjectId: string },
): Promise<BroughtThumbnail | null> {
  const { contentId, objectId, newObjectId, keyId } = thumbnail;
  const bytes =
    keyId === null ? null : await getThumbnail(env.PACKS, keys, { ownerId: from.ownerId, contentId, objectId }, keyId);
  if (!bytes) {
    await wantAgain(from.shard, objectId, Date.now());
    return null;
  }
  const store = { bucket: env.PACKS, keys, shard: to.shard };
  const newKeyId = await putThumbnail(store, { ownerId: to.ownerId, contentId, objectId: newObjectId }, bytes);
  return { ...thumbnail, newKeyId };
}
