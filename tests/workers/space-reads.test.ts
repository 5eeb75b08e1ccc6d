import { describe, expect, it } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, NodePage } from "../../protocol/tree.ts";
import type { FoundNode } from "../../protocol/tree-reads.ts";
import { problemOf } from "./support/accounts.ts";
import { makeSharedFolder, type SpaceAsker } from "./support/shared-folder.ts";

async function namesInTrash(asker: SpaceAsker, limit = 200): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: NodePage = await asker.send("GET", `/trash?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    names.push(...page.nodes.map(({ name }) => name));
    cursor = page.next;
  }
  return names;
}

describe("what moves", () => {
  it("[M3] out of the folder is out of reach at once, with all that is below it, and back with it", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const inside = await owner.folder(folder.id);
    const file = await owner.file(inside.id);
    const addresses = [
      `/nodes/${file.id}`,
      `/nodes?path=${encodeURIComponent(`/${inside.name}/${file.name}`)}`,
      `/files/${file.id}`,
      `/files/${file.id}?version=1`,
      `/files/${file.id}/versions`,
      `/files/${file.id}/manifest`,
      `/folders/${inside.id}/children`,
      `/folders/${inside.id}/summary`,
      `/zip?id=${inside.id}`,
      `/zip?id=root&id=${file.id}`,
    ];
    const statuses = () =>
      Promise.all(
        addresses.map(async (address) => {
          const answer = await as.viewer.fetch(address);
          await answer.arrayBuffer();
          return answer.status;
        }),
      );
    expect(new Set(await statuses())).toEqual(new Set([200]));
    await owner.commitOne({ type: "move", node: inside.id, parent: owner.account.home.root });
    expect(new Set(await statuses())).toEqual(new Set([404]));
    await owner.commitOne({ type: "move", node: inside.id, parent: folder.id });
    expect(new Set(await statuses())).toEqual(new Set([200]));
  });

  it("[M1] [M3] of two shared folders, one in the other, each shows what is in it", async () => {
    const outer = await makeSharedFolder();
    const { owner, folder } = outer;
    const file = await owner.file(folder.id, "deep.txt");
    const found = await outer.as.viewer.send<FoundNode>("GET", `/nodes/${file.id}`);
    expect(found.path).toBe("/deep.txt");
    const other = await makeSharedFolder();
    expect(await problemOf(await other.as.editor.fetch(`/nodes/${file.id}`))).toBe("404 not_found");
    expect(await problemOf(await other.as.owner.fetch(`/nodes/${file.id}`))).toBe("404 not_found");
  });
});

describe("the trash of a shared folder", () => {
  it("[M3] holds what was trashed in it while it was shared, and nothing of the owner's else", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const inside = await owner.folder(folder.id);
    const names: string[] = [];
    for (const parent of [folder.id, inside.id, folder.id]) {
      const { id, name } = await as.editor.file(parent);
      await as.editor.commitOne({ type: "trash", node: id });
      await owner.trashedFolder();
      names.unshift(name);
    }
    expect(await namesInTrash(as.viewer)).toEqual(names);
    expect(await namesInTrash(as.viewer, 1)).toEqual(names);
    const restored = (await as.viewer.send<NodePage>("GET", "/trash")).nodes[0];
    await as.editor.send("POST", `/files/${restored?.id}/restore`, {});
    expect(await namesInTrash(as.viewer)).toEqual(names.slice(1));
    // With the folder that they are in they leave it.
    await owner.commitOne({ type: "move", node: inside.id, parent: owner.account.home.root });
    expect(await namesInTrash(as.viewer)).toEqual(names.slice(2));
  });

  it("[M2] is emptied by managers, who purge nothing of the owner's elsewhere", async () => {
    const { owner, as } = await makeSharedFolder();
    const elsewhere = await owner.trashedFolder();
    for (let i = 0; i < 3; i++) await as.editor.trashedFolder();
    expect(await problemOf(await as.editor.fetch("/trash", { method: "DELETE" }))).toBe("403 forbidden");
    expect(await as.manager.send("DELETE", "/trash")).toEqual({ purged: 3, more: false });
    expect(await namesInTrash(as.viewer)).toEqual([]);
    const found = await owner.send<FoundNode>("GET", `/nodes/${elsewhere.id}`);
    expect(found.node.state).toBe("trashed");
  });

  it("[M3] a cursor of another trash begins at no place of that one", async () => {
    const { owner, as } = await makeSharedFolder();
    await owner.trashedFolder();
    await owner.trashedFolder();
    const { next } = await owner.send<NodePage>("GET", "/trash?limit=1");
    expect(await problemOf(await as.viewer.fetch(`/trash?cursor=${next}`))).toBe("400 invalid_cursor");
    const other = await makeSharedFolder();
    for (let i = 0; i < 2; i++) await other.as.editor.trashedFolder();
    const theirs = await other.as.viewer.send<NodePage>("GET", "/trash?limit=1");
    expect(await problemOf(await as.viewer.fetch(`/trash?cursor=${theirs.next}`))).toBe("400 invalid_cursor");
  });
});

describe("the feed of a shared folder", () => {
  it("[M7] tells what changed in it from a cursor on, in the folder's own terms", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    await owner.file(folder.id);
    const now = await as.viewer.send<Changes>("GET", "/sync/changes");
    expect(now).toMatchObject({ changes: [], upToDate: true, space: folder.id });
    expect(decodeCursor(now.cursor)?.space).toBe(folder.id);
    const listed = await as.viewer.send<NodePage>("GET", "/folders/root/children");
    expect(listed.changesCursor).toBe(now.cursor);
    const made = await as.editor.file();
    await owner.file();
    const after = await as.viewer.send<Changes>("GET", `/sync/changes?since=${now.cursor}`);
    expect(after.changes).toMatchObject([{ id: made.id, space: folder.id, parent: folder.id }]);
    expect(after).toMatchObject({ arrived: [], left: [], space: folder.id });
    await owner.commitOne({ type: "move", node: folder.id, name: newId() });
    const renamed = await as.viewer.send<Changes>("GET", `/sync/changes?since=${after.cursor}`);
    for (const { id, parent } of renamed.changes) expect([id, parent]).toEqual([folder.id, null]);
  });

  it("[M7] [S2] takes no cursor of the home space, of another folder, and no time; nor does the home space take its own", async () => {
    const { as, owner } = await makeSharedFolder();
    const other = await makeSharedFolder();
    const cursors = await Promise.all([
      owner.send<Changes>("GET", "/sync/changes"),
      other.as.viewer.send<Changes>("GET", "/sync/changes"),
    ]);
    for (const since of [...cursors.map(({ cursor }) => cursor), new Date(0).toISOString()])
      expect(await problemOf(await as.viewer.fetch(`/sync/changes?since=${since}`))).toBe("400 invalid_cursor");
    const { cursor } = await as.owner.send<Changes>("GET", "/sync/changes");
    expect(await problemOf(await owner.account.api(`/sync/changes?since=${cursor}`))).toBe("400 invalid_cursor");
  });
});

describe("an operation id", () => {
  it("[M3] [I5] is answered again in the folder where it was sent, and in no other space", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const request = {
      operationId: newId(),
      operations: [{ type: "createFolder", parent: folder.id, name: newId() }],
    };
    const [first, again] = [
      await as.owner.send("POST", "/commits", request),
      await as.owner.send("POST", "/commits", request),
    ];
    expect(again).toEqual({ ...(first as object), replayed: true });
    const body = JSON.stringify(request);
    const headers = { "content-type": "application/json" };
    const atHome = await owner.account.api("/commits", { method: "POST", body, headers });
    expect(await problemOf(atHome)).toBe("409 operation_mismatch");
  });
});
