import type { Shard } from "./shards.ts";

/** Whether a commit of that operation id was carried out in the space, as far as that is remembered (T15). */
export async function isRecorded({ db }: Pick<Shard, "db">, spaceId: string, operationId: string): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 FROM operations WHERE space_id = ? AND id = ?")
    .bind(spaceId, operationId)
    .first();
  return row !== null;
}
