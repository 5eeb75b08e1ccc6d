import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { HISTORIES_QUERY } from "../../workers/storage/histories.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { findBarriers, readSubtreeChanges, SUBTREE_CHANGE_QUERIES } from "../../workers/storage/subtree-changes.ts";
import { SUBTREE_QUERIES } from "../../workers/storage/subtree-pages.ts";
import { SUBTREE_WALK_QUERIES, type Subtree } from "../../workers/storage/subtree-walk.ts";
import { commitTo, folder, makeSpace, META_0, type TestSpace } from "./support/commit-space.ts";
import { commitInternally, importedFolder } from "./support/imports.ts";
import { planOf } from "./support/query-plan.ts";

const subtreeOf = (space: TestSpace, top: string, withTrash = false): Subtree => {
  const shard = openShard(env as unknown as Env, "META_0", "first-primary");
  return { shard, spaceId: space.spaceId, ownerId: space.ownerId, top, withTrash };
};

describe("changes of a subtree", () => {
  it("[M11] tell where each node stands by now, page by page, with the seq up to which they are all", async () => {
    const space = await makeSpace();
    const ids = {
      top: newId(),
      live: newId(),
      moved: newId(),
      trashed: newId(),
      inTrashed: newId(),
      purged: newId(),
      staged: newId(),
    };
    await commitTo(space, [
      folder(space.rootId, "top", ids.top),
      ...(["live", "moved", "trashed", "purged"] as const).map((name) => folder(ids.top, name, ids[name])),
      folder(ids.trashed, "in", ids.inTrashed),
    ]);
    const since = (await readSubtreeChanges(subtreeOf(space, ids.top), 0, 100)).seq;
    expect(since).toBe(6);
    await commitTo(space, [
      { type: "move", node: ids.live, name: "renamed" },
      { type: "move", node: ids.moved, parent: space.rootId },
      { type: "move", node: ids.inTrashed, name: "x" },
      { type: "trash", node: ids.trashed },
      { type: "trash", node: ids.purged },
      { type: "purge", node: ids.purged },
    ]);
    await commitInternally(space, [importedFolder(ids.staged, null)]);
    const all = await readSubtreeChanges(subtreeOf(space, ids.top), since, 100);
    expect(all.changes.map(({ node, place }) => [node.id, place])).toEqual([
      [ids.live, "live"],
      [ids.moved, "elsewhere"],
      [ids.inTrashed, "trashed"],
      [ids.trashed, "trashed"],
      [ids.purged, "gone"],
      [ids.staged, "elsewhere"],
    ]);
    expect([all.seq, all.upToDate]).toEqual([13, true]);
    const page = await readSubtreeChanges(subtreeOf(space, ids.top), since, 2);
    expect(page).toEqual({ changes: all.changes.slice(0, 2), seq: 8, upToDate: false });
    expect(await readSubtreeChanges(subtreeOf(space, ids.top), 13, 2)).toEqual({
      changes: [],
      seq: 13,
      upToDate: true,
    });
    await expect(readSubtreeChanges(subtreeOf(space, ids.top), 14, 2)).rejects.toMatchObject({
      code: "cursor_expired",
    });
    await expect(readSubtreeChanges(subtreeOf({ ...space, spaceId: newId() }, ids.top), 0, 2)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("[M11] finds shared folders and mounts at and below the top, in the trash only where that is taken along", async () => {
    const space = await makeSpace();
    const [top, below, beside, trashed] = [newId(), newId(), newId(), newId()];
    const mount = (id: string, parent: string): AnyOperation => ({
      type: "mount",
      id,
      parent,
      name: id,
      folder: newId(),
      onConflict: "fail",
    });
    const [inside, outside] = [newId(), newId()];
    await commitTo(space, [
      folder(space.rootId, "t", top),
      folder(top, "b", below),
      folder(top, "g", trashed),
      folder(space.rootId, "o", beside),
    ]);
    await commitInternally(space, [mount(inside, below), mount(outside, beside)]);
    for (const id of [trashed, beside]) {
      await META_0.prepare("INSERT INTO shared_folders (space_id, folder_id) VALUES (?, ?)")
        .bind(space.spaceId, id)
        .run();
    }
    await commitTo(space, [{ type: "trash", node: trashed }]);
    expect(await findBarriers(subtreeOf(space, top))).toEqual([inside]);
    expect((await findBarriers(subtreeOf(space, top, true))).toSorted()).toEqual([inside, trashed].toSorted());
    expect((await findBarriers(subtreeOf(space, beside))).toSorted()).toEqual([outside, beside].toSorted());
  });
});

it("[M11] every query seeks by index", async () => {
  const queries = { ...SUBTREE_WALK_QUERIES, ...SUBTREE_QUERIES, ...SUBTREE_CHANGE_QUERIES, HISTORIES_QUERY };
  for (const [name, query] of Object.entries(queries)) {
    const plan = await planOf(META_0, query);
    expect(plan, name).not.toMatch(/SCAN (n|m|v|p|nodes|versions|spaces|shared_folders)\b/);
    expect(plan, name).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/);
  }
  expect(await planOf(META_0, SUBTREE_WALK_QUERIES.TRASHED)).toMatch(
    /nodes_gone \(space_id=\? AND parent_id=\? AND id>\?\)/,
  );
});
