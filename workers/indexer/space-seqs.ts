import type { Shard } from "../storage/shards.ts";

/** A space, and how far it is. */
export interface SpaceSeq {
  readonly id: string;
  readonly seq: number;
  readonly epoch: string;
}

/** The shard of each space, by space; those that nobody has are left out. One row read each. */
export async function readSpaceShards(
  directory: D1Database,
  spaces: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { results } = await directory
    .prepare("SELECT p.space_id, p.shard FROM json_each(?) CROSS JOIN placements p ON p.space_id = value")
    .bind(JSON.stringify(spaces))
    .all<{ space_id: string; shard: string }>();
  return new Map(results.map(({ space_id, shard }) => [space_id, shard]));
}

/** Some of a shard's spaces, with their owners; those that it has not are left out. One row read each. */
export async function readOwnedSpaces(
  shard: Shard,
  spaces: readonly string[],
): Promise<readonly (SpaceSeq & { readonly ownerId: string })[]> {
  const { results } = await shard.db
    .prepare(
      `SELECT s.id, s.seq, s.epoch, s.owner_id AS ownerId
       FROM json_each(?) CROSS JOIN spaces s ON s.id = value ORDER BY key`,
    )
    .bind(JSON.stringify(spaces))
    .all<SpaceSeq & { ownerId: string }>();
  return results;
}

/** A shard's spaces by id, those after `after`. As many rows read as answered. */
export async function readSpacesAfter(shard: Shard, after: string, limit: number): Promise<readonly SpaceSeq[]> {
  const { results } = await shard.db
    .prepare("SELECT id, seq, epoch FROM spaces WHERE id > ? ORDER BY id LIMIT ?")
    .bind(after, limit)
    .all<SpaceSeq>();
  return results;
}
