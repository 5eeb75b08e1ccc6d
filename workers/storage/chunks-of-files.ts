import { readLeadingManifests, type Manifest } from "./contents.ts";
import type { Shard } from "./shards.ts";

/** Chunks of which one look takes the lists into memory at once, and in all. */
const CHUNKS_A_READ = 100_000;
const CHUNKS_A_LOOK = 1_000_000;

/** A row a version. Versions of a file have no gaps. Parameters: space, node ids, versions each. */
export const CONTENTS_QUERY = `
  SELECT DISTINCT v.content_id AS id FROM json_each(?2) j
  CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = j.value
  CROSS JOIN versions v ON v.space_id = ?1 AND v.node_id = n.id AND v.version > n.version - ?3
  ORDER BY n.version - v.version`;

/**
 * Which of `wanted` are in files, in one of the newest `versions` of each, with their sizes. The caller authorizes the files
 * (I11). Newer contents are looked through first, and no more than a million chunks in all: what is not found by then may be
 * there all the same.
 */
export async function chunksOfFiles(
  shard: Shard,
  { spaceId, ownerId }: { readonly spaceId: string; readonly ownerId: string },
  files: { readonly ids: readonly string[]; readonly versions: number },
  wanted: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (files.ids.length === 0 || wanted.size === 0) return found;
  const { results } = await shard.db
    .prepare(CONTENTS_QUERY)
    .bind(spaceId, JSON.stringify(files.ids), files.versions)
    .all<{ id: string }>();
  let left = results.map(({ id }) => id);
  for (let looked = 0; left.length > 0 && looked < CHUNKS_A_LOOK && found.size < wanted.size;) {
    const manifests = await readLeadingManifests(shard, ownerId, left, CHUNKS_A_READ);
    for (const manifest of manifests.values()) {
      looked += manifest?.length ?? 0;
      if (manifest) pick(manifest, wanted, found);
    }
    left = left.slice(manifests.size);
  }
  return found;
}

function pick(manifest: Manifest, wanted: ReadonlySet<string>, found: Map<string, number>): void {
  for (let i = 0; i < manifest.length; i++) {
    const id = manifest.id(i);
    if (wanted.has(id)) found.set(id, manifest.size(i));
  }
}
