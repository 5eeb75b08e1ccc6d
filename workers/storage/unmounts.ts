/** A mount whose membership has ended, and that is still to be purged from its home. */
export interface Unmount {
  readonly mountId: string;
  readonly accountId: string;
  /** When the membership ended, ms since 1970. */
  readonly at: number;
}

/** Up to `limit` of them, oldest first; of one folder where it is given. */
export async function listUnmounts(
  directory: D1Database,
  limit: number,
  folderId: string | null = null,
): Promise<Unmount[]> {
  const query = folderId === null ? ALL : OF_FOLDER;
  const { results } = await directory
    .prepare(query)
    .bind(...(folderId === null ? [limit] : [limit, folderId]))
    .all<{ mount_id: string; account_id: string; at: number }>();
  return results.map(({ mount_id, account_id, at }) => ({ mountId: mount_id, accountId: account_id, at }));
}

const ALL = "SELECT mount_id, account_id, at FROM unmounts INDEXED BY unmounts_time ORDER BY at LIMIT ?1";
const OF_FOLDER = `
  SELECT mount_id, account_id, at FROM unmounts INDEXED BY unmounts_folder WHERE folder_id = ?2 ORDER BY mount_id LIMIT ?1`;

export async function forgetUnmount(directory: D1Database, mountId: string): Promise<void> {
  await directory.prepare("DELETE FROM unmounts WHERE mount_id = ?").bind(mountId).run();
}

/** Those of the mounts that memberships still have. */
export async function mountsInUse(
  directory: D1Database,
  accountId: string,
  mountIds: readonly string[],
): Promise<Set<string>> {
  const { results } = await directory
    .prepare(
      `SELECT mount_id FROM members INDEXED BY members_account
       WHERE account_id = ?1 AND mount_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(accountId, JSON.stringify(mountIds))
    .all<{ mount_id: string }>();
  return new Set(results.map(({ mount_id }) => mount_id));
}
