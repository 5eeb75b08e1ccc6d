import type { Shard } from "./shards.ts";

/** Walks of the collector through what one run does not get to the end of. */
type WalkTask = "orphans" | "thumbnails";

/** Where a walk goes on; null: at its beginning. */
export async function readWalk({ db }: Shard, task: WalkTask): Promise<string | null> {
  const walk = await db
    .prepare("SELECT cursor FROM collector_walks WHERE task = ?")
    .bind(task)
    .first<{ cursor: string }>();
  return walk?.cursor || null;
}

/** Writes down where a walk goes on that went on from `before`. */
export async function keepWalk(
  { db }: Shard,
  task: WalkTask,
  before: string | null,
  next: string | null,
): Promise<void> {
  if (next === before) return;
  await db
    .prepare("INSERT INTO collector_walks VALUES (?1, ?2) ON CONFLICT DO UPDATE SET cursor = ?2")
    .bind(task, next ?? "")
    .run();
}
