import type { NoThumbnailReason } from "../../protocol/thumbnails.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Shard } from "./shards.ts";
import { isTold } from "./told-thumbnails.ts";

/** What is known of a content's thumbnail. */
export interface ThumbnailRow {
  readonly contentId: string;
  readonly ownerId: string;
  readonly state: "wanted" | "made" | "none";
  readonly objectId: string;
  readonly kind: "image" | "text" | null;
  readonly keyId: string | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** A thumbhash. */
  readonly placeholder: Uint8Array | null;
  /** Why the Worker made none; of what is `made`: why a browser gave it (H5), null where the Worker made it. */
  readonly reason: NoThumbnailReason | null;
}

/** A version's content, with what is known of its thumbnail. */
export interface VersionThumbnail {
  readonly contentId: string;
  /** Bytes. */
  readonly size: number;
  readonly createdAt: number;
  readonly thumbnail: ThumbnailRow | null;
}

/** A thumbnail that somebody is at; nobody else is until the lease ends. */
export interface ThumbnailClaim {
  readonly ownerId: string;
  readonly contentId: string;
  readonly objectId: string;
  /** How often the making has begun, and no end is known: 1 for the first time. */
  readonly attempts: number;
  readonly failures: number;
}

/** What a making came to. */
export type ThumbnailResult =
  | {
      readonly kind: "image";
      readonly keyId: string;
      readonly width: number;
      readonly height: number;
      readonly placeholder: Uint8Array;
    }
  | { readonly kind: "text"; readonly keyId: string }
  | { readonly kind: "none"; readonly reason: NoThumbnailReason };

/** For so long nobody else makes what was claimed: longer than the largest picture takes. Milliseconds. */
export const LEASE_MS = 120_000;

/**
 * Has thumbnails of contents made that none is known of. Contents that are gone are passed over.
 *
 * @returns of how many.
 */
export async function wantThumbnails(
  shard: Shard,
  ownerId: string,
  contents: readonly string[],
  now: number,
): Promise<number> {
  if (contents.length === 0) return 0;
  const { meta } = await shard.db
    .prepare(
      `INSERT INTO thumbnails (owner_id, content_id, object_id, state, due_at)
       SELECT ?1, c.id, lower(hex(randomblob(16))), 'wanted', ?3
       FROM json_each(?2) j CROSS JOIN contents c ON c.owner_id = ?1 AND c.id = j.value WHERE true
       ON CONFLICT DO NOTHING`,
    )
    .bind(ownerId, JSON.stringify([...new Set(contents)]), now)
    .run();
  return meta.changes;
}

/** Takes the one that waits longest, and writes down that its making begins (H3); null where none waits. */
export async function claimThumbnail(shard: Shard, now: number): Promise<ThumbnailClaim | null> {
  const row = await shard.db
    .prepare(
      `UPDATE thumbnails SET attempts = attempts + 1, due_at = ?1 + ${LEASE_MS}
       WHERE state = 'wanted' AND (owner_id, content_id) = (
         SELECT owner_id, content_id FROM thumbnails INDEXED BY thumbnails_wanted
         WHERE state = 'wanted' AND due_at <= ?1 ORDER BY due_at LIMIT 1)
       RETURNING owner_id, content_id, object_id, attempts, failures`,
    )
    .bind(now)
    .first<{ owner_id: string; content_id: string; object_id: string; attempts: number; failures: number }>();
  return (
    row && {
      ownerId: row.owner_id,
      contentId: row.content_id,
      objectId: row.object_id,
      attempts: row.attempts,
      failures: row.failures,
    }
  );
}

/**
 * Writes down what a making came to.
 *
 * @returns false where its content is gone.
 */
export async function keepThumbnail(shard: Shard, objectId: string, result: ThumbnailResult): Promise<boolean> {
  const image = result.kind === "image" ? result : null;
  const { meta } = await shard.db
    .prepare(
      `UPDATE thumbnails SET state = ?2, attempts = 0, kind = ?3, key_id = ?4, width = ?5, height = ?6,
         placeholder = unhex(?7), reason = ?8
       WHERE object_id = ?1`,
    )
    .bind(
      objectId,
      result.kind === "none" ? "none" : "made",
      result.kind === "none" ? null : result.kind,
      result.kind === "none" ? null : result.keyId,
      image?.width ?? null,
      image?.height ?? null,
      image && Buffer.from(image.placeholder).toString("hex"),
      result.kind === "none" ? result.reason : null,
    )
    .run();
  return meta.changes > 0;
}

/** Puts one off that the storage failed at. */
export async function putOffThumbnail(shard: Shard, objectId: string, until: number): Promise<void> {
  await shard.db
    .prepare(
      "UPDATE thumbnails SET attempts = attempts - 1, failures = failures + 1, due_at = ?2 WHERE object_id = ?1 AND state = 'wanted'",
    )
    .bind(objectId, until)
    .run();
}

/** Has one made again whose object is lost; one that a browser gave may be given again. */
export async function wantAgain(shard: Shard, objectId: string, now: number): Promise<void> {
  await shard.db
    .prepare(
      `UPDATE thumbnails SET state = iif(reason IS NULL, 'wanted', 'none'), attempts = 0, due_at = ?2, placeholder = NULL
       WHERE object_id = ?1 AND state = 'made'`,
    )
    .bind(objectId, now)
    .run();
}

/** Whether one waits that nobody is at. */
export async function isThumbnailDue(shard: Shard, now: number): Promise<boolean> {
  const row = await shard.db
    .prepare("SELECT 1 FROM thumbnails INDEXED BY thumbnails_wanted WHERE state = 'wanted' AND due_at <= ? LIMIT 1")
    .bind(now)
    .first();
  return row !== null;
}

interface DbRow {
  readonly content_id: string;
  readonly owner_id: string;
  readonly state: ThumbnailRow["state"];
  readonly object_id: string;
  readonly due_at: number;
  readonly kind: ThumbnailRow["kind"];
  readonly key_id: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly placeholder: ArrayBuffer | number[] | null;
  readonly reason: NoThumbnailReason | null;
  /** Of the version. */
  readonly author_id: string;
  readonly created_at: number;
}

const COLUMNS = `v.content_id, v.owner_id, v.author_id, v.created_at,
  t.state, t.object_id, t.due_at, t.kind, t.key_id, t.width, t.height, t.placeholder, t.reason`;

/** Parameters: space, `[node, version]` pairs. */
export const THUMBNAILS_QUERY = `
  SELECT v.node_id, ${COLUMNS} FROM json_each(?2) j
  CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version = j.value ->> 1
  CROSS JOIN thumbnails t ON t.owner_id = v.owner_id AND t.content_id = v.content_id`;

/**
 * What is known of the thumbnails of some files' newest versions, by node.
 *
 * @param isOwner - Whether the space's owner asks: others are not told all (`isTold`).
 */
export async function readThumbnails(
  shard: Shard,
  spaceId: string,
  nodes: readonly Pick<Node, "id" | "version">[],
  isOwner: boolean,
): Promise<ReadonlyMap<string, ThumbnailRow>> {
  if (nodes.length === 0) return new Map();
  const { results } = await shard.db
    .prepare(THUMBNAILS_QUERY)
    .bind(spaceId, JSON.stringify(nodes.map(({ id, version }) => [id, version])))
    .all<DbRow & { node_id: string }>();
  return new Map(results.filter((row) => isOwner || isToldOf(row)).map((row) => [row.node_id, fromRow(row)]));
}

/**
 * The content of a file's version, with what is known of its thumbnail; null where there is no such version.
 *
 * @param isOwner - As of `readThumbnails`.
 */
export async function readThumbnailOf(
  shard: Shard,
  spaceId: string,
  nodeId: string,
  version: number | undefined,
  isOwner: boolean,
): Promise<VersionThumbnail | null> {
  const row = await shard.db
    .prepare(
      `SELECT v.size, ${COLUMNS}
       FROM nodes n
       CROSS JOIN versions v ON v.space_id = n.space_id AND v.node_id = n.id AND v.version = coalesce(?3, n.version)
       LEFT JOIN thumbnails t ON t.owner_id = v.owner_id AND t.content_id = v.content_id
       WHERE n.space_id = ?1 AND n.id = ?2`,
    )
    .bind(spaceId, nodeId, version ?? null)
    .first<Omit<DbRow, "state"> & { state: DbRow["state"] | null; size: number }>();
  if (!row) return null;
  const { state } = row;
  const known = state === null ? null : { ...row, state };
  return {
    contentId: row.content_id,
    size: row.size,
    createdAt: row.created_at,
    thumbnail: known && (isOwner || isToldOf(known)) ? fromRow(known) : null,
  };
}

function isToldOf({ state, reason, due_at, owner_id, author_id, created_at }: DbRow): boolean {
  const version = { ownerId: owner_id, authorId: author_id, createdAt: created_at };
  const isGiven = state === "made" && reason !== null;
  // Of one that was given it is when that was; of one that was claimed, when the claim ended.
  return isTold({ isGiven, since: isGiven ? due_at : due_at - LEASE_MS }, version, Date.now());
}

function fromRow(row: DbRow): ThumbnailRow {
  return {
    contentId: row.content_id,
    ownerId: row.owner_id,
    state: row.state,
    objectId: row.object_id,
    kind: row.kind,
    keyId: row.key_id,
    width: row.width,
    height: row.height,
    placeholder: row.placeholder && new Uint8Array(row.placeholder),
    reason: row.reason,
  };
}
