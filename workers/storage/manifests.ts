import { decodeManifest } from "../../protocol/content.ts";
import type { FileManifest } from "../../protocol/tree-reads.ts";
import type { Shard } from "./shards.ts";

interface ManifestRow {
  readonly version: number;
  readonly id: string;
  readonly size: number;
  /** D1 answers a BLOB as an array of byte values. */
  readonly manifest: number[];
}

/** The chunk list of one version of a file, or null where it has no such version. Two rows read. */
export async function readManifest(
  shard: Shard,
  spaceId: string,
  nodeId: string,
  version: number,
): Promise<FileManifest | null> {
  const row = await shard.db
    .prepare(
      `SELECT v.version, c.id, c.size, c.manifest
       FROM versions v CROSS JOIN contents c ON c.owner_id = v.owner_id AND c.id = v.content_id
       WHERE v.space_id = ?1 AND v.node_id = ?2 AND v.version = ?3`,
    )
    .bind(spaceId, nodeId, version)
    .first<ManifestRow>();
  if (!row) return null;
  const chunks = decodeManifest(new Uint8Array(row.manifest));
  return { node: nodeId, version: row.version, content: row.id, size: row.size, chunks };
}
