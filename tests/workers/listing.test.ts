import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { nameKey } from "../../core/names.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import { listChildren, listTrash, type SortKey, type SortOrder } from "../../workers/storage/listing.ts";
import type { Env } from "../../workers/env.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace, type SpaceRows } from "./support/tree-rows.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };
const SORTS: SortKey[] = ["name", "size", "mtime"];
const ORDERS: SortOrder[] = ["asc", "desc"];
/** Rows that a page may read beyond its entries: of one entry more, where the index is sought, how far the space is. */
const CONSTANT = 3;

async function allPages(
  space: SpaceRows,
  folder: string,
  sort: SortKey,
  order: SortOrder,
  limit: number,
  type?: "file" | "folder",
) {
  const { shard } = countingShard("META_0", META_0);
  const nodes: Node[] = [];
  let cursor: string | undefined;
  do {
    const page = await listChildren(shard, space.spaceId, folder, { sort, order, limit, cursor, type });
    nodes.push(...page.nodes);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return nodes;
}

/** The order of SQLite's BINARY collation: by code points. */
function compareText(a: string, b: string): number {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return Buffer.compare(x, y);
}

describe("[T14] pages of a folder", () => {
  it("hold every live entry once, in order, whatever the page size", async () => {
    const entry = fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
      size: fc.integer({ min: 0, max: 3 }),
      mtime: fc.integer({ min: -2, max: 2 }),
      type: fc.constantFrom("file" as const, "folder" as const),
      state: fc.constantFrom("live" as const, "live" as const, "live" as const, "trashed" as const),
    });
    const property = fc.asyncProperty(
      fc.uniqueArray(entry, { maxLength: 25, selector: ({ name }) => nameKey(name) }),
      fc.integer({ min: 1, max: 7 }),
      async (entries, limit) => {
        const space = await addSpace(META_0);
        await addNodes(space, entries);
        const live = entries.filter(({ state }) => state === "live");
        for (const sort of SORTS) {
          for (const order of ORDERS) {
            const expected = live
              .toSorted(
                (a, b) => (sort === "name" ? 0 : a[sort] - b[sort]) || compareText(nameKey(a.name), nameKey(b.name)),
              )
              .map(({ name, type }) => ({ name, type }));
            if (order === "desc") expected.reverse();
            const nodes = await allPages(space, space.rootId, sort, order, limit);
            expect(nodes.map(({ name, type }) => ({ name, type }))).toEqual(expected);
            const folders = await allPages(space, space.rootId, sort, order, limit, "folder");
            expect(folders.map(({ name }) => name)).toEqual(
              expected.flatMap(({ name, type }) => (type === "folder" ? name : [])),
            );
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 12 });
  });

  it("refuse a cursor of another listing", async () => {
    const space = await addSpace(META_0);
    await addNodes(space, [{ name: "a" }, { name: "b" }]);
    const { shard } = countingShard("META_0", META_0);
    const { next } = await listChildren(shard, space.spaceId, space.rootId, { sort: "name", order: "asc", limit: 1 });
    for (const cursor of [next ?? "", "nonsense", "", "W10", Buffer.from('["x",{},""]').toString("base64url")]) {
      const request = { sort: "size" as const, order: "asc" as const, limit: 1, cursor };
      await expect(listChildren(shard, space.spaceId, space.rootId, request), cursor).rejects.toMatchObject({
        code: "invalid_cursor",
      });
    }
  });
});

describe("[T14] a folder of 100,000 files", () => {
  const FILES = 100_000;
  let space: SpaceRows;

  beforeAll(async () => {
    space = await addSpace(META_0);
    const STEP = 20_000;
    for (let from = 0; from < FILES; from += STEP) {
      await META_0.prepare(
        `WITH RECURSIVE n(i) AS (SELECT ?3 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?4)
         INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, size, mtime, seq, created_at)
         SELECT ?1, printf('%026d', i), ?2, printf('file-%06d', i), printf('file-%06d', i),
                CASE WHEN i % 1000 = 0 THEN 'folder' ELSE 'file' END, (i * 7919) % 1000, (i * 104729) % 5000, i + 1, 1 FROM n`,
      )
        .bind(space.spaceId, space.rootId, from, from + STEP)
        .run();
    }
    await META_0.prepare("UPDATE spaces SET seq = ? WHERE id = ?").bind(FILES, space.spaceId).run();
  }, 60_000);

  for (const sort of SORTS) {
    for (const order of ORDERS) {
      it(`reads no more rows than it answers, by ${sort} ${order}, on the first and on later pages`, async () => {
        const { shard, rows } = countingShard("META_0", META_0);
        let cursor: string | undefined;
        for (let page = 0; page < 3; page++) {
          rows.read = 0;
          const answer = await listChildren(shard, space.spaceId, space.rootId, { sort, order, limit: 100, cursor });
          expect(answer.nodes).toHaveLength(100);
          expect(rows.read).toBeLessThanOrEqual(100 + CONSTANT);
          cursor = answer.next ?? undefined;
        }
      });
    }
  }

  it("[B9] answers pages of 1,000 in the rows that they hold, and quickly", async () => {
    const { shard, rows, queries } = countingShard("META_0", META_0);
    const times: number[] = [];
    for (const sort of SORTS) {
      let cursor: string | undefined;
      for (let page = 0; page < 5; page++) {
        rows.read = queries.count = 0;
        const began = performance.now();
        const answer = await listChildren(shard, space.spaceId, space.rootId, {
          sort,
          order: "asc",
          limit: 1000,
          cursor,
        });
        times.push(performance.now() - began);
        expect([answer.nodes.length, queries.count]).toEqual([1000, 2]);
        expect(rows.read).toBeLessThanOrEqual(1000 + CONSTANT);
        cursor = answer.next ?? undefined;
      }
    }
    // Some 20 ms each on a free machine; what this would catch is a scan or a sort of the folder.
    expect(Math.min(...times)).toBeLessThan(200);
  });

  it("has its folders found without reading its files", async () => {
    const { shard, rows } = countingShard("META_0", META_0);
    const request = { sort: "name", order: "asc", limit: 50, type: "folder" } as const;
    expect((await listChildren(shard, space.spaceId, space.rootId, request)).nodes).toHaveLength(50);
    expect(rows.read).toBeLessThanOrEqual(50 + CONSTANT);
  });
});

describe("[T7] [T8] the trash", () => {
  it("is newest first, paged, and without what is below a purged folder", async () => {
    const space = await addSpace(META_0);
    const [kept, gone, deep] = [newId(), newId(), newId()];
    await addNodes(space, [
      { id: kept, name: "kept", type: "folder", state: "trashed", trashedAt: 5 },
      { parent: kept, name: "inner", state: "trashed", trashedAt: 4 },
      { id: gone, name: "gone", type: "folder", state: "purged" },
      { id: deep, parent: gone, name: "deep", type: "folder" },
      { parent: deep, name: "lost", state: "trashed", trashedAt: 3 },
      { name: "a", state: "trashed", trashedAt: 9 },
      { name: "a", state: "trashed", trashedAt: 9 },
      { name: "live" },
    ]);
    const { shard } = countingShard("META_0", META_0);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTrash({ shard, spaceId: space.spaceId, scope: null }, { limit: 2, cursor });
      names.push(...page.nodes.map(({ name }) => name));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(names).toEqual(["a", "a", "kept", "inner"]);
    const older = await listTrash({ shard, spaceId: space.spaceId, scope: null }, { limit: 10, until: 5 });
    expect(older.nodes.map(({ name }) => name)).toEqual(["kept", "inner"]);
  });
});
