import { describe, expect, it } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { FoundNode } from "../../protocol/tree-reads.ts";
import type { CommitResponse, Node, NodePage } from "../../protocol/tree.ts";
import { newId } from "../../protocol/new-id.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";
import { Belongings, frameOf } from "./support/belongings.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import { makeSharedFolder, setRole, SPACE_ROLES } from "./support/shared-folder.ts";

describe("who may open a shared folder", () => {
  it("[M3] those who have it, and to everybody else it is not_found, as one that never was", async () => {
    const { as } = await makeSharedFolder();
    const answers = await Promise.all(SPACE_ROLES.map(async (role) => (await as[role].fetch("/nodes/root")).status));
    expect(Object.fromEntries(SPACE_ROLES.map((role, i) => [role, answers[i]]))).toEqual({
      stranger: 404,
      viewer: 200,
      editor: 200,
      manager: 200,
      owner: 200,
    });
    const none = await as.viewer.account.api(`/spaces/${newId()}/nodes/root`);
    const other = await as.stranger.fetch("/nodes/root");
    expect(await none.json()).toEqual(await other.json());
    expect(await problemOf(await call(`${as.viewer.base}/nodes/root`))).toBe("401 unauthenticated");
  });

  it("[M3] a folder that is not shared is no space, its owner's own included; nor is a home's root", async () => {
    const owner = new Belongings(await signUp());
    const folder = await owner.folder();
    expect(await problemOf(await owner.account.api(`/spaces/${folder.id}/nodes/root`))).toBe("404 not_found");
    const { space, root } = owner.account.home;
    expect(await problemOf(await owner.account.api(`/spaces/${space}/nodes/root`))).toBe("404 not_found");
    expect(await problemOf(await owner.account.api(`/spaces/${root}/nodes/root`))).toBe("404 not_found");
  });

  it("[M2] [M9] a role and its end hold from the next request on", async () => {
    const { folder, as } = await makeSharedFolder();
    const { editor } = as;
    const make = () => editor.fetch("/folders", { json: { name: newId() } });
    expect((await make()).status).toBe(201);
    await setRole(folder.id, editor.account.userId, "viewer");
    expect(await problemOf(await make())).toBe("403 forbidden");
    expect((await editor.fetch("/nodes/root")).status).toBe(200);
    await setRole(folder.id, editor.account.userId, null);
    expect(await problemOf(await make())).toBe("404 not_found");
    expect(await problemOf(await editor.fetch("/nodes/root"))).toBe("404 not_found");
  });

  it("[M10] while the folder, or one above it, is in the trash it is not_found, and back when it is restored", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const root = async () => (await as.viewer.fetch("/nodes/root")).status;
    for (const id of [folder.id, folder.parent ?? ""]) {
      await owner.commitOne({ type: "trash", node: id });
      expect(await root()).toBe(404);
      await owner.commitOne({ type: "restore", node: id });
      expect(await root()).toBe(200);
    }
    await owner.commitOne({ type: "trash", node: folder.id });
    await owner.commitOne({ type: "purge", node: folder.id });
    expect(await root()).toBe(404);
  });
});

describe("what it looks like from inside", () => {
  it("[M3] the folder is the root: its id is the space's, it has no parent, and no name above it is told", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const inside = await owner.folder(folder.id);
    const file = await owner.file(inside.id, "notes.txt");
    const { viewer } = as;
    const found = await viewer.send<FoundNode>("GET", `/nodes/${file.id}`);
    expect(found).toMatchObject({
      node: { id: file.id, space: folder.id, parent: inside.id },
      path: `/${inside.name}/notes.txt`,
      ancestors: [
        { id: folder.id, name: "" },
        { id: inside.id, name: inside.name },
      ],
      reach: "live",
    });
    const root = await viewer.send<FoundNode>("GET", "/nodes/root");
    expect(root).toMatchObject({ node: { id: folder.id, space: folder.id, parent: null }, path: "/", ancestors: [] });
    expect(await viewer.send("GET", `/nodes?path=${encodeURIComponent(found.path)}`)).toMatchObject(found);
    expect((await viewer.send<FoundNode>("GET", "/nodes?path=/")).node).toEqual(root.node);
    expect(decodeCursor(root.changesCursor)?.space).toBe(folder.id);
    const listed = await viewer.send<NodePage>("GET", `/folders/root/children`);
    expect(listed.nodes.map(({ id, space, parent }) => [id, space, parent])).toEqual([
      [inside.id, folder.id, folder.id],
    ]);
    expect(JSON.stringify([found, root, listed])).not.toContain(owner.account.home.space);
  });

  it("[M3] commits name and answer the folder as their space, and so do problems that show a node", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const { editor } = as;
    const made = await editor.send<Node>("POST", "/folders", { name: "Drafts" });
    expect(made).toMatchObject({ space: folder.id, parent: folder.id });
    const again = await editor.fetch("/folders", { json: { name: "drafts" } });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: "name_conflict", node: { id: made.id, space: folder.id } });
    const operations = [{ type: "createFolder", parent: folder.id, name: "More" }];
    const commit = (space: string) => editor.fetch("/commits", { json: { operationId: newId(), space, operations } });
    const answer = await (await commit(folder.id)).json<CommitResponse>();
    expect(answer.space).toBe(folder.id);
    expect(decodeCursor(answer.cursor)?.space).toBe(folder.id);
    expect(await problemOf(await commit(owner.account.home.space))).toBe("404 not_found");
  });

  it("[M3] [D1] a JSON file is answered byte for byte, whatever it says", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const text = JSON.stringify({ space: owner.account.home.space, id: folder.id, parent: "x", cursor: "y" }, null, 3);
    const frame = await frameOf(new Uint8Array(new TextEncoder().encode(text)));
    await owner.send("POST", "/chunks", encodePack([frame]));
    const { id } = await owner.commitOne({
      type: "createFile",
      parent: folder.id,
      name: "data.json",
      chunks: [{ id: frame.id, size: frame.bytes.length }],
      mtime: 0,
    });
    const answer = await as.viewer.fetch(`/files/${id}`);
    expect(await answer.text()).toBe(text);
  });
});
