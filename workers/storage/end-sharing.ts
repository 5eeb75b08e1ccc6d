import { endSharedFolder } from "./directory-members.ts";
import { notifyAlike } from "./directory-notifications.ts";
import { clearEnded, listEnded, type EndedFolder } from "./shared-folders.ts";
import type { Shard } from "./shards.ts";

/** Folders that one call ends or clears away, and rows of their journals that it deletes. */
const FOLDERS = 100;
const JOURNAL_ROWS = 5_000;

/**
 * Ends in the directory the sharing of folders that were purged (M10), of one space where it is given, and tells who had
 * them. To be called again after a crash: the shard remembers them until `clearEndedFolders`.
 *
 * @returns the folders.
 */
export async function endPurged(
  directory: D1Database,
  shard: Shard,
  now: number,
  spaceId: string | null = null,
): Promise<string[]> {
  const purged = (await listEnded(shard, FOLDERS, spaceId)).filter(({ isPurged }) => isPurged);
  await endInDirectory(directory, purged, now);
  return purged.map(({ folderId }) => folderId);
}

async function endInDirectory(directory: D1Database, purged: readonly EndedFolder[], now: number): Promise<void> {
  for (const { spaceId: space, folderId } of purged) {
    const ended = await endSharedFolder(directory, space, folderId);
    if (!ended) continue;
    const subject = { kind: "space", id: folderId, name: ended.name } as const;
    const told = { kind: "unshared", byId: ended.ownerId, subject, event: folderId, at: now } as const;
    await notifyAlike(directory, ended.members, told);
  }
}

/** As `endPurged`, of one folder that was purged while its sharing could not be ended (M13). */
export async function endAbandoned(
  directory: D1Database,
  spaceId: string,
  folderId: string,
  ownerId: string,
  now: number,
): Promise<void> {
  await endInDirectory(directory, [{ spaceId, folderId, ownerId, isPurged: true }], now);
}

/** Clears away what folders that are no longer shared leave on a shard, in steps: some of them, and some of their journals. */
export async function clearEndedFolders(directory: D1Database, shard: Shard, now: number): Promise<void> {
  // One list for both: what was purged since is not in it, and is not forgotten before the directory knows.
  const folders = await listEnded(shard, FOLDERS);
  await endInDirectory(
    directory,
    folders.filter(({ isPurged }) => isPurged),
    now,
  );
  for (const folder of folders) {
    if (!(await clearEnded(shard, folder, JOURNAL_ROWS))) return;
  }
}
