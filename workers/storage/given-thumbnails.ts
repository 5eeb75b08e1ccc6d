import { DRAWN_REASONS } from "../../protocol/drawn-thumbnails.ts";
import { newThumbnailObject, putThumbnail, type ThumbnailStore } from "./thumbnail-objects.ts";

/** Of what a thumbnail is. */
export interface ThumbnailSubject {
  readonly ownerId: string;
  readonly contentId: string;
}

/** A picture, WebP. */
export interface GivenThumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** A thumbhash. */
  readonly placeholder: Uint8Array;
}

/**
 * Keeps a thumbnail that a browser gave, where its content is there and has none, and the Worker is not to make it (H5). Its
 * object is one of its own, and written down as gone before it is put: what is given in vain, or by a request that ends
 * half-way, is the collector's.
 */
export async function storeGivenThumbnail(
  store: ThumbnailStore,
  subject: ThumbnailSubject,
  { bytes, width, height, placeholder }: GivenThumbnail,
): Promise<void> {
  const { shard } = store;
  const objectId = newThumbnailObject();
  const now = Date.now();
  await shard.db.prepare("INSERT INTO gone_thumbnails (object_id, gone_at) VALUES (?, ?)").bind(objectId, now).run();
  const keyId = await putThumbnail(store, { ...subject, objectId }, bytes);
  const { ownerId, contentId } = subject;
  const reasons = JSON.stringify([...DRAWN_REASONS]);
  await shard.db.batch([
    shard.db.prepare(LET_GO).bind(ownerId, contentId, objectId, now, reasons),
    shard.db
      .prepare(TAKE)
      .bind(ownerId, contentId, objectId, now, reasons, keyId, width, height, Buffer.from(placeholder).toString("hex")),
    shard.db.prepare(KEEP).bind(ownerId, contentId, objectId),
  ]);
}

/** Of what is replaced there may be an object: its maker put it, and did not come to write that down. */
const LET_GO = `
  INSERT OR IGNORE INTO gone_thumbnails (object_id, gone_at)
  SELECT t.object_id, ?4 FROM thumbnails t
  WHERE t.owner_id = ?1 AND t.content_id = ?2 AND t.state = 'none' AND t.reason IN (SELECT value FROM json_each(?5))
    AND EXISTS (SELECT 1 FROM gone_thumbnails WHERE object_id = ?3)`;

/** The reason stays: it is why the Worker makes none, and what is said again where the object is lost. */
const TAKE = `
  INSERT INTO thumbnails
    (owner_id, content_id, object_id, state, due_at, kind, key_id, width, height, placeholder, reason)
  SELECT c.owner_id, c.id, g.object_id, 'made', ?4, 'image', ?6, ?7, ?8, unhex(?9), 'unknown_kind'
  FROM contents c CROSS JOIN gone_thumbnails g ON g.object_id = ?3
  WHERE c.owner_id = ?1 AND c.id = ?2
  ON CONFLICT (owner_id, content_id) DO UPDATE SET object_id = excluded.object_id, state = 'made', due_at = excluded.due_at, kind = 'image',
    key_id = excluded.key_id, width = excluded.width, height = excluded.height, placeholder = excluded.placeholder
  WHERE state = 'none' AND reason IN (SELECT value FROM json_each(?5))`;

const KEEP = `
  DELETE FROM gone_thumbnails WHERE object_id = ?3
    AND EXISTS (SELECT 1 FROM thumbnails WHERE owner_id = ?1 AND content_id = ?2 AND object_id = ?3)`;
