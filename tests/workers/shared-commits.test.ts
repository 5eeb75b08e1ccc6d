import { describe, expect, it } from "vitest";
import { encodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, OperationInput } from "../../protocol/tree.ts";
import type { CommitDatabase } from "../../workers/storage/commit-load.ts";
import { reapStep } from "../../workers/storage/commit-reap.ts";
import { FOLDER_CHANGES_QUERY, FOLDER_HEAD_QUERY, readFolderChanges } from "../../workers/storage/folder-changes.ts";
import { clearEnded, unshareOnShard } from "../../workers/storage/shared-folders.ts";
import type { Shard } from "../../workers/storage/shards.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import { codesOf, commitTo, folder, inputOf, makeSpace, META_0, type TestSpace } from "./support/commit-space.ts";

/** A space with a shared folder, which has a folder, which has two. */
async function makeShared() {
  const space = await makeSpace();
  const [shared, inner, a, b, beside] = [newId(), newId(), newId(), newId(), newId()];
  await commitTo(space, [
    folder(space.rootId, "shared", shared),
    folder(shared, "inner", inner),
    folder(inner, "a", a),
    folder(inner, "b", b),
    folder(space.rootId, "beside", beside),
  ]);
  await share(space, shared);
  return { space, shared, inner, a, b, beside };
}

async function share({ spaceId }: TestSpace, id: string): Promise<void> {
  await META_0.prepare(
    "INSERT INTO shared_folders (space_id, folder_id, since_seq) SELECT id, ?2, seq FROM spaces WHERE id = ?1",
  )
    .bind(spaceId, id)
    .run();
}

function read({ spaceId }: TestSpace, folderId: string, since?: string, limit = 100): Promise<Changes> {
  return readFolderChanges({ name: "META_0", db: META_0 } as unknown as Shard, { spaceId, folderId }, since, limit);
}

function move(node: string, parent: string): OperationInput {
  return { type: "move", node, parent };
}

function rename(node: string, name: string): OperationInput {
  return { type: "move", node, name };
}

/** As a member does it. */
async function commitAs(space: TestSpace, scope: string, operations: OperationInput[], db: CommitDatabase = META_0) {
  const input = { ...inputOf(space, operations), scope, authorId: "member" };
  const { outcomes, change } = await commitGroup(db, [input], Date.now());
  const [outcome] = outcomes;
  return { answer: outcome?.ok ? codesOf(outcome.response) : outcome?.code, change };
}

const told = ({ changes, arrived, left }: Changes) => ({ changes: changes.map(({ id }) => id), arrived, left });

/** META_0, counting the rows that batches read and write. */
function counting() {
  const rows = { read: 0, written: 0, batches: 0 };
  const db: CommitDatabase = {
    prepare: (sql) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const answers = await META_0.batch<T>(statements);
      rows.batches++;
      for (const { meta } of answers) {
        rows.read += meta.rows_read;
        rows.written += meta.rows_written;
      }
      return answers;
    },
  };
  return { db, rows };
}

describe("changes of a shared folder", () => {
  it("[M7] begin with a cursor for now, and tell what changed in the folder, by whomever, and nothing beside it", async () => {
    const { space, shared, inner, beside } = await makeShared();
    const begun = await read(space, shared);
    expect(begun).toMatchObject({ changes: [], arrived: [], left: [], upToDate: true, space: shared });
    const made = newId();
    await commitTo(space, [rename(beside, "other"), rename(inner, "renamed")]);
    const { change } = await commitAs(space, shared, [folder(inner, "made", made)]);
    expect(change?.sharedFolders).toEqual([shared]);
    const page = await read(space, shared, begun.cursor);
    expect(told(page)).toEqual({ changes: [inner, made], arrived: [], left: [] });
    expect(page.changes[0]).toMatchObject({ name: "renamed", parent: shared });
    expect(told(await read(space, shared, page.cursor))).toEqual({ changes: [], arrived: [], left: [] });
  });

  it("[M7] name what left, and what changed before it left with a folder above it, and show no more of either", async () => {
    const { space, shared, inner, a, beside } = await makeShared();
    const { cursor } = await read(space, shared);
    await commitTo(space, [rename(a, "before")]);
    await commitTo(space, [move(inner, beside)]);
    await commitTo(space, [rename(a, "secret")]);
    const page = await read(space, shared, cursor);
    expect(told(page)).toEqual({ changes: [], arrived: [], left: [a, inner] });
    expect(JSON.stringify(page)).not.toContain("secret");
    await commitTo(space, [move(inner, shared)]);
    expect(told(await read(space, shared, page.cursor))).toEqual({ changes: [inner], arrived: [inner], left: [] });
    expect(told(await read(space, shared, cursor))).toEqual({ changes: [a, inner], arrived: [inner], left: [] });
  });

  it("[M7] tell over several pages that a folder came in, though it changed after where the first one ends", async () => {
    const { space, shared, a, b, beside } = await makeShared();
    const { cursor } = await read(space, shared);
    for (const operation of [move(beside, shared), rename(a, "x"), rename(b, "y"), rename(beside, "late")])
      await commitTo(space, [operation]);
    const first = await read(space, shared, cursor, 2);
    expect([told(first), first.upToDate]).toEqual([{ changes: [a, b], arrived: [], left: [] }, false]);
    const rest = await read(space, shared, first.cursor, 2);
    expect(told(rest)).toEqual({ changes: [beside], arrived: [beside], left: [] });
    await commitTo(space, [rename(beside, "later")]);
    expect(told(await read(space, shared, rest.cursor))).toEqual({ changes: [beside], arrived: [], left: [] });
  });

  it("[M7][T8] tell tombstones, those that the reaper makes below them included", async () => {
    const { space, shared, inner, a, b } = await makeShared();
    const { cursor } = await read(space, shared);
    await commitTo(space, [
      { type: "trash", node: inner },
      { type: "purge", node: inner },
    ]);
    const { change } = await reapStep(META_0, { ...space, now: Date.now() });
    expect(change?.sharedFolders).toEqual([shared]);
    const page = await read(space, shared, cursor);
    const states = new Map(page.changes.map(({ id, state }) => [id, state]));
    expect(states).toEqual(new Map([inner, a, b].map((id) => [id, "purged"])));
  });

  it("[M7][S2] take no cursor of another space, of another epoch, or of before the folder was shared", async () => {
    const { space, shared, inner, beside } = await makeShared();
    const { epoch, cursor } = await read(space, shared);
    const at = (more: object) => encodeCursor({ space: shared, epoch, seq: 5, ...more });
    expect(at({})).toBe(cursor);
    await expect(read(space, shared, at({ space: space.spaceId }))).rejects.toMatchObject({
      code: "invalid_cursor",
    });
    for (const expired of [{ epoch: newId() }, { seq: 4 }, { seq: 99 }, { from: 4 }])
      await expect(read(space, shared, at(expired))).rejects.toMatchObject({ code: "cursor_expired" });
    await expect(read(space, beside)).rejects.toMatchObject({ code: "not_found" });
    await commitTo(space, [rename(inner, "later")]);
    await share(space, inner);
    await expect(read(space, inner, at({ space: inner }))).rejects.toMatchObject({ code: "cursor_expired" });
  });
});

describe("what shared folders cost", () => {
  it("[M7] the feed reads rows by what changed in the folder, and seeks for them", async () => {
    const { space, shared, a, beside } = await makeShared();
    const { cursor } = await read(space, shared);
    const rowsOf = async (since: string) => {
      const { db, rows } = counting();
      await readFolderChanges({ name: "META_0", db } as unknown as Shard, { ...space, folderId: shared }, since, 500);
      return rows.read;
    };
    const idle = await rowsOf(cursor);
    await commitTo(
      space,
      Array.from({ length: 200 }, (_, i) => folder(beside, `beside ${i}`)),
    );
    expect(await rowsOf(cursor)).toBe(idle);
    await commitTo(space, [rename(a, "x")]);
    const one = await rowsOf(cursor);
    await commitTo(
      space,
      Array.from({ length: 200 }, (_, i) => folder(a, `inside ${i}`)),
    );
    const all = await rowsOf(cursor);
    console.log("rows that the feed reads for 0, 1 and 201 changes:", idle, one, all);
    expect(idle).toBeLessThanOrEqual(8);
    expect(one - idle).toBeLessThanOrEqual(20);
    expect(all - one).toBeLessThanOrEqual(200 * 10);

    for (const query of [FOLDER_HEAD_QUERY, FOLDER_CHANGES_QUERY]) {
      const count = new Set([...query.matchAll(/\?\d/g)].map(([parameter]) => parameter)).size;
      const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${query}`)
        .bind(...Array.from({ length: count }, () => "[]"))
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail).join("\n");
      expect(plan).not.toMatch(/SCAN (?!(p|chain|page)\b)|\(space_id=\?\)$/m);
    }
  });

  it("[M3] [M7] another space of the shard that has a folder of the same id writes nothing into its journal, and clears nothing", async () => {
    const { space, shared, inner } = await makeShared();
    const { cursor } = await read(space, shared);
    await commitTo(space, [rename(inner, "renamed")]);
    const before = told(await read(space, shared, cursor));
    const hostile = await makeSpace();
    await commitTo(hostile, [folder(hostile.rootId, "same id", shared)]);
    await share(hostile, shared);
    const [same, other] = [inner, newId()];
    await commitTo(hostile, [folder(shared, "same", same), folder(shared, "other", other)]);
    await commitTo(hostile, [
      { type: "trash", node: same },
      { type: "purge", node: same },
    ]);
    expect(told(await read(space, shared, cursor))).toEqual(before);
    expect(before.changes).toEqual([inner]);

    const shard = { name: "META_0", db: META_0 } as unknown as Shard;
    await unshareOnShard(shard, hostile.spaceId, shared);
    expect(await clearEnded(shard, { ...hostile, folderId: shared, isPurged: false }, 100)).toBe(true);
    expect(told(await read(space, shared, cursor))).toEqual(before);
    const left = await META_0.prepare("SELECT count(*) AS n FROM folder_changes WHERE space_id = ?")
      .bind(hostile.spaceId)
      .first("n");
    expect(left).toBe(0);
  });

  it("[M7] a commit reads a row for each shared folder, and writes two for each node that changed in one", async () => {
    const costs: Record<string, object> = {};
    for (const [name, count] of [
      ["none", 0],
      ["three", 3],
    ] as const) {
      const space = await makeSpace();
      const ids = [newId(), newId(), newId()];
      await commitTo(
        space,
        ids.map((id, i) => folder(space.rootId, `f${i}`, id)),
      );
      for (const id of ids.slice(0, count)) await share(space, id);
      const { db, rows } = counting();
      await commitTo(space, [folder(ids[0] ?? "", "made")], { db });
      costs[name] = { ...rows };
    }
    console.log("a folder made in a space with shared folders:", costs);
    const { none, three } = costs as Record<"none" | "three", { read: number; written: number; batches: number }>;
    expect(three.batches).toBe(2);
    expect(three.read - none.read).toBeLessThanOrEqual(8);
    expect(three.written - none.written).toBe(2);
  });
});

describe("commits and what others do meanwhile", () => {
  /** Lets `other` be done just before the `n`th batch. */
  function before(n: number, other: () => Promise<unknown>): CommitDatabase {
    let batches = 0;
    return {
      prepare: (sql) => META_0.prepare(sql),
      batch: async (statements) => {
        if (++batches === n) await other();
        return META_0.batch(statements);
      },
    };
  }

  it("[M3][M6] a member's commit whose node is moved out between its plan and its batch does not find it", async () => {
    const { space, shared, inner, a, beside } = await makeShared();
    const db = before(2, () => commitTo(space, [move(inner, beside)]));
    const operations = [rename(a, "mine"), folder(inner, "mine"), rename(shared, "mine")];
    const { answer } = await commitAs(space, shared, operations, db);
    expect(answer).toEqual(["not_found", "parent_not_found", "root_immutable"]);
  });

  it("[M10] a member's commit is refused where the folder is unshared, or trashed, before its batch", async () => {
    const { space, shared, inner } = await makeShared();
    const trashed = before(2, () => commitTo(space, [{ type: "trash", node: shared }]));
    expect((await commitAs(space, shared, [rename(inner, "x")], trashed)).answer).toBe("not_found");
    await commitTo(space, [{ type: "restore", node: shared }]);
    const unshare = META_0.prepare("DELETE FROM shared_folders WHERE folder_id = ?").bind(shared);
    const unshared = before(2, () => unshare.run());
    expect((await commitAs(space, shared, [rename(inner, "x")], unshared)).answer).toBe("not_found");
  });

  it("[M7] a change that is planned before its folder is shared, and written after, is told all the same", async () => {
    const { space, inner, a } = await makeShared();
    let begun: Changes | undefined;
    const db = before(2, async () => {
      await share(space, inner);
      begun = await read(space, inner);
    });
    await commitTo(space, [rename(a, "x")], { db });
    expect(told(await read(space, inner, begun?.cursor))).toEqual({ changes: [a], arrived: [], left: [] });
  });

  it("[M8] members are to be told, too, where a folder above is trashed and restored", async () => {
    const { space, inner, shared } = await makeShared();
    await share(space, inner);
    for (const type of ["trash", "restore"] as const) {
      const { change } = await commitGroup(META_0, [inputOf(space, [{ type, node: shared }])], Date.now());
      expect(change?.sharedFolders.toSorted()).toEqual([shared, inner].toSorted());
    }
  });
});

describe("a mount", () => {
  it("[M5] is kept with its node, shown by answers and by their replay, and not copied", async () => {
    const { space, shared, beside } = await makeShared();
    const input = inputOf(space, [folder(space.rootId, "unused")]);
    const operation = {
      type: "mount",
      id: newId(),
      parent: beside,
      name: "m",
      folder: newId(),
      onConflict: "rename",
    } as const;
    const mounting = { ...input, request: { ...input.request, operations: [operation] } };
    for (const replayed of [false, true]) {
      const [outcome] = (await commitGroup(META_0, [mounting], Date.now())).outcomes;
      if (!outcome?.ok) throw new Error("not mounted");
      expect(outcome.response).toMatchObject({ replayed, results: [{ ok: true, node: { mount: operation.folder } }] });
    }
    const refused = await commitTo(space, [
      move(operation.id, shared),
      move(beside, shared),
      folder(operation.id, "x"),
      { type: "copy", node: beside, parent: space.rootId, name: "copy" },
    ]);
    expect(codesOf(refused)).toEqual(["mount_in_shared", "mount_in_shared", "mounted_folder", "mounted_folder"]);
    await commitTo(space, [
      { type: "trash", node: operation.id },
      { type: "purge", node: operation.id },
    ]);
    expect(codesOf(await commitTo(space, [move(beside, shared)]))).toEqual([null]);
  });
});
