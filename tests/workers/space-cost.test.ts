import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { chunksOfFiles, CONTENTS_QUERY } from "../../workers/storage/chunks-of-files.ts";
import { FOLDER_TRASH_QUERY, listFolderTrash, SCANNED_QUERY } from "../../workers/storage/folder-trash.ts";
import { SENT_QUERY, sentChunks } from "../../workers/storage/sent-chunks.ts";
import { makeSpace } from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";
import { planOf } from "./support/query-plan.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };

it("[M6] [M3] what is asked of members' chunks and of a folder's trash is looked up by keys", async () => {
  expect(await planOf(META_0, SENT_QUERY)).toMatch(
    /SEARCH s USING PRIMARY KEY \(day=\? AND owner_id=\? AND account_id=\? AND chunk_id=\?\)/,
  );
  const contents = await planOf(META_0, CONTENTS_QUERY);
  expect(contents).toMatch(/SEARCH n USING PRIMARY KEY \(space_id=\? AND id=\?\)/);
  expect(contents).toMatch(/SEARCH v USING PRIMARY KEY \(space_id=\? AND node_id=\? AND version>\?\)/);
  const scanned = await planOf(META_0, SCANNED_QUERY);
  expect(scanned).toMatch(/USING COVERING INDEX folder_changes_seq \(space_id=\? AND folder_id=\? AND seq<\?\)/);
  expect(await planOf(META_0, FOLDER_TRASH_QUERY)).toMatch(/SEARCH n USING PRIMARY KEY \(space_id=\? AND id=\?\)/);
});

const folder = newId();
let space: Awaited<ReturnType<typeof makeSpace>>;

/** A shared folder of 20 trashed files, in a space that has 3,000 others in its trash. */
beforeAll(async () => {
  space = await makeSpace();
  const node = (name: string, count: number, parent: string, from: number) =>
    META_0.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?4)
       INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, state, version, size, mtime, seq, created_at, trashed_at)
       SELECT ?1, ?2 || i, ?3, ?2 || i, ?2 || i, 'file', 'trashed', 1, 0, 0, ?5 + i, 0, 9 FROM n`,
    ).bind(space.spaceId, name, parent, count, from);
  await META_0.batch([
    META_0.prepare(
      `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
       VALUES (?1, ?2, ?3, 'shared', 'shared', 'folder', 0, 1, 0)`,
    ).bind(space.spaceId, folder, space.rootId),
    node("inside", 20, folder, 10),
    node("elsewhere", 3_000, space.rootId, 100),
    META_0.prepare(
      "INSERT INTO folder_changes (space_id, folder_id, node_id, seq) SELECT ?2, ?1, id, seq FROM nodes WHERE space_id = ?2 AND parent_id = ?1",
    ).bind(folder, space.spaceId),
  ]);
});

it("[M3] a folder's trash costs by the folder's changes, whatever the owner has in the trash besides", async () => {
  const { shard, rows, queries } = countingShard("META_0", META_0);
  const page = await listFolderTrash({ shard, spaceId: space.spaceId, scope: folder }, { limit: 10 });
  expect(page.nodes.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `inside${19 - i}`));
  expect(page.next).not.toBeNull();
  console.log("a page of 10 of a folder's trash of 20", rows, queries);
  expect(rows.read).toBeLessThan(200);
});

it("[M6] what a member has sent costs four look-ups a chunk, and what is in files a row a version", async () => {
  const { shard, rows } = countingShard("META_0", META_0);
  const ids = Array.from({ length: 100 }, (_, i) => i.toString(16).padStart(64, "0"));
  await sentChunks(shard, { ownerId: space.ownerId, userId: newId() }, ids, Date.now());
  console.log("asking for 100 chunks that were not sent", rows.read);
  expect(rows.read).toBeLessThanOrEqual(1_000);
  rows.read = 0;
  await chunksOfFiles(shard, space, { ids: [newId(), newId()], versions: 100 }, new Set(ids));
  expect(rows.read).toBeLessThanOrEqual(10);
});
