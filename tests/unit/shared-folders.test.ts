import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import type { Node, Operation } from "../../protocol/tree.ts";
import { FolderFollower, liveBelow } from "./support/folder-follower.ts";
import { MemorySpace } from "./support/memory-space.ts";
import { histories, sortEntries, TreeModel } from "./support/tree-model.ts";

const chunks: ChunkRef[] = [1, 2, 3].map((n) => ({ id: String(n).padStart(64, "0"), size: n }));
const held = new Map(chunks.slice(0, 2).map(({ id, size }) => [id, size]));
const ids = Array.from({ length: 8 }, (_, i) => `n${i}`);

const folder = (id: string, parent: string, name = id): Operation => ({
  type: "createFolder",
  id,
  parent,
  name,
  onConflict: "fail",
});
const mount = (id: string, parent: string): AnyOperation => ({
  type: "mount",
  id,
  parent,
  name: id,
  folder: "theirs",
  onConflict: "fail",
});
const move = (node: string, parent: string): Operation => ({ type: "move", node, parent, onConflict: "fail" });
const restore = (node: string, parent?: string): Operation => ({
  type: "restore",
  node,
  onConflict: "rename",
  ...(parent !== undefined && { parent }),
});

/** n0 in the root, n1 in it, n2 beside it with n3. */
const ground: Operation[] = [folder("n0", "root"), folder("n1", "n0"), folder("n2", "root"), folder("n3", "n2")];

function spaceWith(shared: readonly string[], operations: readonly AnyOperation[] = ground): MemorySpace {
  const space = new MemorySpace("root", held);
  expect(commit(space, operations).every((code) => code === null)).toBe(true);
  for (const id of shared) space.shared.add(id);
  return space;
}

/** Each operation's code; `out of reach` where the commit as a whole was refused. */
function commit(space: MemorySpace, operations: readonly AnyOperation[], scope: string | null = null) {
  const [planned] = space.commit([{ operations, authorId: "u", scope }]);
  if (!planned?.isInReach) return ["out of reach"];
  return planned.results.map((result) => (result.ok ? null : result.code));
}

function isLive(space: MemorySpace, id: string): boolean {
  return space.chain(id).every(({ state }) => state === "live");
}

function isIn(space: MemorySpace, id: string, shared: string): boolean {
  return space.chain(id).some((above) => above.id === shared);
}

describe("who follows a shared folder", () => {
  const place = fc.constantFrom("root", ...ids.slice(0, 6));
  const one: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...ids), place).map(([id, parent]) => folder(id, parent)) },
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...ids), place).map(([id, parent]) => move(id, parent)) },
    { weight: 2, arbitrary: fc.constantFrom(...ids.slice(1)).map((node) => ({ type: "trash" as const, node })) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...ids), fc.option(place)).map(([id, to]) => restore(id, to ?? undefined)),
    },
  );
  const moves = fc.array(
    fc.record({
      operations: fc.array(one, { minLength: 1, maxLength: 3 }),
      steps: fc.constantFrom(0, 0, 1, 2, 5),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 10, maxLength: 40, size: "max" },
  );
  const anything = histories(ids, "n1", chunks, { commits: 20, operations: 3 }).map((all) =>
    all.map((operations, i) => ({ operations, steps: i % 3, limit: 1 + (i % 4) })),
  );
  const chain = [folder("n4", "n3"), folder("n5", "n4"), folder("n6", "n5"), folder("n7", "n6")];

  it.each(["n0", "n1"])(
    "[M7] has what is in it, whatever happens between its requests, and no more (%s)",
    (shared) => {
      let compared = 0;
      fc.assert(
        fc.property(fc.oneof(moves, anything), fc.nat(6), (history, begin) => {
          const space = spaceWith(["n0", "n1"], [...ground, ...chain]);
          const wasIn = new Set<string>();
          const look = () => [...space.nodes.keys()].forEach((id) => isIn(space, id, shared) && wasIn.add(id));
          let follower: FolderFollower | null = null;
          look();
          for (const [i, { operations, steps, limit }] of history.entries()) {
            if (i >= begin) follower ??= new FolderFollower(space, shared);
            commit(space, operations);
            look();
            for (let step = 0; step < steps && isLive(space, shared); step++) follower?.step(limit);
          }
          if (!follower || !isLive(space, shared)) return;
          while (follower.step(2));
          expect([...follower.tree()]).toEqual([...liveBelow(shared, space.nodes)]);
          const told = follower.pages.flatMap((page) => [...page.changes.map(({ id }) => id), ...page.left]);
          expect(told.filter((id) => !wasIn.has(id))).toEqual([]);
          compared += follower.tree().size > 1 ? 1 : 0;
        }),
        { numRuns: 600 },
      );
      expect(compared).toBeGreaterThan(50);
    },
    60_000,
  );

  it("[M7] is told a folder that moves in as one row, one that moves out too, and of neither what is below", () => {
    const space = spaceWith(["n0"], [...ground, folder("n4", "n3")]);
    commit(space, [move("n2", "n0")]);
    const kinds = () => [...(space.journal.get("n0") ?? [])].map(([id, row]) => [id, row.arrivedSeq > 0, row.isLeft]);
    expect(kinds()).toEqual([["n2", true, false]]);
    commit(space, [move("n2", "root")]);
    expect(kinds()).toEqual([["n2", true, true]]);
    commit(space, [folder("n5", "n2")]);
    expect(kinds()).toHaveLength(1);
  });

  it("[M7] is told of the folder itself, and its outer folder too; a space without shared folders writes nothing", () => {
    const space = spaceWith(["n0", "n1"]);
    commit(space, [{ type: "move", node: "n1", name: "other", onConflict: "fail" }]);
    expect([...space.journal].map(([shared, rows]) => [shared, [...rows.keys()]])).toEqual([
      ["n0", ["n1"]],
      ["n1", ["n1"]],
    ]);
    const alone = spaceWith([]);
    commit(alone, [folder("n4", "n1")]);
    expect(alone.journal.size).toBe(0);
  });
});

describe("a commit that is confined to a shared folder", () => {
  const history = histories(ids, "root", chunks, { commits: 6, operations: 5 });
  const confined = histories(ids, "n0", chunks, { commits: 1, operations: 8 });

  it("[M3][M6] does what it would if nothing else were there, and shows and changes nothing else", () => {
    let compared = 0;
    fc.assert(
      fc.property(history, confined, (before, [asked = []]) => {
        const space = spaceWith(["n0"]);
        const alone = spaceWith(["n0"]);
        const model = new TreeModel("root", held);
        model.commit(ground);
        const owners = before.slice(0, -1);
        const last = before.at(-1) ?? [];
        for (const operations of owners) for (const each of [space, alone]) commit(each, operations);
        for (const operations of [...owners, last]) model.commit(operations);
        commit(alone, last);
        const operations = asked.map((operation) => withoutIdsOutside(alone, operation));

        // As one group, so that the member's commit is decided by where the owner's puts things a moment earlier.
        const [, member] = space.commit([
          { operations: last, authorId: "owner", scope: null },
          { operations, authorId: "member", scope: "n0" },
        ]);
        const isOutside = (node: Node) => !space.nodes.has(node.id) || !isIn(space, node.id, "n0");
        const outside = (of: MemorySpace) => [...of.nodes.values()].filter(isOutside);
        expect(outside(space)).toEqual(outside(alone));
        expect(member?.isInReach).toBe(isLive(alone, "n0"));
        if (!member?.isInReach) return;
        const inside = model.inside("n0");
        expect(member.results.map((result) => (result.ok ? null : result.code))).toEqual(inside.commit(operations));
        expect(member.results.flatMap(({ node }) => (node && isOutside(node) ? [node] : []))).toEqual([]);
        expect(sortEntries(pathsBelow(space, "n0"))).toEqual(
          sortEntries(inside.entries()).map(({ path, type, versions }) => ({ path, type, versions, content: null })),
        );
        compared += member.results.some(({ ok }) => ok) ? 1 : 0;
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(100);
  }, 60_000);

  it("[M3] does not find what is beside or above the folder, nor puts anything there", () => {
    const space = spaceWith(["n0"]);
    const asked: Operation[] = [
      folder("n5", "n2"),
      move("n2", "n0"),
      move("n1", "root"),
      { type: "copy", node: "n3", parent: "n0", onConflict: "fail" },
      { type: "trash", node: "root" },
      { type: "trash", node: "n0" },
      { type: "move", node: "n0", name: "mine", onConflict: "fail" },
      folder("n2", "n0"),
    ];
    const codes =
      "parent_not_found not_found parent_not_found not_found not_found root_immutable root_immutable id_conflict";
    expect(commit(space, asked, "n0")).toEqual(codes.split(" "));
  });

  it("[M6] puts what has nowhere to go back to in the folder, not in the owner's root", () => {
    const space = spaceWith(["n0"], [...ground, folder("n4", "n1")]);
    commit(
      space,
      [
        { type: "trash", node: "n4" },
        { type: "trash", node: "n1" },
      ],
      "n0",
    );
    expect(commit(space, [restore("n4")], "n0")).toEqual([null]);
    expect(space.nodes.get("n4")?.parent).toBe("n0");
  });

  it("[M10] is refused as a whole while the folder is in the trash, below it, or not shared", () => {
    const space = spaceWith(["n3", "n0"]);
    commit(space, [{ type: "trash", node: "n2" }]);
    expect(commit(space, [folder("n5", "n3")], "n3")).toEqual(["out of reach"]);
    commit(space, [restore("n2")]);
    expect(commit(space, [folder("n5", "n3")], "n3")).toEqual([null]);
    space.shared.delete("n3");
    expect(commit(space, [folder("n6", "n3")], "n3")).toEqual(["out of reach"]);
  });

  /** A confined commit's ids that are in use elsewhere are a test of their own. */
  function withoutIdsOutside(space: MemorySpace, operation: Operation): Operation {
    if (!("id" in operation) || operation.id === undefined) return operation;
    if (!space.nodes.has(operation.id) || isIn(space, operation.id, "n0")) return operation;
    const { id: _, ...rest } = operation;
    return rest;
  }

  function pathsBelow(space: MemorySpace, shared: string) {
    return space.entriesBelow(shared).map((entry) => ({ ...entry, content: null }));
  }
});

describe("a mount", () => {
  it("[M5] takes nothing in, is not copied, and is renamed, moved, trashed, restored and purged as any folder", () => {
    const space = spaceWith([], [...ground, mount("m", "n2")]);
    expect(space.nodes.get("m")).toMatchObject({ type: "folder", mount: "theirs", parent: "n2" });
    const refused: AnyOperation[] = [
      folder("n5", "m"),
      mount("k", "m"),
      move("n0", "m"),
      { type: "copy", node: "n0", parent: "m", onConflict: "fail" },
      { type: "copy", node: "m", parent: "root", onConflict: "fail" },
      { type: "copy", node: "n2", parent: "root", onConflict: "rename" },
    ];
    expect(commit(space, refused)).toEqual(refused.map(() => "mounted_folder"));
    expect(commit(space, [{ ...folder("n5", "n2", "m"), onConflict: "reuse" } as Operation])).toEqual([
      "name_conflict",
    ]);
    expect(commit(space, [move("m", "root"), { type: "trash", node: "m" }, restore("m")])).toEqual([null, null, null]);
    expect(space.nodes.get("m")?.mount).toBe("theirs");
    expect(
      commit(space, [
        { type: "trash", node: "m" },
        { type: "purge", node: "m" },
      ]),
    ).toEqual([null, null]);
    expect(space.nodes.get("m")?.mount).toBeUndefined();
  });

  it("[M5] goes into no shared folder, nor does a folder that has some, in the trash or not", () => {
    const space = spaceWith(["n0"], [...ground, mount("m", "n3")]);
    const refused = [mount("k", "n1"), move("m", "n1"), move("n2", "n0")];
    expect(commit(space, refused)).toEqual(refused.map(() => "mount_in_shared"));
    commit(space, [{ type: "trash", node: "m" }]);
    expect(commit(space, [restore("m", "n0"), move("n2", "n0")])).toEqual(["mount_in_shared", "mount_in_shared"]);
    commit(space, [{ type: "purge", node: "m" }]);
    expect(commit(space, [move("n2", "n0"), folder("n5", "root"), mount("j", "n5")])).toEqual([null, null, null]);
    expect(commit(space, [move("n5", "n3")])).toEqual(["mount_in_shared"]);
  });
});
