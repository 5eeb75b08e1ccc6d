import { LedgeError } from "../../../protocol/errors.ts";
import type { Env } from "../../env.ts";
import { ownerOf } from "../../storage/directory-members.ts";
import { unshareOnShard } from "../../storage/shared-folders.ts";
import { openShard } from "../../storage/shards.ts";
import { userSync } from "../user-sync.ts";

/** A folder, and where its owner's rows are. */
export interface FolderOfOwner {
  readonly folderId: string;
  readonly ownerId: string;
  readonly shard: string;
  readonly spaceId: string;
}

/**
 * Has the shard know that a folder is shared, as often as that is said: commits there write its journal from then on. To be said
 * before and after the directory is told: an unsharing that was under way may have taken it back in between.
 *
 * @throws LedgeError `mount_in_shared`; `not_found` where it is no live folder below the root
 */
export async function shareOnItsShard(env: Env, { folderId, ownerId, shard, spaceId }: FolderOfOwner): Promise<void> {
  const outcome = await userSync(env, ownerId).share({ shard, spaceId }, folderId);
  if (outcome === "mounts") throw new LedgeError("mount_in_shared", "what others share with you is in this folder");
  if (outcome === "gone") throw new LedgeError("not_found");
}

/**
 * Has the shard know that a folder is no longer shared, where the directory does not have it as its owner's: to be said after the
 * directory was told. What the directory says may change meanwhile, so it is looked at after each step.
 */
export async function unshareOnItsShard(env: Env, folder: FolderOfOwner): Promise<void> {
  const { folderId, shard, spaceId } = folder;
  for (let attempt = 0; attempt < 3; attempt++) {
    await unshareOnShard(openShard(env, shard, "first-primary"), spaceId, folderId);
    if (!(await isShared(env, folder))) return;
    await shareOnItsShard(env, folder);
    if (await isShared(env, folder)) return;
  }
}

/**
 * Has the shard know again what the directory knows: it may have been restored from a backup of before the folder was shared.
 *
 * @returns whether the folder is shared.
 * @throws LedgeError as `shareOnItsShard`
 */
export async function shareAgainOnItsShard(env: Env, folder: FolderOfOwner): Promise<boolean> {
  if (!(await isShared(env, folder))) return false;
  await shareOnItsShard(env, folder);
  if (await isShared(env, folder)) return true;
  await unshareOnItsShard(env, folder);
  return false;
}

/** Whether the directory has the folder as its owner's. */
async function isShared(env: Env, { folderId, ownerId }: FolderOfOwner): Promise<boolean> {
  return (await ownerOf(env.DIRECTORY, folderId)) === ownerId;
}
