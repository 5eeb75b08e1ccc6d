import type { ImportedVersion } from "../../core/commit/import.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import type { Node } from "../../protocol/tree.ts";
import { readLeadingManifests, type Manifest } from "./contents.ts";
import type { Subtree } from "./subtree-walk.ts";

/** A node whose versions are asked for that follow its first `after`. */
export interface HistoryAsked {
  readonly node: Node;
  readonly after: number;
}

/** A node, and of a file the versions that follow `after`, as an import takes them (M11). */
export interface History extends HistoryAsked {
  readonly versions: readonly ImportedVersion[];
  /** False where more follow. */
  readonly isWhole: boolean;
}

export interface Histories {
  /** Of the first ones that were asked for, in order. What was purged meanwhile is left out. */
  readonly histories: readonly History[];
  /** What is to be asked for next; null where that was all. */
  readonly rest: { readonly index: number; readonly after: number } | null;
  /** What it was in all. */
  readonly versionCount: number;
  readonly chunkCount: number;
}

/** Of one answer. A version of more chunks than these is answered alone. */
export const HISTORY_VERSIONS = 1_000;
export const HISTORY_CHUNKS = 20_000;

/** Parameters: space, `[node, after, until]` triples. */
export const HISTORIES_QUERY = `
  SELECT v.node_id, v.version, v.content_id, v.mtime, v.executable, v.created_at, v.author_id
  FROM json_each(?2) j CROSS JOIN versions v
  ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version > j.value ->> 1 AND v.version <= j.value ->> 2`;

interface VersionRow {
  readonly node_id: string;
  readonly version: number;
  readonly content_id: string;
  readonly mtime: number;
  readonly executable: 0 | 1;
  readonly created_at: number;
  readonly author_id: string;
}

/** Reads histories as far as one answer takes, one version at least: two queries. */
export async function readHistories(
  { shard, spaceId, ownerId }: Pick<Subtree, "shard" | "spaceId" | "ownerId">,
  asked: readonly HistoryAsked[],
): Promise<Histories> {
  const ranges = rangesOf(asked);
  const rows = await readVersions(shard, spaceId, ranges);
  const contents = ranges.flatMap(({ node }) => (rows.get(node.id) ?? []).map((row) => row.content_id));
  const known =
    contents.length === 0 ? new Map() : await readLeadingManifests(shard, ownerId, contents, HISTORY_CHUNKS);
  const taking = new Taking(known);
  for (const range of ranges) if (!taking.take(range, rows.get(range.node.id) ?? [])) break;
  return taking.answer(asked);
}

interface Range extends HistoryAsked {
  readonly until: number;
}

/** What one query asks for: as many versions as it may be. */
function rangesOf(asked: readonly HistoryAsked[]): Range[] {
  const ranges: Range[] = [];
  let left = HISTORY_VERSIONS;
  for (const { node, after } of asked) {
    const until = Math.min(node.version, after + left);
    if (until <= after && node.version > after) break;
    left -= Math.max(0, until - after);
    ranges.push({ node, after, until });
  }
  return ranges;
}

async function readVersions(
  shard: Subtree["shard"],
  spaceId: string,
  ranges: readonly Range[],
): Promise<ReadonlyMap<string, readonly VersionRow[]>> {
  const triples = ranges
    .filter(({ after, until }) => until > after)
    .map(({ node, after, until }) => [node.id, after, until]);
  if (triples.length === 0) return new Map();
  const { results } = await shard.db.prepare(HISTORIES_QUERY).bind(spaceId, JSON.stringify(triples)).all<VersionRow>();
  return Map.groupBy(
    results.sort((a, b) => a.version - b.version),
    (row) => row.node_id,
  );
}

/** Puts histories together until there are enough chunks. */
class Taking {
  readonly #manifests: ReadonlyMap<string, Manifest | null>;
  readonly #chunks = new Map<string, ChunkRef[]>();
  readonly #histories: History[] = [];
  #looked = 0;
  #after = 0;
  #versionCount = 0;
  #chunkCount = 0;

  constructor(manifests: ReadonlyMap<string, Manifest | null>) {
    this.#manifests = manifests;
  }

  /** False where it was cut, and nothing more fits. */
  take({ node, after, until }: Range, rows: readonly VersionRow[]): boolean {
    const versions: ImportedVersion[] = [];
    for (const row of rows) {
      const manifest = this.#manifests.get(row.content_id);
      // What is not whole any more was purged since its node was read.
      if (manifest === null) return this.#skip();
      const isFull = this.#versionCount > 0 && this.#chunkCount + (manifest?.length ?? 0) > HISTORY_CHUNKS;
      if (!manifest || isFull) return this.#cut(node, after, versions);
      this.#versionCount++;
      this.#chunkCount += manifest.length;
      versions.push(importedVersion(row, this.#chunksOf(row.content_id, manifest)));
    }
    if (versions.length < until - after) return this.#skip();
    if (until < node.version) return this.#cut(node, after, versions);
    this.#histories.push({ node, after, versions, isWhole: true });
    this.#looked++;
    return true;
  }

  answer(asked: readonly HistoryAsked[]): Histories {
    const next = asked[this.#looked];
    const rest = next ? { index: this.#looked, after: Math.max(this.#after, next.after) } : null;
    const counts = { versionCount: this.#versionCount, chunkCount: this.#chunkCount };
    return { histories: this.#histories, rest, ...counts };
  }

  #skip(): true {
    this.#looked++;
    return true;
  }

  #cut(node: Node, after: number, versions: readonly ImportedVersion[]): false {
    if (versions.length === 0) return false;
    this.#histories.push({ node, after, versions, isWhole: false });
    this.#after = after + versions.length;
    return false;
  }

  #chunksOf(content: string, manifest: Manifest): ChunkRef[] {
    const known = this.#chunks.get(content);
    if (known) return known;
    const chunks = Array.from({ length: manifest.length }, (_, i) => ({ id: manifest.id(i), size: manifest.size(i) }));
    this.#chunks.set(content, chunks);
    return chunks;
  }
}

function importedVersion(row: VersionRow, chunks: readonly ChunkRef[]): ImportedVersion {
  const { mtime, executable, created_at, author_id } = row;
  return { chunks, mtime, executable: executable === 1, createdAt: created_at, author: author_id };
}
