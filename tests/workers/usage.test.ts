import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fileKind } from "../../core/file-kind.ts";
import { newId } from "../../protocol/new-id.ts";
import type { FileKind, Usage } from "../../protocol/usage.ts";
import type { Env } from "../../workers/env.ts";
import { countUsage, USAGE_QUERIES, type UsageBudget } from "../../workers/storage/count-usage.ts";
import { DEAD_FOLDER_QUERIES } from "../../workers/storage/dead-folders.ts";
import { readUsage, USAGE_FRESH_MS, USAGE_PATIENCE_MS } from "../../workers/storage/usage.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace, type NodeSeed, type SpaceRows } from "./support/tree-rows.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };
const BUDGET: UsageBudget = { rows: 10_000, page: 7, deadFolders: 1_000, versions: 1_000 };

async function usage(account: TestAccount): Promise<Usage> {
  const response = await account.api("/account/usage");
  expect(response.status).toBe(200);
  return response.json();
}

describe("[B21] an account's usage", () => {
  it("tells kinds, older versions, the trash, what is shared, and the largest files", async () => {
    const owner = new Belongings(await signUp());
    const { root } = owner.account.home;
    const chunks = await Promise.all(Array.from({ length: 3 }, () => owner.chunk()));
    const file = (name: string, parent: string, used: typeof chunks) =>
      owner.commitOne({ type: "createFile", parent, name, chunks: used, mtime: 1 });
    const folder = await owner.folder();
    const image = await file("a.JPG", root, chunks);
    await file("b.png", folder.id, [chunks[0]!]);
    const text = await owner.fileOfTwoVersions();
    const trashed = await owner.folder();
    await file("gone.mp4", trashed.id, chunks.slice(1));
    await owner.commitOne({ type: "trash", node: trashed.id });
    await owner.chunk();
    const found = await usage(owner.account);
    expect(found).toMatchObject({
      complete: true,
      kinds: [
        { kind: "image", files: 2, bytes: 400 },
        { kind: "text", files: 1, bytes: 100 },
      ],
      olderVersions: { versions: 1, bytes: 100 },
      trash: { items: 1, files: 1, bytes: 200 },
      logicalBytes: 800,
      distinctBytes: 500,
      unusedBytes: 100,
    });
    expect(found.storedBytes).toBeGreaterThan(500);
    expect(found.storedBytes).toBeLessThan(500 + 5 * 64);
    expect(found.largest.map(({ node, path }) => [node.id, path])).toEqual(
      [
        [image.id, "/a.JPG"],
        [expect.any(String), `/${folder.name}/b.png`],
        [text.id, `/${text.name}`],
      ].toSorted((a, b) => Number(b[1] === "/a.JPG") - Number(a[1] === "/a.JPG")),
    );
  });

  it("is counted once in ten minutes, while its largest files are as they are", async () => {
    const owner = new Belongings(await signUp());
    const [first, second] = [await owner.file(), await owner.file()];
    const before = await usage(owner.account);
    expect(before.largest).toHaveLength(2);
    await owner.commitOne({ type: "move", node: first.id, name: "renamed" });
    await owner.commitOne({ type: "trash", node: second.id });
    await owner.file();
    const after = await usage(owner.account);
    expect({ ...after, largest: [] }).toEqual({ ...before, largest: [] });
    expect(after.largest.map(({ path }) => path)).toEqual(["/renamed"]);
  });

  it("[I11] is the caller's own", async () => {
    const owner = new Belongings(await signUp());
    await owner.file();
    expect(await usage(await signUp())).toMatchObject({ kinds: [], logicalBytes: 0, largest: [], complete: true });
  });
});

describe("[B21] counting", () => {
  it("of any tree in pages of any size is right", async () => {
    const entry = fc.record({
      /** Which of the folders made before it is in; 0 is the root. */
      parent: fc.nat(8),
      name: fc.constantFrom("a.jpg", "b.JPEG", "c", "makefile", "d.tar.gz", ".env", "e.", "x".repeat(40), "f.q.mp4"),
      type: fc.constantFrom("file" as const, "file" as const, "folder" as const),
      state: fc.constantFrom("live" as const, "live" as const, "live" as const, "trashed" as const, "purged" as const),
      size: fc.nat(1_000),
    });
    const property = fc.asyncProperty(
      fc.array(entry, { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      async (entries, page) => {
        const space = await addSpace(META_0);
        const seeds: (NodeSeed & { id: string })[] = [];
        for (const [i, { parent, name, ...rest }] of entries.entries()) {
          const folders = seeds.filter(({ type }) => type === "folder");
          const inside = parent === 0 ? undefined : folders[parent % Math.max(1, folders.length)];
          // Each name once: what a name begins with says nothing.
          seeds.push({
            ...rest,
            id: newId(),
            name: `${i}${name}`,
            parent: inside?.id ?? space.rootId,
            size: rest.type === "file" ? rest.size : 0,
          });
        }
        await addNodes(space, seeds);
        await markPurged(space, seeds);
        const { shard } = countingShard("META_0", META_0);
        const counted = await countUsage(shard, space, { ...BUDGET, page });
        const expected = model(space, seeds);
        expect(counted).toMatchObject({ complete: true, trash: expected.trash, logicalBytes: expected.bytes });
        expect(new Map(counted.kinds.map(({ kind, files, bytes }) => [kind, [files, bytes]]))).toEqual(expected.kinds);
        const sizes = new Map(seeds.map(({ id, size }) => [id, size]));
        expect(counted.largestIds.map((id) => sizes.get(id))).toEqual(expected.largest);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it("says so where there is more than it looks at", async () => {
    const space = await addSpace(META_0);
    const [top] = await addNodes(space, [{ name: "top", type: "folder", state: "trashed", trashedAt: 1 }]);
    await addNodes(
      space,
      Array.from({ length: 12 }, (_, i) => ({ name: `d${i}`, parent: top!, type: "folder" as const })),
    );
    await addNodes(
      space,
      Array.from({ length: 20 }, (_, i) => ({ name: `${i}.txt`, size: 1 })),
    );
    const count = async (budget: Partial<UsageBudget>) =>
      countUsage(countingShard("META_0", META_0).shard, space, { ...BUDGET, ...budget });
    expect((await count({})).complete).toBe(true);
    expect((await count({ rows: 35 })).complete).toBe(true);
    expect((await count({ rows: 33 })).complete).toBe(false);
    expect((await count({ deadFolders: 12 })).complete).toBe(false);
  });

  it("says so where a folder in the trash lies behind more files there than it looks at", async () => {
    const space = await addSpace(META_0);
    const [top] = await addNodes(space, [{ name: "top", type: "folder", state: "trashed", trashedAt: 1 }]);
    await addNodes(space, [{ name: "below.txt", parent: top!, size: 1 }]);
    await addNodes(
      space,
      Array.from({ length: 10 }, (_, i) => ({ name: `${i}.txt`, state: "trashed" as const, trashedAt: 2 + i })),
    );
    const count = (deadFolders: number) =>
      countUsage(countingShard("META_0", META_0).shard, space, { ...BUDGET, deadFolders });
    expect((await count(3)).complete).toBe(true);
    expect((await count(2)).complete).toBe(false);
  });

  it("is not done again by who reads from a replica that has not heard of it", async () => {
    const space = await addSpace(META_0);
    const account = { userId: space.ownerId, spaceId: space.spaceId };
    const { shard } = countingShard("META_0", META_0);
    await readUsage(shard, account, () => 5_000_000);
    const nothing = { bind: () => ({ first: () => Promise.resolve(null) }) };
    const lagging = {
      ...shard.db,
      prepare: (sql: string) => (sql.startsWith("SELECT started_at") ? nothing : shard.db.prepare(sql)),
    };
    const late = { name: "META_0", db: lagging as unknown as D1DatabaseSession };
    expect(await readUsage(late, account, () => 5_000_001)).toBeNull();
    expect((await readUsage(shard, account, () => 5_000_002))?.measuredAt).toBe(5_000_000);
  });

  it("is done once at a time, and again where it failed or took too long two minutes ago, or is ten minutes old", async () => {
    const space = await addSpace(META_0);
    const account = { userId: space.ownerId, spaceId: space.spaceId };
    const shards = Array.from({ length: 4 }, () => countingShard("META_0", META_0));
    let time = 1_000_000;
    const all = await Promise.all(shards.map(({ shard }) => readUsage(shard, account, () => time)));
    expect(all.filter((found) => found !== null).length).toBeGreaterThan(0);
    // Looking and claiming are two queries; who counts takes more.
    expect(shards.filter(({ queries }) => queries.count > 3)).toHaveLength(1);
    const again = async () => {
      const { shard, queries } = countingShard("META_0", META_0);
      const found = await readUsage(shard, account, () => time);
      return { measuredAt: found?.measuredAt, didCount: queries.count > 3 };
    };
    time += USAGE_FRESH_MS - 1;
    expect(await again()).toEqual({ measuredAt: 1_000_000, didCount: false });
    time += 1;
    await META_0.prepare("UPDATE usage_counts SET started_at = ? WHERE user_id = ?").bind(time, account.userId).run();
    expect(await again()).toEqual({ measuredAt: 1_000_000, didCount: false });
    time += USAGE_PATIENCE_MS + 1;
    expect(await again()).toEqual({ measuredAt: time, didCount: true });
    time += USAGE_FRESH_MS;
    const failing = countingShard("META_0", META_0).shard;
    const broken = {
      ...failing.db,
      prepare: (sql: string) => (sql === USAGE_QUERIES.SUMS ? failing.db.prepare("nonsense") : failing.db.prepare(sql)),
    };
    const failed = readUsage({ name: "META_0", db: broken as unknown as D1DatabaseSession }, account, () => time);
    await expect(failed).rejects.toThrow(/nonsense/);
    const last = time - USAGE_FRESH_MS;
    expect(await again()).toEqual({ measuredAt: last, didCount: false });
    time += USAGE_PATIENCE_MS + 1;
    expect(await again()).toEqual({ measuredAt: time, didCount: true });
  });

  it("asks for patience while the first count is under way", async () => {
    const account = await signUp();
    const { META_1 } = env as unknown as Env & { META_1: D1Database };
    for (const shard of [META_0, META_1]) {
      await shard
        .prepare("INSERT INTO usage_counts (user_id, started_at) VALUES (?, ?)")
        .bind(account.userId, Date.now())
        .run();
    }
    expect(await problemOf(await account.api("/account/usage"))).toBe("503 busy");
  });

  it("seeks", async () => {
    for (const [name, query] of Object.entries({ ...USAGE_QUERIES, ...DEAD_FOLDER_QUERIES })) {
      const count = Math.max(...[...query.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
      const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${query}`)
        .bind(...Array.from({ length: count }, () => "[]"))
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail).join("\n");
      expect(plan, name).not.toMatch(/SCAN (n|v|nodes|versions|chunks)\b/);
    }
  });
});

describe("[B21] an account of 100,000 files", () => {
  const FILES = 100_000;
  let space: SpaceRows;

  beforeAll(async () => {
    space = await addSpace(META_0);
    const STEP = 20_000;
    for (let from = 0; from < FILES; from += STEP) {
      const series = "WITH RECURSIVE n(i) AS (SELECT ?3 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?4)";
      await META_0.batch([
        META_0.prepare(
          `${series} INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, size, mtime, seq, created_at)
           SELECT ?1, printf('%026d', i), ?2, printf('file-%06d.jpg', i), printf('file-%06d.jpg', i), 'file', (i * 7919) % 100000, 1, i + 1, 1 FROM n`,
        ).bind(space.spaceId, space.rootId, from, from + STEP),
        META_0.prepare(
          `${series} INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, refs, touched_at)
           SELECT ?1, unhex(printf('%064x', i)), ?2, 0, 90, 100, 1, 1 FROM n`,
        ).bind(space.ownerId, newId(), from, from + STEP),
      ]);
    }
  }, 60_000);

  it("costs some four rows a file, its chunk included", async () => {
    const { shard, rows } = countingShard("META_0", META_0);
    const counted = await countUsage(shard, space);
    expect(counted).toMatchObject({
      complete: true,
      kinds: [{ kind: "image", files: FILES }],
      distinctBytes: 100 * FILES,
    });
    const sizes = Array.from({ length: FILES }, (_, i) => (i * 7919) % FILES);
    const largest = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!).slice(0, 20);
    expect(counted.largestIds).toEqual(largest.map((i) => String(i).padStart(26, "0")));
    expect(rows.read).toBeLessThanOrEqual(5 * FILES);
    expect(rows.written).toBe(0);
  });
});

/** A purged folder keeps `trashed_at` until what is below it is reaped. */
async function markPurged(space: SpaceRows, seeds: readonly (NodeSeed & { id: string })[]): Promise<void> {
  const ids = seeds.filter(({ state, type }) => state === "purged" && type === "folder").map(({ id }) => id);
  await META_0.prepare("UPDATE nodes SET trashed_at = 1 WHERE space_id = ? AND id IN (SELECT value FROM json_each(?))")
    .bind(space.spaceId, JSON.stringify(ids))
    .run();
}

/** What a count should find, looked up node by node. */
function model(space: SpaceRows, seeds: readonly (NodeSeed & { id: string })[]) {
  const byId = new Map(seeds.map((seed) => [seed.id, seed]));
  const reachOf = (seed: NodeSeed): "live" | "trashed" | "purged" => {
    const above = seed.parent === space.rootId ? "live" : reachOf(byId.get(seed.parent!)!);
    if (seed.state === "purged" || above === "purged") return "purged";
    return seed.state === "trashed" || above === "trashed" ? "trashed" : "live";
  };
  const kinds = new Map<FileKind, [number, number]>();
  const trash = { items: 0, files: 0, bytes: 0 };
  const largest: number[] = [];
  for (const seed of seeds) {
    const [reach, size] = [reachOf(seed), seed.size ?? 0];
    if (reach === "trashed" && seed.state === "trashed") trash.items++;
    if (seed.type !== "file" || reach === "purged") continue;
    if (reach === "trashed") {
      trash.files++;
      trash.bytes += size;
      continue;
    }
    const [files, bytes] = kinds.get(fileKind(seed.name)) ?? [0, 0];
    kinds.set(fileKind(seed.name), [files + 1, bytes + size]);
    largest.push(size);
  }
  const live = [...kinds.values()].reduce((sum, [, bytes]) => sum + bytes, 0);
  return { kinds, trash, bytes: live + trash.bytes, largest: largest.sort((a, b) => b - a).slice(0, 20) };
}
