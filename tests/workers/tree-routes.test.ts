import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, CommitResponse, Node, NodePage, OperationInput, VersionPage } from "../../protocol/tree.ts";
import type { FileManifest, FoldersPage, FoundNode, LocatedNode, TrashEmptied } from "../../protocol/tree-reads.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";

let me: TestAccount;
let other: TestAccount;

beforeAll(async () => {
  me = await signUp();
  other = await signUp();
});

/** Calls the API as `me`; fails where the answer's status is another. */
async function ask<T>(
  method: string,
  path: string,
  options: { json?: unknown; status?: number; operation?: string } = {},
): Promise<T> {
  const answer = await me.api(path, {
    method,
    headers: {
      ...(options.json !== undefined && { "content-type": "application/json" }),
      ...(options.operation && { "ledge-operation-id": options.operation }),
    },
    ...(options.json !== undefined && { body: JSON.stringify(options.json) }),
  });
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(options.status ?? 200);
  return body as T;
}

async function makeFolder(name: string, parent = "root"): Promise<Node> {
  return ask("POST", "/folders", { json: { name, parent }, status: 201 });
}

async function run(...operations: OperationInput[]): Promise<Node[]> {
  const { results } = await ask<CommitResponse>("POST", "/commits", { json: { operationId: newId(), operations } });
  return results.map((result) => {
    if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
    return result.node;
  });
}

async function makeFile(name: string, parent: string): Promise<Node> {
  const [node] = await run({ type: "createFile", parent, name, chunks: [], mtime: 1 });
  if (!node) throw new Error("the commit answered nothing");
  return node;
}

describe("the tree's routes", () => {
  it("make, find, list, move and copy", async () => {
    const docs = await makeFolder("Docs");
    const file = await makeFile("a.txt", docs.id);
    expect(await ask<LocatedNode>("GET", "/nodes?path=/docs/A.TXT")).toMatchObject({
      path: "/Docs/a.txt",
      node: { id: file.id },
    });
    const moved = await ask<Node>("PATCH", `/files/${file.id}`, { json: { parent: "root", name: "b.txt" } });
    expect(moved).toMatchObject({ id: file.id, parent: me.home.root, name: "b.txt" });
    const nothing = await ask<{ code: string }>("PATCH", `/files/${file.id}`, { json: {}, status: 400 });
    expect(nothing.code).toBe("invalid_request");
    const copy = await ask<Node>("POST", `/files/${file.id}/copy`, { json: { parent: docs.id }, status: 201 });
    expect(copy.id).not.toBe(file.id);
    const listed = await ask<NodePage>("GET", `/folders/${docs.id}/children?sort=mtime&order=desc`);
    expect(listed).toMatchObject({ nodes: [{ id: copy.id, name: "b.txt" }], next: null });
    const first = await ask<NodePage>("GET", "/folders/root/children?limit=1");
    expect(first.nodes).toHaveLength(1);
    expect(first.next).not.toBeNull();
  });

  it("[I5] answer a repeated operation id with what the first did", async () => {
    const operation = newId();
    const first = await ask<Node>("POST", "/folders", { json: { name: "Once" }, status: 201, operation });
    expect(await ask<Node>("POST", "/folders", { json: { name: "Once" }, status: 201, operation })).toEqual(first);
    await ask("POST", "/folders", { json: { name: "Twice" }, status: 409, operation });
  });

  it("answer a conflict with the entry that is in the way", async () => {
    const held = await makeFolder("Held");
    const problem = await ask("POST", "/folders", { json: { name: "HELD" }, status: 409 });
    expect(problem).toMatchObject({ code: "name_conflict", node: { id: held.id } });
    expect(await ask("POST", "/folders", { json: { name: "HELD", onConflict: "rename" }, status: 201 })).toMatchObject({
      name: "HELD (2)",
    });
  });

  it("list only folders of folders", async () => {
    const file = await makeFile("leaf", me.home.root);
    expect(await ask("GET", `/folders/${file.id}/children`, { status: 409 })).toMatchObject({ code: "not_a_folder" });
    expect(await ask("GET", "/files/root/versions", { status: 409 })).toMatchObject({ code: "not_a_file" });
  });
});

describe("[B23] what is read and then followed", () => {
  it("names the cursor of the moment it was read, from which changes lack nothing and repeat nothing", async () => {
    const folder = await makeFolder("Followed");
    await makeFile("before", folder.id);
    const reads = [
      () => ask<NodePage>("GET", `/folders/${folder.id}/children`),
      () => ask<NodePage>("GET", `/folders/${folder.id}/children?sort=size&order=desc&limit=1`),
      () => ask<NodePage>("GET", "/trash"),
      () => ask<FoldersPage>("POST", "/folders/children", { json: { folders: [folder.id] } }),
      () => ask<FoundNode>("GET", `/nodes/${folder.id}`),
      () => ask<FoundNode>("GET", "/nodes?path=/Followed"),
    ];
    for (const [i, read] of reads.entries()) {
      const { changesCursor } = await read();
      const at = `/sync/changes?since=${changesCursor}`;
      expect(await ask<Changes>("GET", at)).toMatchObject({ changes: [], upToDate: true, cursor: changesCursor });
      const after = await makeFile(`after ${i}`, folder.id);
      expect((await ask<Changes>("GET", at)).changes.map(({ id }) => id)).toEqual([after.id]);
    }
  });
});

describe("[T7] the trash", () => {
  it("keeps a folder's entries in reach and gives them back", async () => {
    const folder = await makeFolder("Lost");
    const file = await makeFile("inner", folder.id);
    expect(await ask<Node>("DELETE", `/files/${folder.id}`)).toMatchObject({ state: "trashed" });
    await ask("GET", "/nodes?path=/Lost/inner", { status: 404 });
    expect(await ask<LocatedNode>("GET", `/nodes/${file.id}`)).toMatchObject({
      reach: "trashed",
      path: "/Lost/inner",
      node: { state: "live" },
    });
    expect((await ask<NodePage>("GET", `/folders/${folder.id}/children`)).nodes).toMatchObject([{ id: file.id }]);
    expect((await ask<NodePage>("GET", "/trash")).nodes[0]).toMatchObject({ id: folder.id });
    expect(await ask<Node>("POST", `/files/${folder.id}/restore`)).toMatchObject({ state: "live" });
    expect(await ask("GET", "/nodes?path=/Lost/inner")).toMatchObject({ reach: "live" });
    await ask("DELETE", `/files/${folder.id}`);
    const restored = await ask<Node>("POST", `/files/${folder.id}/restore`, {
      json: { name: "Found", parent: "root" },
    });
    expect(restored).toMatchObject({ name: "Found", state: "live" });
  });

  it("[T8] purges what is in the trash by an ancestor only, and leaves the ancestor as it is", async () => {
    const top = await makeFolder("Top");
    const below = await makeFolder("Below", top.id);
    const file = await makeFile("deep.txt", below.id);
    await ask("DELETE", `/files/${top.id}`);
    const operation = newId();
    const purged = await ask<Node>("DELETE", `/files/${below.id}?permanent=true`, { operation });
    expect(purged).toMatchObject({ id: below.id, state: "purged" });
    expect(await ask<Node>("DELETE", `/files/${below.id}?permanent=true`, { operation })).toEqual(purged);
    for (const gone of [below, file]) await ask("GET", `/nodes/${gone.id}`, { status: 404 });
    await ask("POST", `/files/${top.id}/restore`, { json: {} });
    expect((await ask<NodePage>("GET", `/folders/${top.id}/children`)).nodes).toEqual([]);
    const again = await makeFolder("Below", top.id);
    expect(again.id).not.toBe(below.id);
  });

  it("[T8] purges at once, from the trash or past it", async () => {
    const folder = await makeFolder("Doomed");
    const file = await makeFile("inner", folder.id);
    const operation = newId();
    const purged = await ask<Node>("DELETE", `/files/${folder.id}?permanent=true`, { operation });
    expect(purged).toMatchObject({ state: "purged" });
    expect(await ask<Node>("DELETE", `/files/${folder.id}?permanent=true`, { operation })).toEqual(purged);
    await ask("DELETE", `/files/${folder.id}?permanent=true`, { status: 404 });
    for (const path of [
      `/nodes/${folder.id}`,
      `/nodes/${file.id}`,
      `/files/${file.id}/versions`,
      `/files/${file.id}/manifest`,
    ]) {
      await ask("GET", path, { status: 404 });
    }
    const trashed = await makeFile("late", me.home.root);
    await ask("DELETE", `/files/${trashed.id}`);
    expect(await ask("DELETE", `/files/${trashed.id}?permanent=true`)).toMatchObject({ state: "purged" });
  });

  it("[T8] is emptied up to a time, in bounded requests", async () => {
    const ids = Array.from({ length: 250 }, () => newId());
    await run(...ids.map((id) => ({ type: "createFolder" as const, id, parent: me.home.root, name: `bin ${id}` })));
    const trashed = await run(...ids.map((node) => ({ type: "trash" as const, node })));
    const before = Math.max(...trashed.map(({ trashedAt }) => trashedAt ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const kept = await makeFolder("Later");
    await ask("DELETE", `/files/${kept.id}`);
    expect(await ask<TrashEmptied>("DELETE", `/trash?before=${before}`)).toMatchObject({ more: false });
    expect((await ask<NodePage>("GET", "/trash")).nodes.map(({ id }) => id)).toEqual([kept.id]);
    expect(await ask<TrashEmptied>("DELETE", "/trash")).toEqual({ purged: 1, more: false });
    expect((await ask<NodePage>("GET", "/trash")).nodes).toEqual([]);
  });
});

describe("versions", () => {
  it("are listed newest first, paged, restored, and have manifests", async () => {
    const file = await makeFile("versioned", me.home.root);
    await run(
      { type: "updateFile", node: file.id, baseVersion: 1, chunks: [], mtime: 2 },
      { type: "updateFile", node: file.id, baseVersion: 2, chunks: [], mtime: 3 },
    );
    const page = await ask<VersionPage>("GET", `/files/${file.id}/versions?limit=2`);
    expect(page.versions.map(({ version, mtime }) => [version, mtime])).toEqual([
      [3, 3],
      [2, 2],
    ]);
    const rest = await ask<VersionPage>("GET", `/files/${file.id}/versions?limit=2&cursor=${page.next}`);
    expect(rest).toMatchObject({ versions: [{ version: 1, author: me.userId }], next: null });
    await ask("POST", `/files/${file.id}/versions/1/restore?baseVersion=2`, { status: 409 });
    expect(await ask<Node>("POST", `/files/${file.id}/versions/1/restore?baseVersion=3`)).toMatchObject({ version: 4 });
    const manifest = await ask<FileManifest>("GET", `/files/${file.id}/manifest?version=2`);
    expect(manifest).toEqual({ node: file.id, version: 2, content: file.content, size: 0, chunks: [] });
    await ask("GET", `/files/${file.id}/manifest?version=9`, { status: 404 });
  });
});

it("[S1] [S3] changes give the whole tree page by page", async () => {
  const tree = new Map<string, Node>();
  let since = "";
  for (let upToDate = false; !upToDate;) {
    const answer = await ask<Changes>("GET", `/sync/changes?limit=7${since}`);
    for (const node of answer.changes) tree.set(node.id, node);
    since = `&since=${answer.cursor}`;
    ({ upToDate } = answer);
  }
  const { results } = await databaseOf(me).then((database) =>
    database
      .prepare("SELECT id, state, seq FROM nodes WHERE space_id = ?")
      .bind(me.home.space)
      .all<Pick<Node, "id" | "state" | "seq">>(),
  );
  const order = (a: { seq: number }, b: { seq: number }) => a.seq - b.seq;
  expect([...tree.values()].map(({ id, state, seq }) => ({ id, state, seq })).toSorted(order)).toEqual(
    results.toSorted(order),
  );
});

async function databaseOf(account: TestAccount): Promise<D1Database> {
  const bindings = env as unknown as Record<string, D1Database>;
  const placed = await bindings["DIRECTORY"]
    ?.prepare("SELECT shard FROM placements WHERE user_id = ?")
    .bind(account.userId)
    .first<{ shard: string }>();
  const database = bindings[placed?.shard ?? ""];
  if (!database) throw new Error("the account has no shard");
  return database;
}

it("[I11] what is somebody else's answers exactly as what never was", async () => {
  const file = await makeFile("mine", me.home.root);
  const requests: [method: string, path: (id: string) => string, body?: unknown][] = [
    ["GET", (id) => `/nodes/${id}`],
    ["GET", (id) => `/folders/${id}/children`],
    ["GET", (id) => `/files/${id}/versions`],
    ["GET", (id) => `/files/${id}/manifest`],
    ["PATCH", (id) => `/files/${id}`, { name: "stolen" }],
    ["POST", (id) => `/files/${id}/copy`, { parent: "root" }],
    ["DELETE", (id) => `/files/${id}`],
    ["DELETE", (id) => `/files/${id}?permanent=true`],
    ["POST", (id) => `/files/${id}/restore`, {}],
    ["POST", (id) => `/files/${id}/versions/1/restore`],
  ];
  for (const [method, path, body] of requests) {
    const answers = await Promise.all(
      [file.id, newId()].map(async (id) => {
        const init = {
          method,
          ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        };
        const answer = await other.api(path(id), init);
        return { status: answer.status, text: (await answer.text()).replaceAll(id, "ID") };
      }),
    );
    expect(answers[0], `${method} ${path("ID")}`).toEqual(answers[1]);
    expect(answers[0]?.status).toBe(404);
  }
});
