import { chunkOffsets, type Placed } from "../../core/range-map.ts";
import { MANIFEST_ENTRY_BYTES } from "../../protocol/content.ts";
import { toHex } from "../../protocol/pack-frame.ts";
import type { Shard } from "./shards.ts";

/** A content's chunk list in the compact form that it is stored in: 40,000 chunks are 1.4 MB, not 40,000 objects. */
export class Manifest {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offsets: Float64Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Chunks in it. */
  get length(): number {
    return this.#bytes.length / MANIFEST_ENTRY_BYTES;
  }

  /** Lower-case hex id of chunk `index`. */
  id(index: number): string {
    const at = index * MANIFEST_ENTRY_BYTES;
    return toHex(this.#bytes.subarray(at, at + 32));
  }

  /** Plaintext bytes of chunk `index`. */
  size(index: number): number {
    return this.#view.getUint32(index * MANIFEST_ENTRY_BYTES + 32);
  }

  /** Where each chunk begins in the file; see `chunkOffsets`. */
  get offsets(): Float64Array {
    return (this.#offsets ??= chunkOffsets(Array.from({ length: this.length }, (_, index) => this.size(index))));
  }
}

/** One version of a file, with all that it takes to read its bytes. */
export interface FileContent {
  readonly name: string;
  /** Of its chunks. */
  readonly ownerId: string;
  readonly contentId: string;
  /** Bytes. */
  readonly size: number;
  readonly manifest: Manifest;
  /** Hex SHA-256 of the whole file, where the server has verified it. */
  readonly digest: string | null;
  /** When the version was made, in milliseconds. */
  readonly createdAt: number;
}

interface ContentRow {
  readonly name: string;
  readonly owner_id: string;
  readonly content_id: string;
  readonly size: number;
  readonly manifest: ArrayBuffer | number[];
  readonly digest: string | null;
  readonly created_at: number;
}

/** Three look-ups by primary key. `CROSS JOIN` keeps SQLite to this order. */
const CONTENT = `
  SELECT n.name, v.owner_id, v.content_id, c.size, c.manifest, c.digest, v.created_at
  FROM nodes n
  CROSS JOIN versions v ON v.space_id = n.space_id AND v.node_id = n.id AND v.version = coalesce(?3, n.version)
  CROSS JOIN contents c ON c.owner_id = v.owner_id AND c.id = v.content_id
  WHERE n.space_id = ?1 AND n.id = ?2`;

/** A file's newest version, or `version`; null where there is none. The caller authorizes the node (I11). */
export async function readContent(
  shard: Shard,
  spaceId: string,
  nodeId: string,
  version?: number,
): Promise<FileContent | null> {
  const row = await shard.db
    .prepare(CONTENT)
    .bind(spaceId, nodeId, version ?? null)
    .first<ContentRow>();
  if (!row) return null;
  const manifest = new Manifest(new Uint8Array(row.manifest));
  return {
    name: row.name,
    ownerId: row.owner_id,
    contentId: row.content_id,
    size: row.size,
    manifest,
    // A chunk's id is its verified SHA-256, so a file of one chunk needs no hashing of its own.
    digest: row.digest ?? (manifest.length === 1 ? manifest.id(0) : null),
    createdAt: row.created_at,
  };
}

/** The manifests of some of an owner's contents, by content id; absent where there is none. One query. */
export async function readManifests(
  shard: Shard,
  ownerId: string,
  contentIds: readonly string[],
): Promise<Map<string, Manifest>> {
  const { results } = await shard.db
    .prepare(`SELECT c.id, c.manifest FROM json_each(?2) j CROSS JOIN contents c ON c.owner_id = ?1 AND c.id = j.value`)
    .bind(ownerId, JSON.stringify([...new Set(contentIds)]))
    .all<{ id: string; manifest: ArrayBuffer | number[] }>();
  return new Map(results.map((row) => [row.id, new Manifest(new Uint8Array(row.manifest))]));
}

/**
 * As `readManifests`, of no more than the leading ids whose manifests have `maxChunks` chunks together, the first one
 * always: their number on the way is what costs memory, and a file of few bytes may have 40,000. One query.
 *
 * @returns the manifests (null where there is no such content) of the first ids; those after them are to be asked for again.
 */
export async function readLeadingManifests(
  shard: Shard,
  ownerId: string,
  contentIds: readonly string[],
  maxChunks: number,
): Promise<Map<string, Manifest | null>> {
  const distinct = [...new Set(contentIds)];
  const { results } = await shard.db
    .prepare(LEADING_MANIFESTS)
    .bind(ownerId, JSON.stringify(distinct), maxChunks * MANIFEST_ENTRY_BYTES)
    .all<{ id: string; manifest: ArrayBuffer | number[] | null; beyond: 0 | 1 }>();
  const leading = results.filter(({ beyond }) => beyond === 0);
  return new Map(leading.map(({ id, manifest }) => [id, manifest && new Manifest(new Uint8Array(manifest))]));
}

/** Lengths first: SQLite knows a blob's without reading it. */
const LEADING_MANIFESTS = `
  WITH lengths AS (
    SELECT j.key AS i, j.value AS id, coalesce((SELECT length(manifest) FROM contents WHERE owner_id = ?1 AND id = j.value), 0) AS bytes
    FROM json_each(?2) j
  ), totals AS (
    SELECT i, id, sum(bytes) OVER (ORDER BY i) > ?3 AND i > 0 AS beyond FROM lengths
  )
  SELECT t.id, t.beyond,
    CASE WHEN t.beyond = 0 THEN (SELECT manifest FROM contents WHERE owner_id = ?1 AND id = t.id) END AS manifest
  FROM totals t ORDER BY t.i`;

/** Where a chunk's record lies. */
export interface ChunkPlace extends Placed {
  /** Which master key the pack is under. */
  readonly keyId: string;
  /** Of the plaintext. */
  readonly size: number;
}

interface PlaceRow {
  readonly id: string;
  readonly pack_id: string;
  readonly key_id: string;
  readonly offset: number;
  readonly length: number;
  readonly size: number;
}

const PLACES = `
  SELECT j.value AS id, c.pack_id, p.key_id, c."offset", c.length, c.size
  FROM json_each(?2) j
  CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value)
  CROSS JOIN packs p ON p.id = c.pack_id`;

/** Where some of an owner's chunks lie, by chunk id; absent where the owner has no such chunk. One query. */
export async function locateChunks(
  shard: Shard,
  ownerId: string,
  chunkIds: readonly string[],
): Promise<Map<string, ChunkPlace>> {
  const { results } = await shard.db
    .prepare(PLACES)
    .bind(ownerId, JSON.stringify([...new Set(chunkIds)]))
    .all<PlaceRow>();
  return new Map(
    results.map(({ id, pack_id, key_id, offset, length, size }) => [
      id,
      { pack: pack_id, keyId: key_id, offset, length, size },
    ]),
  );
}
