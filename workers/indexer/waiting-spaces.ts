import type { Env } from "../env.ts";
import { openShard, type Shard } from "../storage/shards.ts";
import { readOwnedSpaces, readSpaceShards, type SpaceSeq } from "./space-seqs.ts";
import { findBehind } from "./sweep.ts";

/** A space whose changes are not all in the index. */
export interface WaitingSpace extends SpaceSeq {
  readonly ownerId: string;
  readonly shard: Shard;
  /** How far its index is. */
  readonly indexed: number;
}

/**
 * Which of some spaces wait to be indexed, as their shards' primaries have them, in the order given; and those of which that
 * cannot be told now. What is neither is up to date, or nobody's.
 */
export async function findWaiting(
  env: Env,
  spaces: readonly string[],
): Promise<{ readonly waiting: readonly WaitingSpace[]; readonly failed: ReadonlySet<string> }> {
  const shards = await tryReadingShards(env, spaces);
  if (!shards) return { waiting: [], failed: new Set(spaces) };
  const failed = new Set<string>();
  const found: Omit<WaitingSpace, "indexed">[] = [];
  for (const [name, ids] of Map.groupBy(shards.keys(), (id) => shards.get(id) ?? "")) {
    try {
      const shard = openShard(env, name, "first-primary");
      found.push(...(await readOwnedSpaces(shard, ids)).map((space) => ({ ...space, shard })));
    } catch (error) {
      console.error("a shard's spaces could not be read, to be tried again", { shard: name, error: String(error) });
      for (const id of ids) failed.add(id);
    }
  }
  try {
    const place = new Map(spaces.map((id, i) => [id, i]));
    const behind = await findBehind(env.SEARCH, found);
    return { waiting: behind.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)), failed };
  } catch (error) {
    console.error("the index could not be read, to be tried again", { error: String(error) });
    return { waiting: [], failed: new Set(shards.keys()) };
  }
}

async function tryReadingShards(env: Env, spaces: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
  try {
    return await readSpaceShards(env.DIRECTORY, spaces);
  } catch (error) {
    console.error("the directory could not be read, to be tried again", { error: String(error) });
    return null;
  }
}
