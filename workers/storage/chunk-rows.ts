import type { ChunkRef } from "../../protocol/content.ts";
import type { Placement } from "./pack-codec.ts";

/**
 * The `pack_id` of a lost chunk: its bytes are gone, contents still name it. It keeps its row, and with that its count, but
 * is not held: it is missing to uploads and commits, takes none of the quota, and reading it fails. Sent again it gets its
 * new record, and all contents that name it are whole again (G3).
 */
export const LOST = "";

/** Ids in one JSON parameter: 10,000 take 670 KB, and D1 takes values of up to 2 MB. */
const IDS_PER_PARAMETER = 10_000;
/** A chunk that nothing refers to is not touched again within this time, in ms: resuming writes no rows twice. */
const TOUCH_INTERVAL_MS = 60 * 60 * 1000;

/**
 * Which of `ids` the owner holds, with their plaintext sizes. Those without reference begin their grace period anew, in
 * the same transaction: what is answered as held stays until the commit that is to follow (U7).
 *
 * @param ids - Distinct, lower-case hex.
 */
export async function heldChunks(
  db: D1DatabaseSession,
  ownerId: string,
  ids: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const held = new Map<string, number>();
  if (ids.length === 0) return held;
  const parts = partition(ids, IDS_PER_PARAMETER);
  const answers = await db.batch<{ i: number; size: number }>(
    parts.flatMap((part) => {
      const set = JSON.stringify(part);
      return [db.prepare(TOUCH).bind(ownerId, set, now, now - TOUCH_INTERVAL_MS), db.prepare(FIND).bind(ownerId, set)];
    }),
  );
  parts.forEach((part, p) => {
    for (const { i, size } of answers[2 * p + 1]?.results ?? []) {
      const id = part[i];
      if (id !== undefined) held.set(id, size);
    }
  });
  return held;
}

const TOUCH = `
  UPDATE chunks SET touched_at = ?3
  WHERE owner_id = ?1 AND id IN (SELECT unhex(value) FROM json_each(?2)) AND refs = 0 AND touched_at < ?4`;

const FIND = `
  SELECT j.key AS i, c.size FROM json_each(?2) j CROSS JOIN chunks c
  ON c.owner_id = ?1 AND c.id = unhex(j.value) AND c.pack_id <> '${LOST}'`;

/** A pack whose R2 object is there, about to be written down. */
export interface NewPack {
  readonly id: string;
  readonly ownerId: string;
  /** Of the R2 object, bytes. */
  readonly size: number;
  readonly keyId: string;
  readonly placements: readonly Placement[];
}

/**
 * Inserts the chunk rows of a new pack; those that the owner holds by now are left as they are (U4), and those that were
 * lost are there again.
 */
export function insertChunks(db: D1DatabaseSession, pack: NewPack, now: number): D1PreparedStatement {
  const rows = pack.placements.map(({ id, offset, length, size }) => [id, offset, length, size]);
  return db
    .prepare(
      `INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, touched_at)
       SELECT ?1, unhex(value ->> 0), ?2, value ->> 1, value ->> 2, value ->> 3, ?3 FROM json_each(?4) WHERE true
       ON CONFLICT (owner_id, id) DO UPDATE SET pack_id = excluded.pack_id, "offset" = excluded."offset",
         length = excluded.length, touched_at = excluded.touched_at WHERE pack_id = '${LOST}'`,
    )
    .bind(pack.ownerId, pack.id, now, JSON.stringify(rows));
}

/** Sets `packs.live` of a pack to what its chunk rows say. */
export function recountPack(db: D1DatabaseSession, packId: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE packs SET changed_at = ?2, live = (SELECT coalesce(sum(length), 0) FROM chunks WHERE pack_id = ?1)
       WHERE id = ?1`,
    )
    .bind(packId, now);
}

/** A chunk list in hex, as D1's `hex(manifest)` gives it in lower case: 72 characters an entry. */
export function chunksOfManifestHex(hex: string): ChunkRef[] {
  const chunks: ChunkRef[] = [];
  for (let at = 0; at < hex.length; at += 72) {
    chunks.push({ id: hex.slice(at, at + 64), size: Number.parseInt(hex.slice(at + 64, at + 72), 16) });
  }
  return chunks;
}

/** `items` cut into runs of at most `length`. */
export function partition<T>(items: readonly T[], length: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}
