import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { HISTORY_CHUNKS, HISTORY_VERSIONS, readHistories, type History } from "../../workers/storage/histories.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { countSubtree, readSubtreePage } from "../../workers/storage/subtree-pages.ts";
import { type Subtree, type SubtreePosition } from "../../workers/storage/subtree-walk.ts";
import {
  chunk,
  commitTo,
  folder,
  hold,
  makeSpace,
  META_0,
  nodesOf,
  type TestChunk,
  type TestSpace,
} from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";
import { appearance, commitInternally, importedFile, importedFolder, importedVersion } from "./support/imports.ts";

async function heldSpace(chunks: readonly TestChunk[] = [chunk(1), chunk(2), chunk(3)]): Promise<TestSpace> {
  const space = await makeSpace();
  await hold(space, chunks);
  return space;
}

const subtreeOf = (space: TestSpace, top: string, withTrash = false): Subtree => {
  const shard = openShard(env as unknown as Env, "META_0", "first-primary");
  return { shard, spaceId: space.spaceId, ownerId: space.ownerId, top, withTrash };
};

/** All pages, with what each began at. */
async function walk(subtree: Subtree): Promise<{ items: History[]; pages: number }> {
  const items: History[] = [];
  let at: SubtreePosition | null = null;
  for (let pages = 1; ; pages++) {
    const page = await readSubtreePage(subtree, at);
    items.push(...page.items);
    if (page.next === null) return { items, pages };
    at = JSON.parse(JSON.stringify(page.next)) as SubtreePosition;
  }
}

/** Commits in parts: one takes 1,000 operations. */
async function commitAll(space: TestSpace, operations: readonly AnyOperation[]): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let i = 0; i < operations.length; i += 1_000) {
    nodes.push(...nodesOf(await commitInternally(space, operations.slice(i, i + 1_000))));
  }
  return nodes;
}

async function countAll(subtree: Subtree): Promise<{ nodes: number; files: number; bytes: number; steps: number }> {
  const sums = { nodes: 0, files: 0, bytes: 0, steps: 0 };
  let at: SubtreePosition | null = null;
  do {
    const { next, ...counted } = await countSubtree(subtree, at);
    for (const key of ["nodes", "files", "bytes"] as const) sums[key] += counted[key];
    sums.steps++;
    at = next;
  } while (at !== null);
  return sums;
}

const idsOf = (items: readonly History[]): string[] => items.map(({ node }) => node.id);

describe("a walk over a subtree", () => {
  it("[M11] meets each live node once, a folder before what is in it, in pages", async () => {
    const space = await heldSpace();
    const [top, wide] = [newId(), newId()];
    const beside = Array.from({ length: 700 }, () => newId());
    const deep = Array.from({ length: 30 }, () => newId());
    const operations = [
      importedFolder(top, null),
      importedFolder(wide, top),
      ...beside.map((id) => importedFolder(id, wide)),
      ...beside.map((id) => importedFile(newId(), id)),
      ...deep.map((id, level) => importedFolder(id, deep[level - 1] ?? top)),
      importedFile(newId(), deep.at(-1) ?? top),
    ];
    const made = await commitAll(space, [...operations, appearance(top, space.rootId)]);
    await commitTo(space, [folder(space.rootId, "beside")]);
    const { items, pages } = await walk(subtreeOf(space, top));
    expect(pages).toBeGreaterThan(2);
    expect(idsOf(items).toSorted()).toEqual([...new Set(made.map(({ id }) => id))].toSorted());
    expect(items.every(({ isWhole, node, versions }) => isWhole && versions.length === node.version)).toBe(true);
    const met = new Set<string>();
    for (const { node } of items) {
      if (node.id !== top) expect(met).toContain(node.parent);
      met.add(node.id);
    }
  });

  it("[M11][M13] takes what is in the trash along only where it is to", async () => {
    const space = await heldSpace();
    const [top, gone, inGone, goneInGone, live, purged] = [newId(), newId(), newId(), newId(), newId(), newId()];
    await commitAll(space, [
      importedFolder(top, null),
      importedFolder(gone, top, { trashedAt: 5 }),
      importedFile(inGone, gone),
      importedFile(goneInGone, gone, { trashedAt: 6 }),
      importedFile(live, top),
      importedFile(purged, top),
      appearance(top, space.rootId),
    ]);
    await commitTo(space, [
      { type: "trash", node: purged },
      { type: "purge", node: purged },
    ]);
    expect(idsOf((await walk(subtreeOf(space, top))).items)).toEqual([top, live]);
    const whole = (await walk(subtreeOf(space, top, true))).items;
    expect(idsOf(whole).toSorted()).toEqual([top, gone, inGone, goneInGone, live].toSorted());
    expect(idsOf((await walk(subtreeOf(space, live))).items)).toEqual([live]);
    expect((await walk(subtreeOf(space, newId()))).items).toEqual([]);
  });

  it("[M11] meets what stays while others are renamed, moved and purged between two pages", async () => {
    const space = await heldSpace();
    const top = newId();
    const name = (i: number) => String(i).padStart(4, "0");
    const files = Array.from({ length: 1_200 }, (_, i) => importedFile(newId(), top, { name: name(i) }));
    await commitAll(space, [importedFolder(top, null), ...files, appearance(top, space.rootId)]);
    const first = await readSubtreePage(subtreeOf(space, top), null);
    const last = first.items.at(-1)?.node.id ?? "";
    await commitTo(space, [
      { type: "move", node: last, name: "zzz" },
      { type: "trash", node: files[0]!.id },
      { type: "purge", node: files[0]!.id },
      { type: "move", node: files[1_000]!.id, parent: space.rootId },
    ]);
    const items = [...first.items];
    for (let at = first.next; at;) {
      const page = await readSubtreePage(subtreeOf(space, top), at);
      items.push(...page.items);
      at = page.next;
    }
    const stayed = files.map(({ id }) => id).filter((id) => id !== last && id !== files[1_000]?.id);
    expect(idsOf(items).filter((id) => stayed.includes(id))).toEqual(stayed);
  });

  it("[M11] has all versions of long files over several pages, as imports take them", async () => {
    const space = await heldSpace();
    const [top, long, next] = [newId(), newId(), newId()];
    const count = 2 * HISTORY_VERSIONS + 50;
    const versions = Array.from({ length: count }, (_, i) => ({ ...importedVersion(1 + (i % 3)), createdAt: i }));
    await commitAll(space, [importedFolder(top, null), importedFile(long, top, { name: "a", versions })]);
    await commitAll(space, [importedFile(next, top, { name: "b" }), appearance(top, space.rootId)]);
    const { items } = await walk(subtreeOf(space, top));
    const parts = items.filter(({ node }) => node.id === long);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ isWhole }) => isWhole)).toEqual(parts.map((_, i) => i === parts.length - 1));
    expect(parts.flatMap((part) => part.versions)).toEqual(versions);
    expect(parts.map(({ after }) => after)).toEqual(
      parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part.versions.length, 0)),
    );
    expect(items.filter(({ node }) => node.id === next)).toHaveLength(1);
    expect(parts.length + 2).toBe(items.length);
  });

  it("[M11] a page has a bounded number of chunks, unless one version has more", async () => {
    const chunks = Array.from({ length: HISTORY_CHUNKS + 10 }, (_, i) => chunk(i + 1));
    const space = await heldSpace(chunks);
    const [top, huge] = [newId(), newId()];
    const some = (from: number, length: number) => [
      { ...importedVersion(1), chunks: chunks.slice(from, from + length) },
    ];
    const files = Array.from({ length: 12 }, (_, i) => importedFile(newId(), top, { versions: some(i, 5_000) }));
    for (const each of [[importedFolder(top, null)], files.slice(0, 6), files.slice(6)]) await commitAll(space, each);
    await commitAll(space, [
      importedFile(huge, top, { versions: some(0, chunks.length) }),
      appearance(top, space.rootId),
    ]);
    const items: History[] = [];
    let at: SubtreePosition | null = null;
    do {
      const page = await readSubtreePage(subtreeOf(space, top), at);
      const weights = page.items.flatMap(({ versions }) => versions.map((version) => version.chunks.length));
      expect(weights.length <= 1 || weights.reduce((sum, weight) => sum + weight, 0) <= 1.5 * HISTORY_CHUNKS).toBe(
        true,
      );
      items.push(...page.items);
      at = page.next;
    } while (at);
    expect(idsOf(items).toSorted()).toEqual([top, huge, ...files.map(({ id }) => id)].toSorted());
    expect(items.every(({ isWhole }) => isWhole)).toBe(true);
  });

  it("[M11] counts files, and bytes of all versions, in steps", async () => {
    const space = await heldSpace();
    const top = newId();
    const files = Array.from({ length: 2_500 }, () =>
      importedFile(newId(), top, { versions: [importedVersion(1), importedVersion(2)] }),
    );
    await commitAll(space, [importedFolder(top, null), ...files, appearance(top, space.rootId)]);
    expect(await countAll(subtreeOf(space, top))).toEqual({
      nodes: 2_501,
      files: 2_500,
      bytes: 2_500 * 2 * 4096,
      steps: 3,
    });
    const [file] = files;
    expect(await countAll(subtreeOf(space, file?.id ?? ""))).toMatchObject({ nodes: 1, files: 1, bytes: 8192 });
  });

  it("[M11] reads some three rows a node and version, whatever else the space has", async () => {
    const space = await heldSpace();
    const top = newId();
    const files = Array.from({ length: 400 }, () => importedFile(newId(), top));
    const others = Array.from({ length: 900 }, () => folder(space.rootId, newId()));
    await commitTo(space, others);
    await commitAll(space, [importedFolder(top, null), ...files, appearance(top, space.rootId)]);
    const { shard, rows, queries } = countingShard("META_0", META_0);
    const page = await readSubtreePage({ ...subtreeOf(space, top), shard }, null);
    expect([page.items.length, page.next]).toEqual([401, null]);
    expect(rows.read).toBeLessThan(400 * 5);
    expect(queries.count).toBeLessThan(8);
  });
});

describe("histories", () => {
  it("[M11] go on behind what is there, and leave out what was purged meanwhile", async () => {
    const space = await heldSpace();
    const [top, a, b, c] = [newId(), newId(), newId(), newId()];
    const versions = [importedVersion(1), importedVersion(2), importedVersion(3)];
    const made = await commitAll(space, [
      importedFolder(top, null),
      ...[a, b, c].map((id) => importedFile(id, top, { versions })),
      appearance(top, space.rootId),
    ]);
    const [, nodeA, nodeB, nodeC] = made as [Node, Node, Node, Node];
    await commitTo(space, [
      { type: "trash", node: b },
      { type: "purge", node: b },
    ]);
    const asked = [
      { node: nodeA, after: 1 },
      { node: nodeB, after: 0 },
      { node: nodeC, after: 3 },
    ];
    expect(await readHistories(subtreeOf(space, top), asked)).toEqual({
      histories: [
        { node: nodeA, after: 1, versions: versions.slice(1), isWhole: true },
        { node: nodeC, after: 3, versions: [], isWhole: true },
      ],
      rest: null,
      versionCount: 2,
      chunkCount: 2,
    });
  });
});
