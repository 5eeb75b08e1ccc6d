import { z } from "zod";
import type { ActivityAction } from "../../protocol/activity.ts";
import type { Node } from "../../protocol/tree.ts";
import { idTime } from "../../protocol/new-id.ts";
import {
  ACTIVITY_COLUMNS,
  idsAt,
  Seen,
  type ActivityRequest,
  type ActivityRow,
  type ActivityRows,
  type Sight,
} from "./activity-reads.ts";
import { decodePagePosition, encodePagePosition } from "./page-position.ts";

/** Actions that make versions: a file's own activity has them by those. */
const MAKES_VERSIONS = "'create', 'edit', 'copy', 'drop', 'restoreVersion'";

/** A file's records, and that of its trashing where it went together with others. */
const FILE_RECORDS = `
  SELECT * FROM (
    SELECT ${ACTIVITY_COLUMNS} FROM activity a INDEXED BY activity_node
    WHERE a.space_id = ?1 AND a.node_id = ?2 AND a.id < ?3 AND a.action NOT IN (${MAKES_VERSIONS})
    ORDER BY a.id DESC LIMIT ?4)
  UNION ALL
  SELECT ${ACTIVITY_COLUMNS} FROM activity a
  WHERE a.space_id = ?1 AND a.id >= ?5 AND a.id < min(?6, ?3) AND a.action = 'trash' AND a.count > 1
    AND a.node_id <> ?2 AND a.parent_id = ?7 AND a.type = 'file'`;

const FILE_VERSIONS = `
  SELECT version, created_at AS at, author_id AS author FROM versions
  WHERE space_id = ?1 AND node_id = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4`;

/** Records of the commits that made versions, which they share their time with. */
const VERSION_RECORDS = `
  SELECT j.value ->> 0 AS version, ${ACTIVITY_COLUMNS} FROM json_each(?3) j
  CROSS JOIN activity a ON a.space_id = ?1 AND a.id >= j.value ->> 1 AND a.id < j.value ->> 2
  WHERE a.actor = j.value ->> 3 AND a.action IN (${MAKES_VERSIONS}) AND a.type = 'file'
    AND (a.node_id = ?2 OR a.count > 1)
  LIMIT 5000`;

interface VersionRow {
  readonly version: number;
  readonly at: number;
  readonly author: string;
}

const Position = z.tuple([z.literal("file activity"), z.string(), z.number()]);

/**
 * What was done to a file, newest first (V2): its versions, each with who made it and, for a year, by what; and the records
 * that name it. Of what was done to several files of a folder at once it has their making, and the trashing of those that
 * are in the trash; other moves of several at once are told of in the folder's activity. Reads as many versions and records
 * as it answers, at most twice.
 *
 * @param file - A file that the caller has authorized.
 * @throws LedgeError `invalid_cursor`.
 */
export async function listFileActivity(
  sight: Sight,
  file: Node,
  { limit, cursor }: ActivityRequest,
): Promise<ActivityRows> {
  const { shard, spaceId } = sight;
  const [, before, below] = cursor === undefined ? ["", "~", 2 ** 53] : decodePagePosition(Position, cursor);
  const [from, until] = file.trashedAt === null ? ["~", "~"] : idsAt(file.trashedAt);
  const [records, versions] = await shard.db.batch<unknown>([
    shard.db.prepare(FILE_RECORDS).bind(spaceId, file.id, before, limit + 1, from, until, file.parent),
    shard.db.prepare(FILE_VERSIONS).bind(spaceId, file.id, below, limit + 1),
  ]);
  const entries: Entry[] = [
    ...((records?.results ?? []) as ActivityRow[]).map((row) => ({ row: asOf(file, row), version: null })),
    ...(await versionEntries(sight, file, (versions?.results ?? []) as VersionRow[])),
  ];
  // What has the same time is in the order of versions.
  entries.sort((a, b) => b.row.at - a.row.at || (b.version ?? 0) - (a.version ?? 0) || (a.row.id < b.row.id ? 1 : -1));
  const page = entries.slice(0, limit);
  const seen = await Seen.of(
    sight,
    page.map(({ row }) => row),
    false,
  );
  return {
    rows: page.map(({ row }) => seen.shown(row)),
    next: entries.length > limit ? nextOf(page, before, below) : null,
  };
}

interface Entry {
  readonly row: ActivityRow;
  /** Null for a record. */
  readonly version: number | null;
}

function nextOf(page: readonly Entry[], before: string, below: number): string {
  const ids = page.filter(({ version }) => version === null).map(({ row }) => row.id);
  const versions = page.map(({ version }) => version).filter((version) => version !== null);
  const least = ids.reduce((lowest, id) => (id < lowest ? id : lowest), before);
  return encodePagePosition<z.infer<typeof Position>>(["file activity", least, Math.min(below, ...versions)]);
}

async function versionEntries(
  { shard, spaceId }: Sight,
  file: Node,
  versions: readonly VersionRow[],
): Promise<Entry[]> {
  if (versions.length === 0) return [];
  const asked = versions.map(({ version, at, author }) => [version, ...idsAt(at), author]);
  const { results } = await shard.db
    .prepare(VERSION_RECORDS)
    .bind(spaceId, file.id, JSON.stringify(asked))
    .all<ActivityRow & { readonly version: number }>();
  const records = Map.groupBy(results, ({ version }) => version);
  return versions.map((made) => {
    const candidates = records.get(made.version) ?? [];
    const record =
      candidates.find((each) => each.node_id === file.id && fits(each.action, made)) ??
      candidates.find((each) => fits(each.action, made));
    return { row: versionRow(file, made, record), version: made.version };
  });
}

/** Whether an action makes a version of that number. */
function fits(action: ActivityAction, { version }: VersionRow): boolean {
  const isFirst = action === "create" || action === "copy" || action === "drop";
  return isFirst === (version === 1);
}

/** A version as a record: that of its commit, or where there is none any more what the version itself tells. */
function versionRow(file: Node, { version, at, author }: VersionRow, record: ActivityRow | undefined): ActivityRow {
  const of = record && asOf(file, record);
  return {
    space_id: file.space,
    id: versionId(file.id, version, at),
    at,
    actor: author,
    origin: of?.origin ?? null,
    label: of?.label ?? null,
    action: of?.action ?? (version === 1 ? "create" : "edit"),
    node_id: file.id,
    name: of?.name ?? file.name,
    type: "file",
    parent_id: of?.parent_id ?? file.parent,
    count: 1,
    detail: of?.detail ?? null,
  };
}

/**
 * A record of several as that of the one: what it was called then only the record that names it tells. Uses of a link are
 * counted otherwise, and stay.
 */
function asOf(file: Node, row: ActivityRow): ActivityRow {
  const isUse = row.action === "openLink" || row.action === "download";
  const name = row.node_id === file.id ? row.name : file.name;
  return { ...row, node_id: file.id, name, count: isUse ? row.count : 1 };
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Always the same for a version, and no other's: its time, most of its file's id, and its number. */
function versionId(file: string, version: number, at: number): string {
  let number = "";
  for (let rest = version; number.length < 6; rest = Math.floor(rest / 32))
    number = ALPHABET.charAt(rest % 32) + number;
  return idTime(at) + file.slice(16) + number;
}

/** Every query here, for the test that reads their plans. */
export const FILE_ACTIVITY_QUERIES = { FILE_RECORDS, FILE_VERSIONS, VERSION_RECORDS };
