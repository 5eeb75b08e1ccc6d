import { nameKey } from "../../core/names.ts";
import type { Changes } from "../../core/plan-commit.ts";
import { encodeManifest, type ChunkRef } from "../../protocol/content.ts";
import type { Node } from "../../protocol/tree.ts";
import { LOST } from "./chunk-rows.ts";
import type { CommitDatabase, OperationRow } from "./commit-load.ts";
import { jsonSlices } from "./json-slices.ts";

/** Manifests over this many chunks are bound as blobs of their own: as hex they would not fit one parameter. */
const INLINE_CHUNKS = 1_000;

export interface WriteContext {
  readonly spaceId: string;
  readonly ownerId: string;
  readonly now: number;
}

/**
 * The statements of one commit batch (T3), in the order of I2: fence, chunk counts, contents, nodes, versions, what
 * changed in shared folders (M7), the space's seq. Run as a batch they fail as a whole, and change nothing, where
 * - the space is no longer at the base seq, or `commits` has it already: another writer was first (I4);
 * - folders were shared or unshared since the plan was made, which knew not whom to tell;
 * - a chunk row has gone since the plan was made (`chunks` NOT NULL);
 * - an operation is recorded already (`operations` UNIQUE).
 */
export function commitStatements(
  db: CommitDatabase,
  context: WriteContext,
  changes: Changes,
  operations: readonly OperationRow[],
): D1PreparedStatement[] {
  const { spaceId, now } = context;
  const records = inSlices(
    db,
    INSERT_OPERATIONS,
    [spaceId, now],
    operations.map(({ id, digest, result }) => [id, digest, result]),
  );
  if (changes.seq === changes.baseSeq) return records;
  return [
    db.prepare(FENCE).bind(spaceId, changes.baseSeq, changes.seq, now, sharedText(changes.shared)),
    ...contentStatements(db, context, changes),
    ...inSlices(db, VACATE_NAMES, [spaceId], changes.vacated),
    ...inSlices(db, UPSERT_NODES, [spaceId], changes.nodes.map(nodeTuple)),
    ...versionStatements(db, context, changes),
    ...inSlices(
      db,
      JOURNAL,
      [spaceId],
      changes.inShared.journal.map(({ folder, node, seq, kind }) => [folder, node, seq, kind]),
    ),
    db.prepare("UPDATE spaces SET seq = ?2 WHERE id = ?1").bind(spaceId, changes.seq),
    ...records,
  ];
}

/** Which of the foreseen failures a batch's error is; `lost` where what became of the batch is not known. */
export function batchFailure(error: unknown): "fenced" | "recorded" | "chunk_gone" | "lost" | "unforeseen" {
  const message = error instanceof Error ? error.message : String(error);
  if (/(NOT NULL|UNIQUE) constraint failed: commits\./.test(message)) return "fenced";
  if (/UNIQUE constraint failed: operations\./.test(message)) return "recorded";
  if (/NOT NULL constraint failed: chunks\./.test(message)) return "chunk_gone";
  const isTransient =
    /network connection lost|overloaded|storage caused object to be reset|reset because its code was updated|internal error|timed? ?out|connection closed/i;
  return isTransient.test(message) ? "lost" : "unforeseen";
}

/**
 * Chunk counts before contents: a count rises where the content is not there at that moment, in the batch itself, so that
 * a collector that takes a dead content away after the plan was made is not missed.
 */
function contentStatements(
  db: CommitDatabase,
  { ownerId, now }: WriteContext,
  changes: Changes,
): D1PreparedStatement[] {
  const counts: [string, string][] = [];
  const small: [string, number, string][] = [];
  const large: D1PreparedStatement[] = [];
  for (const { id, size, chunks } of changes.contents) {
    for (const chunk of new Set(chunks.map((each) => each.id))) counts.push([id, chunk]);
    if (chunks.length <= INLINE_CHUNKS) small.push([id, size, manifestHex(chunks)]);
    else large.push(db.prepare(INSERT_CONTENT).bind(ownerId, id, size, encodeManifest(chunks), now));
  }
  return [
    ...inSlices(db, COUNT_CHUNKS, [ownerId], counts),
    ...inSlices(db, INSERT_CONTENTS, [ownerId, now], small),
    ...large,
  ];
}

/** `encodeManifest` in hex, without the way over bytes. */
function manifestHex(chunks: readonly ChunkRef[]): string {
  return chunks.map(({ id, size }) => id + size.toString(16).padStart(8, "0")).join("");
}

function versionStatements(db: CommitDatabase, context: WriteContext, changes: Changes): D1PreparedStatement[] {
  const { spaceId, ownerId } = context;
  const versions = changes.versions.map(({ node, version, content, size, mtime, executable, createdAt, authorId }) => [
    node,
    version,
    content,
    size,
    mtime,
    executable ? 1 : 0,
    createdAt,
    authorId,
  ]);
  return [
    ...inSlices(db, INSERT_VERSIONS, [spaceId, ownerId], versions),
    ...inSlices(db, DELETE_VERSIONS, [spaceId], changes.purged),
  ];
}

function nodeTuple(node: Node): unknown[] {
  const { id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt } = node;
  const { mount } = node;
  return [
    id,
    parent,
    name,
    nameKey(name),
    type,
    state,
    version,
    content,
    size,
    mtime,
    executable ? 1 : 0,
    seq,
    createdAt,
    trashedAt,
    mount ?? null,
  ];
}

function inSlices(
  db: CommitDatabase,
  sql: string,
  fixed: readonly (string | number)[],
  items: readonly unknown[],
): D1PreparedStatement[] {
  return jsonSlices(items).map((slice) => db.prepare(sql).bind(...fixed, slice));
}

/** As the fence reads it. */
function sharedText(shared: ReadonlySet<string>): string | null {
  return shared.size === 0 ? null : [...shared].sort().join();
}

/**
 * Where the space has moved on, or its shared folders are others, its base seq is NULL, which `commits` does not take. The primary key says the same once
 * more; but rows of old commits are pruned (T17), and the space's own seq is not.
 */
const FENCE = `
  INSERT INTO commits (space_id, base_seq, seq, at)
  VALUES (?1, (
    SELECT seq FROM spaces WHERE id = ?1 AND seq = ?2 AND ?5 IS (
      SELECT group_concat(folder_id) FROM (SELECT folder_id FROM shared_folders WHERE space_id = ?1 ORDER BY folder_id)
    )
  ), ?3, ?4)`;

const INSERT_OPERATIONS = `
  INSERT INTO operations (space_id, id, digest, result, at)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2, ?2 FROM json_each(?3)`;

/** A chunk that is not there, or lost, has no pack to copy, and NOT NULL aborts the batch. */
const COUNT_CHUNKS = `
  INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
  SELECT ?1, unhex(j.value ->> 1), c.pack_id, c."offset", c.length, c.size, 1, c.touched_at
  FROM json_each(?2) j
    LEFT JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value ->> 1) AND c.pack_id <> '${LOST}'
  WHERE NOT EXISTS (SELECT 1 FROM contents k WHERE k.owner_id = ?1 AND k.id = j.value ->> 0)
  ON CONFLICT (owner_id, id) DO UPDATE SET refs = refs + 1`;

const INSERT_CONTENTS = `
  INSERT INTO contents (owner_id, id, size, manifest, created_at)
  SELECT ?1, value ->> 0, value ->> 1, unhex(value ->> 2), ?2 FROM json_each(?3) WHERE true
  ON CONFLICT (owner_id, id) DO NOTHING`;

const INSERT_CONTENT = `
  INSERT INTO contents (owner_id, id, size, manifest, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (owner_id, id) DO NOTHING`;

/** No name holds a slash, so these keys are nobody's; each node's own follows in the same batch. */
const VACATE_NAMES = `
  UPDATE nodes SET name_key = '/' || id WHERE space_id = ?1 AND id IN (SELECT value FROM json_each(?2))`;

const UPSERT_NODES = `
  INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, state, version, content_id, size, mtime, executable,
    seq, created_at, trashed_at, mount)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14
  FROM json_each(?2) WHERE true
  ON CONFLICT (space_id, id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name,
    name_key = excluded.name_key, type = excluded.type, state = excluded.state, version = excluded.version, content_id = excluded.content_id,
    size = excluded.size, mtime = excluded.mtime, executable = excluded.executable, seq = excluded.seq,
    created_at = excluded.created_at, trashed_at = excluded.trashed_at, mount = excluded.mount`;

/** One row for each node of a folder. A folder that came in, and changed later, has come in all the same. */
const JOURNAL = `
  INSERT INTO folder_changes (space_id, folder_id, node_id, seq, arrived_seq, is_left)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2, iif(value ->> 3 = 'arrived', value ->> 2, 0), value ->> 3 = 'left'
  FROM json_each(?2) WHERE true
  ON CONFLICT (space_id, folder_id, node_id) DO UPDATE SET seq = excluded.seq, is_left = excluded.is_left,
    arrived_seq = max(arrived_seq, excluded.arrived_seq)`;

const INSERT_VERSIONS = `
  INSERT INTO versions (space_id, node_id, version, owner_id, content_id, size, mtime, executable, created_at, author_id)
  SELECT ?1, value ->> 0, value ->> 1, ?2, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7
  FROM json_each(?3)`;

const DELETE_VERSIONS = `DELETE FROM versions WHERE space_id = ?1 AND node_id IN (SELECT value FROM json_each(?2))`;

/** Every statement over a set, for the test that reads their plans. */
export const WRITE_QUERIES = { COUNT_CHUNKS, VACATE_NAMES, DELETE_VERSIONS };
