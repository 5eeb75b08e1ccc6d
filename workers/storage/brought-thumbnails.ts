import { DRAWN_REASONS } from "../../protocol/drawn-thumbnails.ts";
import type { NoThumbnailReason } from "../../protocol/thumbnails.ts";
import type { Shard } from "./shards.ts";

/** What is known of the thumbnail of a content that moves to another owner (H6). */
export interface LeavingThumbnail {
  readonly contentId: string;
  readonly state: "made" | "none";
  readonly objectId: string;
  readonly keyId: string | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** A thumbhash, hexadecimal. */
  readonly placeholder: string | null;
  /** Why the Worker made none; of what is `made`: why a browser gave it, null where the Worker made it. */
  readonly reason: NoThumbnailReason | null;
}

/** An object of the new owner's, and what it is of. */
export interface BroughtThumbnail extends LeavingThumbnail {
  readonly newObjectId: string;
  readonly newKeyId: string;
}

/** Some of a node's versions: those after the first number, up to the second. */
export type VersionRange = readonly [node: string, after: number, until: number];

const REASONS = JSON.stringify([...DRAWN_REASONS]);
/** Those that only the Worker finds out, at some cost: `unknown_kind` also stands where it never looked. */
const FOUND_OUT = JSON.stringify([...DRAWN_REASONS].filter((reason) => reason !== "unknown_kind"));

/** Parameters: space, owner, ranges, reasons. First lines of a text are as quickly made as copied. */
export const LEAVING_QUERY = `
  SELECT DISTINCT t.content_id AS contentId, t.state, t.object_id AS objectId, t.key_id AS keyId, t.width, t.height,
    hex(t.placeholder) AS placeholder, t.reason
  FROM json_each(?3) j
  CROSS JOIN versions v
    ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version > j.value ->> 1 AND v.version <= j.value ->> 2
  CROSS JOIN thumbnails t ON t.owner_id = ?2 AND t.content_id = v.content_id
  WHERE (t.state = 'made' AND t.kind = 'image')
    OR (t.state = 'none' AND t.reason IN (SELECT value FROM json_each(?4)))`;

/** What is known of the pictures of some versions, each content once. */
export async function readLeaving(
  { shard, spaceId, ownerId }: { readonly shard: Shard; readonly spaceId: string; readonly ownerId: string },
  ranges: readonly VersionRange[],
): Promise<LeavingThumbnail[]> {
  if (ranges.length === 0) return [];
  const { results } = await shard.db
    .prepare(LEAVING_QUERY)
    .bind(spaceId, ownerId, JSON.stringify(ranges), FOUND_OUT)
    .all<LeavingThumbnail>();
  return results;
}

/** Rows that a thumbnail takes the place of: nobody has made one, whoever is at it. */
const REPLACEABLE = "(t.state = 'wanted' OR (t.state = 'none' AND t.reason IN (SELECT value FROM json_each(?3))))";

/** Parameters: owner, contents, reasons, since. */
export const LACKING_QUERY = `
  SELECT c.id, c.created_at >= ?4 AS isNew FROM json_each(?2) j
  CROSS JOIN contents c ON c.owner_id = ?1 AND c.id = j.value
  LEFT JOIN thumbnails t ON t.owner_id = c.owner_id AND t.content_id = c.id
  WHERE t.content_id IS NULL OR ${REPLACEABLE}`;

/**
 * Of some contents those that an owner has, without a thumbnail, and whether it is since that time (ms) that they have them.
 */
export async function readLacking(
  shard: Shard,
  ownerId: string,
  contents: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, { readonly isNew: boolean }>> {
  if (contents.length === 0) return new Map();
  const { results } = await shard.db
    .prepare(LACKING_QUERY)
    .bind(ownerId, JSON.stringify(contents), REASONS, since)
    .all<{ id: string; isNew: 0 | 1 }>();
  return new Map(results.map(({ id, isNew }) => [id, { isNew: isNew === 1 }]));
}

/** Writes objects down as gone, before they are put: what is put in vain, or half-way, is the collector's. */
export async function announceThumbnails(shard: Shard, objects: readonly string[], now: number): Promise<void> {
  await shard.db
    .prepare("INSERT INTO gone_thumbnails (object_id, gone_at) SELECT value, ?2 FROM json_each(?1)")
    .bind(JSON.stringify(objects), now)
    .run();
}

/**
 * Makes objects that were announced, and put, the thumbnails of their contents, where these are there and have none. A maker that
 * is at one finds that its row has another object, and deletes its own.
 */
export async function keepBrought(
  shard: Shard,
  ownerId: string,
  brought: readonly BroughtThumbnail[],
  now: number,
): Promise<void> {
  const rows = JSON.stringify(
    brought.map(({ contentId, newObjectId, newKeyId, width, height, placeholder, reason }) => [
      contentId,
      newObjectId,
      newKeyId,
      width,
      height,
      placeholder,
      reason,
    ]),
  );
  await shard.db.batch([
    shard.db.prepare(LET_GO).bind(ownerId, rows, REASONS, now),
    shard.db.prepare(TAKE).bind(ownerId, rows, REASONS, now),
    shard.db.prepare(KEEP).bind(ownerId, rows),
  ]);
}

const LET_GO = `
  INSERT OR IGNORE INTO gone_thumbnails (object_id, gone_at)
  SELECT t.object_id, ?4 FROM json_each(?2) j
  CROSS JOIN thumbnails t ON t.owner_id = ?1 AND t.content_id = j.value ->> 0
  CROSS JOIN gone_thumbnails g ON g.object_id = j.value ->> 1
  WHERE ${REPLACEABLE}`;

const TAKE = `
  INSERT INTO thumbnails AS t
    (owner_id, content_id, object_id, state, due_at, kind, key_id, width, height, placeholder, reason)
  SELECT c.owner_id, c.id, g.object_id, 'made', ?4, 'image', j.value ->> 2, j.value ->> 3, j.value ->> 4,
    unhex(j.value ->> 5), j.value ->> 6
  FROM json_each(?2) j CROSS JOIN contents c ON c.owner_id = ?1 AND c.id = j.value ->> 0
  CROSS JOIN gone_thumbnails g ON g.object_id = j.value ->> 1
  WHERE true
  ON CONFLICT (owner_id, content_id) DO UPDATE SET object_id = excluded.object_id, state = 'made', due_at = excluded.due_at, attempts = 0,
    kind = 'image', key_id = excluded.key_id, width = excluded.width, height = excluded.height,
    placeholder = excluded.placeholder, reason = excluded.reason
  WHERE ${REPLACEABLE}`;

const KEEP = `
  DELETE FROM gone_thumbnails WHERE object_id IN (
    SELECT t.object_id FROM json_each(?2) j
    CROSS JOIN thumbnails t ON t.owner_id = ?1 AND t.content_id = j.value ->> 0 AND t.object_id = j.value ->> 1)`;

/** Writes down of contents that the Worker came to make no thumbnail of them, and why, where nothing is known or one waits. */
export async function keepUnmade(
  shard: Shard,
  ownerId: string,
  unmade: readonly Pick<LeavingThumbnail, "contentId" | "reason">[],
  now: number,
): Promise<void> {
  if (unmade.length === 0) return;
  await shard.db
    .prepare(
      `INSERT INTO thumbnails AS t (owner_id, content_id, object_id, state, due_at, reason)
       SELECT c.owner_id, c.id, lower(hex(randomblob(16))), 'none', ?3, j.value ->> 1
       FROM json_each(?2) j CROSS JOIN contents c ON c.owner_id = ?1 AND c.id = j.value ->> 0
       WHERE j.value ->> 1 IN (SELECT value FROM json_each(?4))
       ON CONFLICT (owner_id, content_id) DO UPDATE SET state = 'none', reason = excluded.reason, attempts = 0
       WHERE t.state = 'wanted' AND t.attempts = 0`,
    )
    .bind(ownerId, JSON.stringify(unmade.map(({ contentId, reason }) => [contentId, reason])), now, FOUND_OUT)
    .run();
}
