import { fileKind } from "../../core/file-kind.ts";
import type { FileKind, Usage } from "../../protocol/usage.ts";
import { LOST } from "./chunk-rows.ts";
import { deadFolders } from "./dead-folders.ts";
import type { Shard } from "./shards.ts";

/** What a count finds; the largest files by id only, because their names and places may change. */
export type CountedUsage = Omit<Usage, "measuredAt" | "largest"> & { readonly largestIds: readonly string[] };

/** How much one count may look at. */
export interface UsageBudget {
  /** Nodes, and chunks, each: a row read for each. */
  readonly rows: number;
  /** Of one query. */
  readonly page: number;
  /** Folders in the trash. */
  readonly deadFolders: number;
  /** Older versions, of the nodes of one page. */
  readonly versions: number;
}

const BUDGET: UsageBudget = { rows: 1_000_000, page: 50_000, deadFolders: 20_000, versions: 100_000 };
const LARGEST = 20;
/** Longer endings are no extension that is known. */
const LONGEST_TAIL = 16;

/** What of a page is alike: by where it is, and by how its names end. */
interface SumRow {
  /** 0 live, 1 in the trash, 2 purged, each by itself or by an ancestor. */
  readonly place: 0 | 1 | 2;
  /** Null for folders. */
  readonly tail: string | null;
  readonly nodes: number;
  readonly last: string;
  readonly files: number;
  readonly bytes: number;
  readonly items: number;
  /** The largest live file's size; -1 for none. */
  readonly largest: number;
  /** Files with older versions. */
  readonly edited: number;
}

/** Nodes by id, and where each is. Parameters: space, id, limit, folders in the trash, purged folders. */
const PAGE = `
  SELECT p.*, CASE
    WHEN p.state = 'purged' OR p.parent_id IN (SELECT value FROM json_each(?5)) THEN 2
    WHEN p.state = 'trashed' OR p.parent_id IN (SELECT value FROM json_each(?4)) THEN 1
    ELSE 0 END AS place
  FROM (
    SELECT n.id, n.parent_id, n.name_key, n.type = 'file' AS is_file, n.state, n.version, n.size FROM nodes n
    WHERE n.space_id = ?1 AND n.id > ?2 ORDER BY n.id LIMIT ?3
  ) p`;

const SUMS = `
  SELECT place, iif(length(tail) > ${LONGEST_TAIL}, '', tail) AS tail, count(*) AS nodes, max(id) AS last,
    sum(is_file) AS files, sum(size) AS bytes, sum(place = 1 AND state = 'trashed') AS items,
    max(iif(place = 0 AND is_file, size, -1)) AS largest, sum(place < 2 AND version > 1) AS edited
  FROM (
    SELECT *, CASE WHEN NOT is_file THEN NULL WHEN instr(name_key, '.') = 0 THEN name_key
      ELSE substr(name_key, length(rtrim(name_key, replace(name_key, '.', '')))) END AS tail
    FROM (${PAGE})
  ) GROUP BY 1, 2`;

/** One parameter more: only files of more bytes. */
const LARGE = `
  SELECT id, size AS bytes FROM (${PAGE}) WHERE is_file AND size > ?6 AND place = 0 ORDER BY size DESC, id LIMIT ${LARGEST}`;

/** One parameter more: a limit of versions. */
const OLDER = `
  SELECT count(*) AS versions, total(size) AS bytes FROM (
    SELECT v.size FROM (${PAGE}) k CROSS JOIN versions v
    ON v.space_id = ?1 AND v.node_id = k.id AND v.version < k.version
    WHERE k.version > 1 AND k.place < 2 LIMIT ?6)`;

/** Parameters: owner, hex of the last chunk's id, limit. */
const CHUNKS = `
  SELECT count(*) AS n, hex(max(id)) AS last, total(iif(refs > 0, size, 0)) AS held,
    total(iif(refs > 0, length, 0)) AS stored, total(iif(refs = 0, size, 0)) AS unused
  FROM (
    SELECT id, refs, iif(pack_id = '${LOST}', 0, size) AS size, iif(pack_id = '${LOST}', 0, length) AS length
    FROM chunks WHERE owner_id = ?1 AND id > unhex(?2) ORDER BY id LIMIT ?3)`;

/** Every query here, for the test that reads their plans. */
export const USAGE_QUERIES = { SUMS, LARGE, OLDER, CHUNKS };

/**
 * Counts what takes an account's space. Reads some four rows for each file (its node's two or three times, those of its
 * chunks and older versions once), in pages that are aggregated by the database. Not a snapshot: what changes meanwhile may
 * be counted in both of its places, or in none.
 */
export async function countUsage(
  shard: Shard,
  { spaceId, ownerId }: { readonly spaceId: string; readonly ownerId: string },
  budget: UsageBudget = BUDGET,
): Promise<CountedUsage> {
  const nodes = await countNodes(shard, spaceId, budget);
  const chunks = await countChunks(shard, ownerId, budget);
  const live = nodes.kinds.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    ...nodes,
    ...chunks,
    complete: nodes.complete && chunks.complete,
    logicalBytes: live + nodes.trash.bytes + nodes.olderVersions.bytes,
  };
}

type CountedNodes = Pick<CountedUsage, "complete" | "kinds" | "trash" | "olderVersions" | "largestIds">;

async function countNodes(shard: Shard, spaceId: string, budget: UsageBudget): Promise<CountedNodes> {
  const dead = await deadFolders(shard, spaceId, budget.deadFolders);
  const folders = [dead.trashed, dead.purged].map((ids) => JSON.stringify([...ids]));
  const sums = new NodeSums();
  let { complete } = dead;
  let after = "";
  for (let left = budget.rows; ;) {
    const limit = Math.min(left, budget.page);
    const page = [spaceId, after, limit, ...folders];
    const { results } = await shard.db
      .prepare(SUMS)
      .bind(...page)
      .all<SumRow>();
    for (const row of results) sums.add(row);
    const { smallestLarge } = sums;
    if (results.some(({ largest }) => largest > smallestLarge)) {
      const found = await shard.db
        .prepare(LARGE)
        .bind(...page, smallestLarge)
        .all<LargeFile>();
      sums.addLarge(found.results);
    }
    if (results.some(({ edited }) => edited > 0)) {
      const older = await shard.db
        .prepare(OLDER)
        .bind(...page, budget.versions)
        .first<Usage["olderVersions"]>();
      sums.addOlder(older ?? { versions: 0, bytes: 0 });
      complete &&= (older?.versions ?? 0) < budget.versions;
    }
    const nodes = results.reduce((sum, row) => sum + row.nodes, 0);
    left -= nodes;
    if (nodes < limit) return sums.counted(complete);
    if (left <= 0) return sums.counted(false);
    after = results.reduce((last, row) => (row.last > last ? row.last : last), after);
  }
}

interface LargeFile {
  readonly id: string;
  readonly bytes: number;
}

class NodeSums {
  readonly #kinds = new Map<FileKind, { files: number; bytes: number }>();
  readonly #trash = { items: 0, files: 0, bytes: 0 };
  readonly #older = { versions: 0, bytes: 0 };
  #large: readonly LargeFile[] = [];

  add({ place, tail, files, bytes, items }: SumRow): void {
    this.#trash.items += items;
    if (tail === null || place === 2) return;
    const sum = place === 1 ? this.#trash : this.#kind(fileKind(tail));
    sum.files += files;
    sum.bytes += bytes;
  }

  /** A file of more bytes is among the largest so far. */
  get smallestLarge(): number {
    return this.#large[LARGEST - 1]?.bytes ?? -1;
  }

  addLarge(files: readonly LargeFile[]): void {
    this.#large = [...this.#large, ...files].sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST);
  }

  addOlder({ versions, bytes }: Usage["olderVersions"]): void {
    this.#older.versions += versions;
    this.#older.bytes += bytes;
  }

  counted(complete: boolean): CountedNodes {
    const kinds = [...this.#kinds].map(([kind, sum]) => ({ kind, ...sum }));
    return {
      complete,
      kinds: kinds.sort((a, b) => b.bytes - a.bytes || b.files - a.files),
      trash: this.#trash,
      olderVersions: this.#older,
      largestIds: this.#large.map(({ id }) => id),
    };
  }

  #kind(kind: FileKind): { files: number; bytes: number } {
    const known = this.#kinds.get(kind) ?? { files: 0, bytes: 0 };
    this.#kinds.set(kind, known);
    return known;
  }
}

type CountedChunks = Pick<CountedUsage, "complete" | "distinctBytes" | "storedBytes" | "unusedBytes">;

async function countChunks(shard: Shard, ownerId: string, budget: UsageBudget): Promise<CountedChunks> {
  const sums = { distinctBytes: 0, storedBytes: 0, unusedBytes: 0 };
  let after = "";
  for (let left = budget.rows; ;) {
    const limit = Math.min(left, budget.page);
    const row = await shard.db
      .prepare(CHUNKS)
      .bind(ownerId, after, limit)
      .first<{ n: number; last: string | null; held: number; stored: number; unused: number }>();
    const { n = 0, held = 0, stored = 0, unused = 0 } = row ?? {};
    sums.distinctBytes += held;
    sums.storedBytes += stored;
    sums.unusedBytes += unused;
    left -= n;
    if (n < limit) return { ...sums, complete: true };
    if (left <= 0) return { ...sums, complete: false };
    after = row?.last ?? "";
  }
}
