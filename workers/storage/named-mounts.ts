import type { Shard } from "./shards.ts";

/** The mount that a membership names. */
export interface NamedMount {
  readonly folderId: string;
  readonly mountId: string;
  /** The folder's, as it was when it was last looked at. */
  readonly name: string;
}

/** The mounts that an account's memberships name which are older than `before` (ms since 1970). Two rows a membership. */
export async function namedMounts(directory: D1Database, accountId: string, before: number): Promise<NamedMount[]> {
  const { results } = await directory
    .prepare(
      `SELECT m.folder_id AS folderId, m.mount_id AS mountId, s.name
       FROM members m INDEXED BY members_account CROSS JOIN shared_folders s ON s.folder_id = m.folder_id
       WHERE m.account_id = ? AND m.mount_id IS NOT NULL AND m.joined_at < ?`,
    )
    .bind(accountId, before)
    .all<NamedMount>();
  return results;
}

/** Those of the ids that no node of the space ever had, purged ones included. A row an id. */
export async function neverHad(shard: Shard, spaceId: string, ids: readonly string[]): Promise<Set<string>> {
  const { results } = await shard.db
    .prepare(
      `SELECT j.value AS id FROM json_each(?2) j
       WHERE NOT EXISTS (SELECT 1 FROM nodes n WHERE n.space_id = ?1 AND n.id = j.value)`,
    )
    .bind(spaceId, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}
