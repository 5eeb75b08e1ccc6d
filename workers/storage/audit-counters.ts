import type { AuditFinding } from "../../protocol/audit.ts";
import { LOST } from "./chunk-rows.ts";
import type { Shard } from "./shards.ts";
import { isOverQuota } from "./uploads.ts";

/** Contents of one account whose counts one step reports and corrects. */
const MOST_CONTENTS = 200;

const USED = `(SELECT coalesce(sum(size), 0) FROM chunks WHERE owner_id = ?1 AND pack_id <> '${LOST}')`;
const RESERVED = "(SELECT coalesce(sum(reserved), 0) FROM uploads WHERE owner_id = ?1)";

/** One walk over the account's versions. */
const COUNTS = `
  WITH counts AS MATERIALIZED (
    SELECT v.content_id AS id, count(*) AS refs FROM spaces s CROSS JOIN versions v ON v.space_id = s.id
    WHERE s.owner_id = ?1 AND v.owner_id = ?1 GROUP BY v.content_id
  )`;
const COUNTED = "coalesce((SELECT refs FROM counts WHERE counts.id = contents.id), 0)";

/** Recounts what an account uses and reserves, and how many versions have each of its contents. */
export async function auditCounters(shard: Shard, ownerId: string, repair: boolean): Promise<AuditFinding[]> {
  return [...(await auditUsage(shard, ownerId, repair)), ...(await auditContents(shard, ownerId, repair))];
}

async function auditUsage({ db }: Shard, ownerId: string, repair: boolean): Promise<AuditFinding[]> {
  const row = await db
    .prepare(`SELECT used, reserved, ${USED} AS real_used, ${RESERVED} AS real_reserved FROM owners WHERE id = ?1`)
    .bind(ownerId)
    .first<{ used: number; reserved: number; real_used: number; real_reserved: number }>();
  if (!row) return [];
  const wrong: string[] = [];
  if (row.used !== row.real_used) wrong.push(`owners.used is ${row.used}, recounted ${row.real_used}`);
  if (row.reserved !== row.real_reserved) {
    wrong.push(`owners.reserved is ${row.reserved}, recounted ${row.real_reserved}`);
  }
  if (wrong.length === 0) return [];
  // Recounted in the statement itself: it may have changed since it was read.
  const update = db.prepare(`UPDATE owners SET used = ${USED}, reserved = ${RESERVED} WHERE id = ?1`).bind(ownerId);
  const isRepaired = repair && (await fits(update.run()));
  const detail = wrong.join("; ") + (repair && !isRepaired ? "; more than the account's quota: raise that first" : "");
  return [{ problem: "wrong_counter", account: ownerId, what: ownerId, detail, repaired: isRepaired }];
}

/** False where the quota's trigger ended it. */
async function fits(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isOverQuota(error)) return false;
    throw error;
  }
}

async function auditContents({ db }: Shard, ownerId: string, repair: boolean): Promise<AuditFinding[]> {
  const { results } = await db
    .prepare(
      `${COUNTS} SELECT id, refs, ${COUNTED} AS counted FROM contents
       WHERE owner_id = ?1 AND refs <> ${COUNTED} LIMIT ?2`,
    )
    .bind(ownerId, MOST_CONTENTS)
    .all<{ id: string; refs: number; counted: number }>();
  if (repair && results.length > 0) {
    await db
      .prepare(
        `${COUNTS} UPDATE contents SET refs = ${COUNTED}
         WHERE owner_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
      )
      .bind(ownerId, JSON.stringify(results.map(({ id }) => id)))
      .run();
  }
  return results.map(({ id, refs, counted }) => ({
    problem: "wrong_counter",
    account: ownerId,
    what: id,
    detail: `contents.refs is ${refs}, recounted ${counted}`,
    repaired: repair,
  }));
}
