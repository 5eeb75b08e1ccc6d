import { expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ImportedVersion, ImportOperation } from "../../core/commit/import.ts";
import type { OperationResult } from "../../protocol/tree.ts";
import { MemorySpace } from "./support/memory-space.ts";

const chunk = (n: number) => ({ id: n.toString(16).padStart(64, "0"), size: n });
const CHUNKS = new Map([1, 2, 3].map((n) => [chunk(n).id, n]));
const version = (n: number): ImportedVersion => ({
  chunks: [chunk(n)],
  mtime: 100 + n,
  executable: n === 2,
  createdAt: 1_000 + n,
  author: `author-${n}`,
});

const folder = (id: string, parent: string | null, more: Partial<ImportOperation> = {}): ImportOperation => ({
  type: "import",
  id,
  parent,
  name: id,
  of: "folder",
  mtime: 3,
  createdAt: 4,
  trashedAt: null,
  versions: [],
  after: 0,
  ...more,
});
const file = (id: string, parent: string | null, more: Partial<ImportOperation> = {}): ImportOperation =>
  folder(id, parent, { of: "file", versions: [version(1)], ...more });
const appear = (node: string, parent = "root", name = node): AnyOperation => ({
  type: "appear",
  node,
  parent,
  name,
  onConflict: "fail",
});
const make = (id: string, parent: string): AnyOperation => ({
  type: "createFolder",
  id,
  parent,
  name: id,
  onConflict: "fail",
});

const spaceOf = (): MemorySpace => new MemorySpace("root", CHUNKS);

function run(space: MemorySpace, operations: readonly AnyOperation[], scope: string | null = null): OperationResult[] {
  const [planned] = space.commit([{ operations, authorId: "u", scope }]);
  return [...(planned?.results ?? [])];
}

function codes(results: readonly OperationResult[]): (string | null)[] {
  return results.map((result) => (result.ok ? null : result.code));
}

const paths = (space: MemorySpace): string[] => space.entries().map(({ path }) => path);

it("[M11] versions keep their times, authors, bytes and order, and the node is as its newest", () => {
  const space = spaceOf();
  const [top, made] = run(space, [folder("top", null), file("f", "top", { versions: [version(1), version(2)] })]);
  expect(top).toMatchObject({ ok: true, node: { state: "purged", parent: null, mtime: 3, createdAt: 4 } });
  const node = { state: "live", version: 2, size: 2, mtime: 102, executable: true, createdAt: 4 };
  expect(made).toMatchObject({ ok: true, node });
  expect([...space.versions]).toMatchObject([
    ["f/1", { size: 1, mtime: 101, executable: false, createdAt: 1_001, authorId: "author-1" }],
    ["f/2", { size: 2, mtime: 102, executable: true, createdAt: 1_002, authorId: "author-2" }],
  ]);
});

it("[M11] what is imported is there for no operation of a client's", () => {
  const space = spaceOf();
  run(space, [folder("top", null), folder("a", "top"), file("f", "a"), make("mine", "root")]);
  const { seq } = space;
  for (const node of ["top", "a", "f"]) {
    const results = run(space, [
      { type: "move", node, parent: "mine", onConflict: "fail" },
      { type: "trash", node },
      { type: "restore", node, onConflict: "fail" },
      { type: "purge", node },
      { type: "copy", node, parent: "mine", onConflict: "fail" },
      make("new", node),
      { type: "createFolder", id: node, parent: "mine", name: "x", onConflict: "fail" },
    ]);
    expect(codes(results)).toEqual([...Array<string>(5).fill("not_found"), "parent_not_found", "id_conflict"]);
  }
  expect(space.seq).toBe(seq);
  expect(paths(space)).not.toContain(":live/top:live");
});

it("[M11] appears whole as one change", () => {
  const space = spaceOf();
  run(space, [make("d", "root"), folder("top", null), folder("a", "top"), file("f", "a")]);
  const { seq } = space;
  expect(run(space, [appear("top", "d", "there")])).toMatchObject([
    { ok: true, node: { id: "top", parent: "d", name: "there", state: "live", trashedAt: null } },
  ]);
  expect(space.seq).toBe(seq + 1);
  expect(paths(space)).toContain(":live/d:live/there:live/a:live/f:live");
  expect(codes(run(space, [appear("top", "d", "again")]))).toEqual(["not_found"]);
});

it("[M11] appears only in a live folder, under a free name, in the folder that the commit is confined to, and not too deep", () => {
  const space = spaceOf();
  space.shared.add("shared");
  run(space, [make("shared", "root"), make("gone", "root"), make("taken", "root"), folder("top", null)]);
  const deep = Array.from({ length: 127 }, (_, i) => folder(`d${i}`, i === 0 ? "top" : `d${i - 1}`));
  expect(codes(run(space, [...deep, folder("over", "d126")]))).toEqual([...Array<null>(127).fill(null), "too_deep"]);
  run(space, [{ type: "trash", node: "gone" }]);
  const refused = [appear("top", "gone"), appear("top", "root", "taken"), appear("top", "taken"), appear("d0")];
  expect(refused.flatMap((operation) => codes(run(space, [operation])))).toEqual([
    "parent_not_found",
    "name_conflict",
    "too_deep",
    "not_found",
  ]);
  run(space, [{ type: "abandon", node: "d1" }]);
  expect(codes(run(space, [appear("top", "root")], "shared"))).toEqual(["parent_not_found"]);
  expect(codes(run(space, [appear("top", "shared")], "shared"))).toEqual([null]);
});

it("[M7] members hear of nothing until it appears, then that it arrived", () => {
  const space = spaceOf();
  space.shared.add("shared");
  run(space, [make("shared", "root")]);
  run(space, [folder("top", null), file("f", "top")]);
  const told = () => [...(space.journal.get("shared") ?? [])].map(([id, row]) => [id, row.arrivedSeq > 0]);
  expect(told()).toEqual([["shared", false]]);
  run(space, [appear("top", "shared")]);
  expect(told()).toEqual([
    ["shared", false],
    ["top", true],
  ]);
});

it("[M11] importing again makes it what is asked now, and adds the versions that follow", () => {
  const space = spaceOf();
  run(space, [folder("top", null), folder("a", "top"), folder("b", "top"), file("f", "a")]);
  const again = [
    file("f", "b", { name: "g", versions: [version(2), version(3)], after: 1 }),
    folder("a", "top", { name: "aa", mtime: 8 }),
    folder("top", null, { name: "t" }),
  ];
  expect(run(space, again)).toMatchObject([
    { ok: true, node: { parent: "b", name: "g", version: 3, size: 3 } },
    { ok: true, node: { name: "aa", mtime: 8 } },
    { ok: true, node: { name: "t", state: "purged", parent: null } },
  ]);
  expect([...space.versions.keys()]).toEqual(["f/1", "f/2", "f/3"]);
  const { seq } = space;
  const same = [file("f", "b", { name: "g", versions: [], after: 3 }), ...again.slice(1)];
  expect(codes(run(space, same))).toEqual([null, null, null]);
  expect(space.seq).toBe(seq);
});

it("[M11] names that were swapped where they are from are swapped here, whichever comes first", () => {
  const space = spaceOf();
  run(space, [folder("top", null), folder("a", "top"), folder("b", "top")]);
  expect(run(space, [folder("a", "top", { name: "B" })])).toMatchObject([{ ok: true }]);
  expect(run(space, [folder("b", "top", { name: "A" })])).toMatchObject([{ ok: true }]);
  expect([space.nodes.get("a")?.name, space.nodes.get("b")?.name]).toEqual(["B", "A"]);
});

it("[M11] refuses what cannot be so, and nothing else", () => {
  const space = spaceOf();
  run(space, [make("live", "root"), folder("top", null), folder("a", "top"), folder("b", "a"), file("f", "top")]);
  const refused: [AnyOperation, string][] = [
    [folder("live", "top"), "id_conflict"],
    [folder("root", null), "id_conflict"],
    [folder("f", "top"), "id_conflict"],
    [folder("a", null), "id_conflict"],
    [folder("top", "a"), "id_conflict"],
    [folder("x", "live"), "parent_not_found"],
    [folder("x", "nowhere"), "parent_not_found"],
    [folder("x", "f"), "not_a_folder"],
    [folder("a", "b"), "would_cycle"],
    [folder("x", "top", { name: "a/b" }), "invalid_name"],
    [folder("x", null, { trashedAt: 5 }), "invalid_request"],
    [folder("x", "top", { versions: [version(1)] }), "invalid_request"],
    [file("x", "top", { versions: [] }), "invalid_request"],
    [file("x", "top", { after: 1 }), "stale_base"],
    [file("f", "top", { after: 0 }), "stale_base"],
    [file("x", "top", { versions: [{ ...version(1), chunks: [chunk(9)] }] }), "chunks_missing"],
    [{ type: "abandon", node: "live" }, "not_found"],
    [appear("live"), "not_found"],
  ];
  const { seq } = space;
  for (const [operation, code] of refused) expect(codes(run(space, [operation])), operation.type).toEqual([code]);
  expect(space.seq).toBe(seq);
});

it("[M11] what is abandoned is purged, and nothing of it is staged any more", () => {
  const space = spaceOf();
  run(space, [folder("top", null), folder("a", "top"), file("f", "a"), file("g", "top"), file("only", null)]);
  run(space, [{ type: "abandon", node: "g" }]);
  expect(space.nodes.get("g")).toMatchObject({ state: "purged", parent: "top", version: 0 });
  run(space, [folder("b", "top"), folder("c", "b")]);
  run(space, [{ type: "abandon", node: "b" }]);
  for (const parent of ["b", "c"]) expect(codes(run(space, [folder("x", parent)]))).toEqual(["parent_not_found"]);
  expect(codes(run(space, [folder("c", "top")]))).toEqual(["busy"]);
  run(space, [
    { type: "abandon", node: "top" },
    { type: "abandon", node: "only" },
  ]);
  expect(space.nodes.get("top")).toMatchObject({ state: "purged", parent: "root", name: "", trashedAt: 0 });
  expect([...space.versions.keys()]).toEqual(["f/1"]);
  const late = [folder("a", "top"), file("x", "a"), appear("top"), appear("only"), folder("top", null)];
  expect(late.flatMap((operation) => codes(run(space, [operation])))).toEqual([
    "busy",
    "parent_not_found",
    "not_found",
    "not_found",
    "busy",
  ]);
});

it("[M13] a purged id comes back as what is imported, once nothing of what it was is left", () => {
  const space = spaceOf();
  run(space, [
    make("d", "root"),
    {
      type: "createFile",
      id: "f",
      parent: "d",
      name: "f",
      chunks: [chunk(3)],
      mtime: 1,
      executable: false,
      onConflict: "fail",
    },
    { type: "trash", node: "f" },
  ]);
  expect(codes(run(space, [folder("top", null), file("f", "top")]))).toEqual([null, "id_conflict"]);
  expect(codes(run(space, [{ type: "purge", node: "f" }, file("f", "top")]))).toEqual([null, "busy"]);
  expect(run(space, [file("f", "top")])).toMatchObject([{ ok: true, node: { version: 1, size: 1, createdAt: 4 } }]);
  run(space, [
    { type: "trash", node: "d" },
    { type: "purge", node: "d" },
  ]);
  expect(codes(run(space, [folder("d", "top")]))).toEqual(["busy"]);
  expect([...space.versions.keys()]).toEqual(["f/1"]);
});

it("[M13] what is in the trash there is in the trash here once it appears, since then as now", () => {
  const space = spaceOf();
  run(space, [
    folder("top", null),
    folder("gone", "top", { trashedAt: 77 }),
    file("f", "gone"),
    file("twin", "top", { name: "gone" }),
    file("twin-gone", "top", { name: "GONE", trashedAt: 78 }),
  ]);
  run(space, [appear("top")]);
  expect(space.nodes.get("gone")).toMatchObject({ state: "trashed", trashedAt: 77, name: "gone" });
  expect(paths(space)).toContain(":live/top:live/gone:trashed/f:live");
  expect(codes(run(space, [{ type: "restore", node: "twin-gone", onConflict: "fail" }]))).toEqual(["name_conflict"]);
});
