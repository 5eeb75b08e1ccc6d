import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, Node, NodePage } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { auditCounters } from "../../workers/storage/audit-counters.ts";
import { reapStep } from "../../workers/storage/commit-reap.ts";
import { countUsage } from "../../workers/storage/count-usage.ts";
import { listTrash } from "../../workers/storage/listing.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { findByPath, findNode, findNodes } from "../../workers/storage/tree-reads.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";
import {
  chunk,
  codesOf,
  commitTo,
  findDefects,
  folder,
  hold,
  makeSpace,
  META_0,
  nodesOf,
  type TestSpace,
} from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";
import {
  appearance,
  commitInternally,
  importedFile,
  importedFolder,
  importedVersion,
  internalInput,
} from "./support/imports.ts";

const { DIRECTORY } = env as unknown as Env;
const shard = () => openShard(env as unknown as Env, "META_0", "first-primary");

async function heldSpace(): Promise<TestSpace> {
  const space = await makeSpace();
  await hold(space, [chunk(1), chunk(2), chunk(3)]);
  await META_0.prepare("UPDATE owners SET used = 3 * 4096 WHERE id = ?").bind(space.ownerId).run();
  return space;
}

async function reap(space: TestSpace): Promise<void> {
  for (let isDone = false; !isDone;) ({ isDone } = await reapStep(META_0, { ...space, now: 5 }));
}

async function versionsOf(space: TestSpace): Promise<Record<string, unknown>[]> {
  const { results } = await META_0.prepare(
    "SELECT node_id, version, size, mtime, executable, created_at, author_id FROM versions WHERE space_id = ? ORDER BY 1, 2",
  )
    .bind(space.spaceId)
    .all();
  return results;
}

async function recordsOf(space: TestSpace): Promise<Record<string, unknown>[]> {
  const { results } = await META_0.prepare(
    "SELECT actor, action, node_id, name, parent_id, count FROM activity WHERE space_id = ?",
  )
    .bind(space.spaceId)
    .all();
  return results;
}

describe("what is imported", () => {
  it("[M11] has its versions with their times and authors, and is counted as all else", async () => {
    const space = await heldSpace();
    const [top, file] = [newId(), newId()];
    const first = await commitInternally(space, [
      importedFolder(top, null),
      importedFile(file, top, { versions: [importedVersion(1), importedVersion(2)] }),
    ]);
    const more = await commitInternally(space, [
      importedFile(file, top, { versions: [importedVersion(3), importedVersion(1)], after: 2 }),
    ]);
    expect([first.seq, more.seq]).toEqual([2, 3]);
    const at = (version: number, n: number) => ({
      node_id: file,
      version,
      size: 4096,
      mtime: 100 + n,
      executable: n === 2 ? 1 : 0,
      created_at: 1_000 + n,
      author_id: `author-${n}`,
    });
    expect(await versionsOf(space)).toEqual([at(1, 1), at(2, 2), at(3, 3), at(4, 1)]);
    expect(nodesOf(more)).toMatchObject([{ id: file, version: 4, mtime: 101, createdAt: 4, state: "live" }]);
    expect(await findDefects(space)).toEqual([]);
    expect(await auditCounters(shard(), space.ownerId, false)).toEqual([]);
  });

  it("[M11] appears by one row, with one record of activity, by as many writes however much it is", async () => {
    const written: number[] = [];
    for (const count of [1, 200]) {
      const space = await heldSpace();
      const top = newId();
      const files = Array.from({ length: count }, () => importedFile(newId(), top));
      await commitInternally(space, [importedFolder(top, null), ...files]);
      expect(await recordsOf(space)).toEqual([]);
      const { shard: counted, rows } = countingShard("META_0", META_0);
      const input = internalInput(space, [appearance(top, space.rootId, "there")]);
      expect(await commitGroup(counted.db, [input], Date.now())).toMatchObject({ seq: count + 2 });
      written.push(rows.written);
      expect(await recordsOf(space)).toEqual([
        { actor: "runner", action: "move", node_id: top, name: "there", parent_id: space.rootId, count: 1 },
      ]);
      const found = await findByPath({ shard: shard(), ...space, scope: null }, `there/${files.at(-1)?.name}`);
      expect(found?.node).toMatchObject({ id: files.at(-1)?.id, version: 1 });
    }
    expect(written[1]).toBe(written[0]);
  });

  it("[M11] is purged whole when it is abandoned, and nothing of its counts is left", async () => {
    const space = await heldSpace();
    const [top, below, file, only] = [newId(), newId(), newId(), newId()];
    const many = Array.from({ length: 40 }, (_, i) => importedVersion(1 + (i % 3)));
    await commitInternally(space, [
      importedFolder(top, null),
      importedFolder(below, top),
      importedFile(file, below, { versions: many }),
      importedFolder(newId(), below, { trashedAt: 7 }),
      importedFile(only, null, { versions: many }),
    ]);
    await commitInternally(space, [
      { type: "abandon", node: top },
      { type: "abandon", node: only },
    ]);
    await reap(space);
    expect(await versionsOf(space)).toEqual([]);
    const { results } = await META_0.prepare(
      "SELECT DISTINCT state, trashed_at FROM nodes WHERE space_id = ? AND seq > 0",
    )
      .bind(space.spaceId)
      .all();
    expect(results).toEqual([{ state: "purged", trashed_at: null }]);
    expect(await findDefects(space)).toEqual([]);
    for (const id of [top, only]) {
      expect(codesOf(await commitInternally(space, [appearance(id, space.rootId)]))).toEqual(["not_found"]);
    }
  });

  it("[M13] may have ids that were purged here, types and times included", async () => {
    const space = await heldSpace();
    const [old, inside, top] = [newId(), newId(), newId()];
    await commitTo(space, [
      folder(space.rootId, "old", old),
      { type: "createFile", id: inside, parent: old, name: "f", chunks: [chunk(1)], mtime: 1 },
      { type: "trash", node: old },
    ]);
    expect(codesOf(await commitInternally(space, [importedFolder(top, null), importedFolder(old, top)]))).toEqual([
      null,
      "id_conflict",
    ]);
    await commitTo(space, [{ type: "purge", node: old }]);
    const back = [
      importedFolder(old, top),
      importedFile(inside, old, { versions: [importedVersion(2)], trashedAt: 9 }),
    ];
    expect(codesOf(await commitInternally(space, back))).toEqual(["busy", "busy"]);
    await reap(space);
    expect(nodesOf(await commitInternally(space, back))).toMatchObject([
      { id: old, createdAt: 4, state: "live" },
      { id: inside, version: 1, state: "trashed", trashedAt: 9 },
    ]);
    await commitInternally(space, [appearance(top, space.rootId, "new")]);
    expect(await findByPath({ shard: shard(), ...space, scope: null }, `new/${old}`)).toMatchObject({
      node: { id: old },
    });
    const trash = await listTrash({ shard: shard(), ...space, scope: null }, { limit: 10 });
    expect(trash.nodes.map(({ id }) => id)).toEqual([inside]);
    expect(await findDefects(space)).toEqual([]);
  });

  it("[M11] swaps names with what has them meanwhile", async () => {
    const space = await heldSpace();
    const [top, a, b] = [newId(), newId(), newId()];
    await commitInternally(space, [
      importedFolder(top, null),
      importedFolder(a, top, { name: "a" }),
      importedFolder(b, top, { name: "b" }),
    ]);
    await commitInternally(space, [importedFolder(a, top, { name: "B" }), importedFolder(b, top, { name: "A" })]);
    await commitInternally(space, [appearance(top, space.rootId, "t")]);
    const at = (path: string) => findByPath({ shard: shard(), ...space, scope: null }, path);
    expect([(await at("t/a"))?.node.id, (await at("t/b"))?.node.id]).toEqual([b, a]);
  });
});

describe("[M11] out of sight", () => {
  it("is for reads what is below something purged", async () => {
    const space = await heldSpace();
    const [top, inside, file, trashed] = [newId(), newId(), newId(), newId()];
    const ids = [top, inside, file, trashed];
    const view = { shard: shard(), ...space, scope: null };
    const before = await countUsage(view.shard, space);
    await commitInternally(space, [
      importedFolder(top, null),
      importedFolder(inside, top),
      importedFile(file, inside),
      importedFolder(trashed, top, { trashedAt: 7 }),
      importedFile(newId(), trashed),
    ]);
    for (const id of ids) expect(await findNode(view, id)).toBeNull();
    expect(await findNodes(view, ids)).toEqual(new Map());
    expect((await listTrash(view, { limit: 10 })).nodes).toEqual([]);
    const { kinds, trash, complete } = await countUsage(view.shard, space);
    expect({ kinds, trash, complete }).toEqual({ kinds: before.kinds, trash: before.trash, complete: true });
  });

  it("is there for no route, and is no part of an emptied trash", async () => {
    const account = await accountOnMeta0();
    const { space, ids } = await stageIn(account);
    for (const id of ids) {
      const asked = [
        await account.api(`/nodes/${id}`),
        await account.api(`/files/${id}`),
        await account.api(`/files/${id}/versions`),
        await account.api(`/folders/${id}/children`),
        await account.api(`/folders/${id}/summary`),
        await account.api(`/nodes/${id}/star`, { method: "PUT" }),
        await account.api(`/files/${id}?permanent=true`, { method: "DELETE" }),
      ];
      expect(asked.map(({ status }) => status)).toEqual(Array(7).fill(404));
    }
    expect((await json<NodePage>(account, "/trash")).nodes).toEqual([]);
    const emptied = await account.api("/trash", { method: "DELETE" });
    expect(await emptied.json()).toEqual({ purged: 0, more: false });
    await commitInternally(space, [appearance(ids[0]!, space.rootId)]);
    expect(await json(account, `/nodes/${ids[0]}`)).toMatchObject({ node: { state: "live" } });
  });

  it("[S1][S3] who follows the changes has it once it appears, and nothing of it before", async () => {
    const account = await accountOnMeta0();
    const begin = (await json<Changes>(account, "/sync/changes")).cursor;
    const { space, ids } = await stageIn(account);
    const staged = await json<Changes>(account, `/sync/changes?since=${begin}`);
    const tree = new Map(staged.changes.map((node) => [node.id, node]));
    expect(staged.changes.find(({ id }) => id === ids[0])).toMatchObject({ state: "purged", parent: null });
    expect(reached(tree, space.rootId)).toEqual([]);
    await commitInternally(space, [appearance(ids[0]!, space.rootId)]);
    const appeared = await json<Changes>(account, `/sync/changes?since=${staged.cursor}`);
    expect(appeared.changes.map(({ id }) => id)).toEqual([ids[0]]);
    for (const node of appeared.changes) tree.set(node.id, node);
    expect(reached(tree, space.rootId).sort()).toEqual([...ids].slice(0, 3).sort());
  });
});

/** The live nodes of a tree that are below a folder by live ones. */
function reached(tree: ReadonlyMap<string, Node>, folder: string): string[] {
  const children = [...tree.values()].filter(({ parent, state }) => parent === folder && state === "live");
  return children.flatMap(({ id }) => [id, ...reached(tree, id)]);
}

async function json<T>(account: TestAccount, path: string): Promise<T> {
  const answer = await account.api(path);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** Accounts are put on this or that shard. */
async function accountOnMeta0(): Promise<TestAccount> {
  for (;;) {
    const account = await signUp();
    const placement = await DIRECTORY.prepare("SELECT shard FROM placements WHERE user_id = ?")
      .bind(account.userId)
      .first();
    if (placement?.shard === "META_0") return account;
  }
}

/** Stages a tree in an account's home; the first of the ids is its top, the last in its trash. */
async function stageIn({ userId, home }: TestAccount): Promise<{ space: TestSpace; ids: readonly string[] }> {
  const space = { ownerId: userId, spaceId: home.space, rootId: home.root };
  await hold(space, [chunk(1)]);
  const ids = [newId(), newId(), newId(), newId()] as const;
  await commitInternally(space, [
    importedFolder(ids[0], null),
    importedFolder(ids[1], ids[0]),
    importedFile(ids[2], ids[1]),
    importedFolder(ids[3], ids[0], { trashedAt: 7 }),
  ]);
  return { space, ids };
}
