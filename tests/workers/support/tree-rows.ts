import { nameKey } from "../../../core/names.ts";
import { newId } from "../../../protocol/new-id.ts";

/** A space written straight into a shard, without commits. */
export interface SpaceRows {
  readonly database: D1Database;
  readonly ownerId: string;
  readonly spaceId: string;
  readonly rootId: string;
  readonly epoch: string;
}

export interface NodeSeed {
  readonly id?: string;
  readonly parent?: string;
  readonly name: string;
  readonly type?: "file" | "folder";
  readonly state?: "live" | "trashed" | "purged";
  readonly size?: number;
  readonly mtime?: number;
  readonly trashedAt?: number;
}

export async function addSpace(database: D1Database): Promise<SpaceRows> {
  const [ownerId, spaceId, rootId, epoch] = [newId(), newId(), newId(), newId()];
  await database.batch([
    database.prepare("INSERT INTO owners (id, quota, created_at) VALUES (?, 1000000, 1)").bind(ownerId),
    database
      .prepare("INSERT INTO spaces (id, owner_id, root_id, seq, epoch, created_at) VALUES (?, ?, ?, 0, ?, 1)")
      .bind(spaceId, ownerId, rootId, epoch),
    database
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
         VALUES (?, ?, NULL, '', '', 'folder', 1, 0, 1)`,
      )
      .bind(spaceId, rootId),
  ]);
  return { database, ownerId, spaceId, rootId, epoch };
}

/** Adds nodes as the space's next changes, in order, and answers their ids. */
export async function addNodes(space: SpaceRows, seeds: readonly NodeSeed[]): Promise<string[]> {
  const nodes = seeds.map((seed) => ({
    id: seed.id ?? newId(),
    parent: seed.parent ?? space.rootId,
    name: seed.name,
    key: nameKey(seed.name),
    type: seed.type ?? "file",
    state: seed.state ?? "live",
    size: seed.size ?? 0,
    mtime: seed.mtime ?? 1,
    trashedAt: seed.state === "trashed" ? (seed.trashedAt ?? 1) : null,
  }));
  await space.database.batch([
    space.database
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, state, size, mtime, seq, created_at, trashed_at)
         SELECT ?1, value ->> 'id', value ->> 'parent', value ->> 'name', value ->> 'key', value ->> 'type', value ->> 'state',
                value ->> 'size', value ->> 'mtime', (SELECT seq FROM spaces WHERE id = ?1) + key + 1, 1, value ->> 'trashedAt'
         FROM json_each(?2)`,
      )
      .bind(space.spaceId, JSON.stringify(nodes)),
    space.database.prepare("UPDATE spaces SET seq = seq + ? WHERE id = ?").bind(nodes.length, space.spaceId),
  ]);
  return nodes.map(({ id }) => id);
}
