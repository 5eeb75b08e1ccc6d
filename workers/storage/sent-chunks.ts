import type { ChunkRef } from "../../protocol/content.ts";
import type { Frame } from "../../protocol/pack-frame.ts";
import type { PackReceipt } from "../../protocol/upload.ts";
import { heldChunks } from "./chunk-rows.ts";
import { jsonSlices } from "./json-slices.ts";
import type { Shard } from "./shards.ts";

/** Whose chunks they are, and who sends them: the owner, or a member of a folder that the owner shares. */
export interface Uploader {
  readonly ownerId: string;
  readonly userId: string;
}

/** Whether it is not the owner who sends. */
export function isMember({ ownerId, userId }: Uploader): boolean {
  return ownerId !== userId;
}

const DAY_MS = 86_400_000;
/**
 * How many days a chunk is known to have been sent, that of its sending included: 72 to 96 hours, longer than any upload
 * lives (U5).
 */
const DAYS = 4;

/**
 * Which of `ids` are held as far as an uploader may know, with their sizes: of the owner all that the owner holds, of a member
 * what that member has sent, and the owner still holds (M6).
 */
export async function heldFor(
  shard: Shard,
  uploader: Uploader,
  ids: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  if (!isMember(uploader)) return heldChunks(shard.db, uploader.ownerId, ids, now);
  const sent = await sentChunks(shard, uploader, ids, now);
  const held = await heldChunks(shard.db, uploader.ownerId, [...sent.keys()], now);
  return new Map([...sent].filter(([id]) => held.has(id)));
}

/** Four look-ups by primary key a chunk. Parameters: owner, member, today, chunk ids. */
export const SENT_QUERY = `
  SELECT lower(hex(s.chunk_id)) AS id, s.size FROM json_each(?4) j
  CROSS JOIN (SELECT ?3 AS day UNION ALL SELECT ?3 - 1 UNION ALL SELECT ?3 - 2 UNION ALL SELECT ?3 - 3) d
  CROSS JOIN sent_chunks s
    ON s.day = d.day AND s.owner_id = ?1 AND s.account_id = ?2 AND s.chunk_id = unhex(j.value)`;

/** Which of `ids` a member has sent, with their sizes; the owner may not hold them any more. */
export async function sentChunks(
  shard: Shard,
  { ownerId, userId }: Uploader,
  ids: Iterable<string>,
  now: number,
): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  for (const slice of jsonSlices(new Set(ids))) {
    const { results } = await shard.db
      .prepare(SENT_QUERY)
      .bind(ownerId, userId, dayOf(now), slice)
      .all<{ id: string; size: number }>();
    for (const { id, size } of results) sent.set(id, size);
  }
  return sent;
}

/** Notes chunks that the owner holds as sent by a member. */
export async function noteSent(
  shard: Shard,
  { ownerId, userId }: Uploader,
  chunks: Iterable<ChunkRef>,
  now: number,
): Promise<void> {
  for (const slice of jsonSlices([...chunks].map(({ id, size }) => [id, size]))) {
    await shard.db
      .prepare(
        `INSERT INTO sent_chunks (day, owner_id, account_id, chunk_id, size)
         SELECT ?1, ?2, ?3, unhex(value ->> 0), value ->> 1 FROM json_each(?4) WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(dayOf(now), ownerId, userId, slice)
      .run();
  }
}

/**
 * Notes the chunks of frames that the owner holds by now as sent by a member.
 *
 * @returns what a receipt tells: of the chunks that this member had not sent before, how many and how many bytes. Not of what
 *   was stored: the owner may have held them (M6).
 */
export async function noteFirstSent(
  shard: Shard,
  member: Uploader,
  frames: readonly Frame[],
  now: number,
): Promise<Pick<PackReceipt, "stored" | "storedBytes">> {
  const first = await firstSent(shard, member, frames, now);
  await noteSent(shard, member, first, now);
  return { stored: first.length, storedBytes: first.reduce((sum, { size }) => sum + size, 0) };
}

/** The chunks of frames that a member has not sent before, each once. */
export async function firstSent(
  shard: Shard,
  member: Uploader,
  frames: readonly Frame[],
  now: number,
): Promise<ChunkRef[]> {
  const sizes = new Map(frames.map(({ id, bytes }) => [id, bytes.length]));
  const sent = await sentChunks(shard, member, sizes.keys(), now);
  return [...sizes].filter(([id]) => !sent.has(id)).map(([id, size]) => ({ id, size }));
}

/** Forgets what was sent too long ago, `limit` rows at most; the chunks' bytes are the collector's. */
export async function forgetSent({ db }: Shard, now: number, limit = 5_000): Promise<void> {
  await db
    .prepare(
      `DELETE FROM sent_chunks WHERE (day, owner_id, account_id, chunk_id) IN (
         SELECT day, owner_id, account_id, chunk_id FROM sent_chunks WHERE day <= ?1 LIMIT ?2)`,
    )
    .bind(dayOf(now) - DAYS, limit)
    .run();
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}
