import { encodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Shard } from "./shards.ts";

/** Reads how far a space is, in one batch with what is read beside it: one snapshot. One row. */
export function headStatement(shard: Shard, spaceId: string): D1PreparedStatement {
  return shard.db.prepare("SELECT seq, epoch FROM spaces WHERE id = ?").bind(spaceId);
}

/** @throws LedgeError `not_found` where `headStatement` found no such space. */
export function headCursor(spaceId: string, read: D1Result | undefined): string {
  const head = read?.results[0] as { seq: number; epoch: string } | undefined;
  if (!head) throw new LedgeError("not_found");
  return encodeCursor({ space: spaceId, epoch: head.epoch, seq: head.seq });
}

/**
 * Runs one query and reads how far the space is with it: one round trip, one snapshot, one row more. Whoever has what the
 * query answered and follows the changes from `changesCursor` on misses none.
 *
 * @throws LedgeError `not_found` where there is no such space.
 */
export async function readWithHead<Row>(
  shard: Shard,
  spaceId: string,
  query: D1PreparedStatement,
): Promise<{ rows: Row[]; changesCursor: string }> {
  const [head, found] = await shard.db.batch<unknown>([headStatement(shard, spaceId), query]);
  return { rows: (found?.results ?? []) as Row[], changesCursor: headCursor(spaceId, head) };
}
