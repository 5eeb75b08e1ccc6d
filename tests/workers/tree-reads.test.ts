import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { openShard, type Shard } from "../../workers/storage/shards.ts";
import { findByPath, findNode, locateNode } from "../../workers/storage/tree-reads.ts";
import type { Env } from "../../workers/env.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace, type SpaceRows } from "./support/tree-rows.ts";

const bindings = env as unknown as Env & { META_0: D1Database };
let space: SpaceRows;
let shard: Shard;

beforeAll(async () => {
  space = await addSpace(bindings.META_0);
  shard = openShard(bindings, "META_0", "first-primary");
});

/** A folder of the given state with a folder in it, and a file in that. */
async function nest(name: string, state: "live" | "trashed" | "purged"): Promise<[string, string, string]> {
  const [top, middle, file] = [newId(), newId(), newId()];
  await addNodes(space, [
    { id: top, name, type: "folder", state },
    { id: middle, parent: top, name: "middle", type: "folder" },
    { id: file, parent: middle, name: "file.txt" },
  ]);
  return [top, middle, file];
}

describe("[T7] [T8] finding by id", () => {
  it("finds what is live, with its path", async () => {
    const [, , file] = await nest("Live", "live");
    expect(await locateNode({ shard, spaceId: space.spaceId, scope: null }, file)).toMatchObject({
      reach: "live",
      path: "/Live/middle/file.txt",
      node: { id: file },
    });
    expect(await locateNode({ shard, spaceId: space.spaceId, scope: null }, space.rootId)).toMatchObject({
      reach: "live",
      path: "/",
      node: { parent: null },
    });
  });

  it("[B23] names the folders above it, the root first", async () => {
    const [top, middle, file] = await nest("Above", "live");
    const ancestors = [
      { id: space.rootId, name: "" },
      { id: top, name: "Above" },
      { id: middle, name: "middle" },
    ];
    expect((await locateNode({ shard, spaceId: space.spaceId, scope: null }, file))?.ancestors).toEqual(ancestors);
    expect(
      (await findByPath({ shard, spaceId: space.spaceId, scope: null, rootId: space.rootId }, "/above/Middle/FILE.txt"))
        ?.ancestors,
    ).toEqual(ancestors);
    expect((await locateNode({ shard, spaceId: space.spaceId, scope: null }, space.rootId))?.ancestors).toEqual([]);
  });

  it("shows what is below a trashed folder as in the trash, though its own row is live", async () => {
    const [top, , file] = await nest("Trashed", "trashed");
    expect(await findNode({ shard, spaceId: space.spaceId, scope: null }, top)).toMatchObject({
      reach: "trashed",
      node: { state: "trashed" },
    });
    expect(await findNode({ shard, spaceId: space.spaceId, scope: null }, file)).toMatchObject({
      reach: "trashed",
      node: { state: "live" },
    });
  });

  it("finds nothing at and below a purged folder at once", async () => {
    for (const id of await nest("Purged", "purged"))
      expect(await findNode({ shard, spaceId: space.spaceId, scope: null }, id)).toBeNull();
  });

  it("[I11] finds nothing of another space", async () => {
    const other = await addSpace(bindings.META_0);
    const [id] = await addNodes(other, [{ name: "secret" }]);
    expect(await findNode({ shard, spaceId: space.spaceId, scope: null }, id ?? "")).toBeNull();
    expect(await findNode({ shard, spaceId: space.spaceId, scope: null }, newId())).toBeNull();
  });

  it("[T13] walks to the root from the deepest place", async () => {
    const ids = Array.from({ length: 129 }, () => newId());
    await addNodes(
      space,
      ids.map((id, i) => ({
        id,
        parent: ids[i - 1] ?? space.rootId,
        name: `d${i}`,
        type: i < 128 ? ("folder" as const) : ("file" as const),
      })),
    );
    const path = `/${ids.map((_, i) => `d${i}`).join("/")}`;
    expect(await locateNode({ shard, spaceId: space.spaceId, scope: null }, ids[128] ?? "")).toMatchObject({ path });
    expect(await findByPath({ shard, spaceId: space.spaceId, scope: null, rootId: space.rootId }, path)).toMatchObject({
      path,
      node: { id: ids[128] },
    });
  });
});

describe("[N2] finding by path", () => {
  it("compares names by key and answers them as written", async () => {
    const [folder] = await addNodes(space, [{ name: "Café", type: "folder" }]);
    const [file] = await addNodes(space, [{ parent: folder ?? "", name: "STRASSE" }]);
    const found = await findByPath(
      { shard, spaceId: space.spaceId, scope: null, rootId: space.rootId },
      "/cafe\u0301//straße/",
    );
    expect(found).toMatchObject({ path: "/Café/STRASSE", node: { id: file } });
  });

  it("finds the root, and nothing in the trash or beyond a file", async () => {
    await nest("Bin", "trashed");
    await addNodes(space, [{ name: "plain" }]);
    const at = (path: string) => findByPath({ shard, spaceId: space.spaceId, scope: null, rootId: space.rootId }, path);
    expect(await at("/")).toMatchObject({ path: "/", node: { id: space.rootId } });
    for (const path of ["/Bin", "/Bin/middle", "/plain/x", "/nothing", "/..", `/${"a/".repeat(200)}`]) {
      expect(await at(path), path).toBeNull();
    }
  });
});

it("[T13] finding costs a few rows a folder on the way, and nothing else", async () => {
  const ids = Array.from({ length: 10 }, () => newId());
  const folders = ids.map((id, i) => ({
    id,
    parent: ids[i - 1] ?? space.rootId,
    name: `cost${i}`,
    type: "folder" as const,
  }));
  await addNodes(space, folders);
  const { shard: counted, rows } = countingShard("META_0", bindings.META_0);
  await findNode({ shard: counted, spaceId: space.spaceId, scope: null }, ids[9] ?? "");
  expect(rows.read).toBeLessThanOrEqual(3 * 11);
  rows.read = 0;
  await findByPath(
    { shard: counted, spaceId: space.spaceId, scope: null, rootId: space.rootId },
    ids.map((_, i) => `cost${i}`).join("/"),
  );
  expect(rows.read).toBeLessThanOrEqual(4 * 11);
});
