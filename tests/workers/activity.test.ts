import { beforeAll, describe, expect, it } from "vitest";
import type { Activity, ActivityPage } from "../../protocol/activity.ts";
import { newId } from "../../protocol/new-id.ts";
import type { CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { CommitDatabase } from "../../workers/storage/commit-load.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { commitTo, folder, makeSpace, META_0, nodesOf } from "./support/commit-space.ts";
import { makeSharedFolder, type SharedFolder } from "./support/shared-folder.ts";

/** What is told of each record, newest first: who did what to which, in which number. */
function told({ activities }: Pick<ActivityPage, "activities">): string[] {
  return activities.map(({ action, name, count, detail }) =>
    [action, name, ...(count > 1 ? [`x${count}`] : []), ...(detail === null ? [] : [`(${detail})`])].join(" "),
  );
}

/** Carries out operations as one commit. */
async function commit(who: Belongings, operations: readonly OperationInput[]): Promise<void> {
  const { results } = await who.send<CommitResponse>("POST", "/commits", { operationId: newId(), operations });
  for (const result of results) expect(result).toMatchObject({ ok: true });
}

async function all(who: { send: Belongings["send"] }, path: string, limit = 1000): Promise<Activity[]> {
  const found: Activity[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: ActivityPage = await who.send("GET", `${path}?limit=${limit}${query}`);
    expect(page.activities.length).toBeLessThanOrEqual(limit);
    found.push(...page.activities);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

describe("records of commits", () => {
  it("[V1] each operation that changes something leaves one, with who and what it was called then", async () => {
    const owner = new Belongings(await signUp());
    const home = owner.account.home.root;
    const place = await owner.folder();
    const file = await owner.file(home, "a.txt");
    await owner.send("PATCH", `/files/${file.id}`, { name: "b.txt" });
    await owner.send("PATCH", `/files/${file.id}`, { parent: place.id });
    await owner.send("PATCH", `/files/${file.id}`, { name: "b.txt" });
    await owner.send("DELETE", `/files/${file.id}`);
    await owner.send("POST", `/files/${file.id}/restore`, {});
    await owner.send("DELETE", `/files/${file.id}?permanent=true`);
    const page = await owner.send<ActivityPage>("GET", "/activity");
    expect(told(page)).toEqual([
      "purge b.txt",
      "trash b.txt",
      "restore b.txt",
      "trash b.txt",
      "move b.txt ()",
      "rename b.txt (a.txt)",
      "create a.txt",
      `create ${place.name}`,
    ]);
    expect(page.activities.at(-1)).toMatchObject({
      actor: { kind: "person", id: owner.account.userId, name: "Test" },
      node: place.id,
      type: "folder",
      parent: home,
    });
    expect(page.next).toBeNull();
  });

  it("[V1] alike operations of one commit in one folder are one record; what failed leaves none", async () => {
    const space = await makeSpace();
    const [a, b] = nodesOf(await commitTo(space, [folder(space.rootId, "a"), folder(space.rootId, "b")]));
    if (!a || !b) throw new Error("both were made");
    await commitTo(space, [
      ...["1", "2", "3"].map((name) => folder(a.id, name)),
      folder(b.id, "1"),
      folder(b.id, "1"),
      { type: "move", node: a.id, name: "a" },
    ]);
    expect(await rowsOf(space.spaceId)).toEqual([
      { action: "create", parent_id: space.rootId, count: 2 },
      { action: "create", parent_id: a.id, count: 3 },
      { action: "create", parent_id: b.id, count: 1 },
    ]);
  });

  it("[V1] a replay leaves no second record", async () => {
    const space = await makeSpace();
    const operationId = newId();
    await commitTo(space, [folder(space.rootId, "a", operationId)], { operationId });
    await commitTo(space, [folder(space.rootId, "a", operationId)], { operationId });
    expect(await rowsOf(space.spaceId)).toHaveLength(1);
  });

  it("[V1] costs two rows, for one new node as for 1,000 of a folder, and three for a rename", async () => {
    const space = await makeSpace();
    let written = 0;
    // A commit's record is what its batch writes last.
    const db: CommitDatabase = {
      prepare: (sql) => META_0.prepare(sql),
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const answers = await META_0.batch<T>(statements);
        written = answers.at(-1)?.meta.rows_written ?? 0;
        return answers;
      },
    };
    const cost = async (operations: OperationInput[]) => {
      await commitTo(space, operations, { db });
      return written;
    };
    const [one, many] = [newId(), Array.from({ length: 999 }, (_, i) => folder(space.rootId, `many ${i}`))];
    expect(await cost([folder(space.rootId, "one", one)])).toBe(2);
    expect(await cost(many)).toBe(2);
    expect(await cost([{ type: "move", node: one, name: "renamed" }])).toBe(3);
    expect(await rowsOf(space.spaceId)).toMatchObject([{ count: 1 }, { count: 999 }, { action: "rename" }]);
  });
});

async function rowsOf(spaceId: string): Promise<unknown[]> {
  const { results } = await META_0.prepare(
    "SELECT action, parent_id, count FROM activity WHERE space_id = ? ORDER BY id",
  )
    .bind(spaceId)
    .all();
  return results;
}

describe("a file's own", () => {
  it("[V2] has its versions with who made them, and what was done to it alone or trashed it with others", async () => {
    const owner = new Belongings(await signUp());
    const place = await owner.folder();
    const chunks = [await owner.chunk(new Uint8Array([1]))];
    const file = { type: "createFile" as const, parent: place.id, chunks, mtime: 1 };
    const files = ["a", "b", "c"].map((name) => ({ ...file, id: newId(), name }));
    await commit(owner, files);
    const b = files[1]?.id ?? "";
    await commit(owner, [{ type: "updateFile", node: b, baseVersion: 1, chunks: [], mtime: 2 }]);
    await owner.send("PATCH", `/files/${b}`, { name: "B" });
    await commit(owner, [{ type: "restoreVersion", node: b, version: 1 }]);
    await commit(
      owner,
      files.map(({ id }) => ({ type: "trash" as const, node: id })),
    );

    const own = await all(owner, `/files/${b}/activity`);
    expect(told({ activities: own })).toEqual([
      "trash B",
      "restoreVersion B (1)",
      "rename B (b)",
      "edit b",
      "create B",
    ]);
    expect(new Set(own.map(({ id }) => id)).size).toBe(5);
    for (const { node, count, parent, actor } of own) {
      expect([node, count, parent]).toEqual([b, 1, place.id]);
      expect(actor).toMatchObject({ kind: "person", id: owner.account.userId });
    }
    expect(await all(owner, `/files/${b}/activity`, 1)).toEqual(own);
    expect(await all(owner, `/files/${b}/activity`, 2)).toEqual(own);
  });

  it("[V2] tells of a version whose record is gone what the version tells", async () => {
    const owner = new Belongings(await signUp());
    const file = await owner.file();
    await META_0.prepare("DELETE FROM activity WHERE node_id = ?").bind(file.id).run();
    const [only, ...rest] = await all(owner, `/files/${file.id}/activity`);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({
      action: "create",
      name: file.name,
      actor: { id: owner.account.userId, device: null },
    });
  });

  it("[V1] says which device or token it came from", async () => {
    const owner = new Belongings(await signUp());
    const made = await owner.send<{ token: string }>("POST", "/account/tokens", {
      name: "backup",
      scopes: ["read", "write"],
    });
    const answer = await call("/folders", {
      method: "POST",
      headers: { authorization: `Bearer ${made.token}` },
      json: { parent: "root", name: "by a token" },
    });
    expect(answer.ok).toBe(true);
    const [newest] = await all(owner, "/activity");
    expect(newest).toMatchObject({ name: "by a token", actor: { device: "backup" } });
  });
});

describe("a folder's", () => {
  let shared: SharedFolder;
  let outside: Node;
  beforeAll(async () => {
    shared = await makeSharedFolder();
    outside = await shared.owner.folder();
  });

  it("[V2] is of what is in it at the time of the read", async () => {
    const { owner, folder: top, as } = shared;
    const inner = await owner.folder(top.id);
    const file = await owner.file(inner.id, "secret plan.txt");
    await owner.send("PATCH", `/files/${file.id}`, { name: "plan.txt" });
    const own = ["rename plan.txt (secret plan.txt)", "create secret plan.txt"];
    for (const path of [`/files/${inner.id}/activity`, `/files/${file.id}/activity`]) {
      expect(told({ activities: await all(owner, path) })).toEqual(expect.arrayContaining(own));
      expect(told({ activities: await all(as.viewer, path) })).toEqual(expect.arrayContaining(own));
    }
    expect(told({ activities: await all(as.viewer, "/activity") })).toEqual(expect.arrayContaining(own));

    await owner.send("PATCH", `/files/${inner.id}`, { parent: outside.id });
    const left = await all(as.viewer, "/activity");
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`plan|${inner.id}|${outside.id}|${file.id}`));
    expect(await problemOf(await as.viewer.fetch(`/files/${file.id}/activity`))).toBe("404 not_found");
    expect(told({ activities: await all(owner, `/files/${outside.id}/activity`) })).toEqual(
      expect.arrayContaining(own),
    );
  });

  it("[V2] of what came in from elsewhere it does not tell where that is", async () => {
    const { owner, folder: top, as } = shared;
    const file = await owner.file(outside.id, "arrives.txt");
    await owner.send("PATCH", `/files/${file.id}`, { parent: top.id });
    const seen = (await all(as.editor, "/activity")).filter(({ node }) => node === file.id);
    expect(told({ activities: seen })).toEqual(["move arrives.txt", "create arrives.txt"]);
    expect(seen.map(({ parent }) => parent)).toEqual([top.id, null]);
    const own = await all(as.editor, `/files/${file.id}/activity`);
    expect(JSON.stringify(own)).not.toContain(outside.id);
    expect(JSON.stringify(own)).not.toContain(outside.name);
    const [move] = (await all(owner, "/activity")).filter(({ node }) => node === file.id);
    expect(move?.detail).toBe(outside.name);
  });

  it("[V2] what was purged in it is told to its owner alone", async () => {
    const { owner, folder: top, as } = shared;
    const file = await owner.file(top.id, "gone.txt");
    await owner.send("DELETE", `/files/${file.id}`);
    expect(told({ activities: await all(as.viewer, "/activity") })).toContain("trash gone.txt");
    await owner.send("DELETE", `/files/${file.id}?permanent=true`);
    expect(JSON.stringify(await all(as.manager, "/activity"))).not.toContain("gone.txt");
    expect(told({ activities: await all(owner, "/activity") })).toContain("purge gone.txt");
  });

  it("[V2] devices and tokens of others are told to nobody but them", async () => {
    const { owner, folder: top, as } = shared;
    const made = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "secret", scopes: ["write"] });
    const answer = await call("/folders", {
      method: "POST",
      headers: { authorization: `Bearer ${made.token}` },
      json: { parent: top.id, name: "by a token" },
    });
    expect(answer.ok).toBe(true);
    const deviceFor = async (who: { send: Belongings["send"] }, path: string) =>
      (await all(who, path)).find(({ name }) => name === "by a token")?.actor;
    const { userId } = owner.account;
    expect(await deviceFor(owner, "/activity")).toMatchObject({ id: userId, device: "secret" });
    expect(await deviceFor(as.owner, "/activity")).toMatchObject({ id: userId, device: "secret" });
    expect(await deviceFor(as.manager, "/activity")).toMatchObject({ id: userId, name: "Test", device: null });
  });

  it("[V2] strangers have none, nor those who were removed", async () => {
    const { as, folder: top } = shared;
    for (const path of ["/activity", `/files/${top.id}/activity`])
      expect(await problemOf(await as.stranger.fetch(path))).toBe("404 not_found");
    expect(await problemOf(await as.stranger.account.api(`/files/${top.id}/activity`))).toBe("404 not_found");
  });

  it("[V2] is read in pages that look at a bounded number of records, however rare those in the folder are", async () => {
    const { owner, folder: top, as } = shared;
    const rare = await owner.file(top.id, "rare.txt");
    for (let i = 0; i < 3; i++) {
      // Each in a folder of its own, so that each is a record of its own.
      const folders = Array.from({ length: 900 }, () => ({ id: newId(), name: newId() }));
      await commit(
        owner,
        folders.map(({ id, name }) => ({ ...folder(outside.id, name, id) })),
      );
      await commit(
        owner,
        folders.map(({ id }) => folder(id, "x")),
      );
    }
    const found = await all(as.viewer, "/activity", 50);
    expect(found.some(({ node }) => node === rare.id)).toBe(true);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const ids = found.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().reverse());
  });
});
