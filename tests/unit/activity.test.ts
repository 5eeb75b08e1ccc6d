import fc from "fast-check";
import { expect, it } from "vitest";
import { activityOf, type ActivityRecord } from "../../core/activity.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import type { Node, Operation } from "../../protocol/tree.ts";
import { MemorySpace } from "./support/memory-space.ts";
import { histories } from "./support/tree-model.ts";

const chunks: ChunkRef[] = [1, 2, 3].map((n) => ({ id: String(n).padStart(64, "0"), size: n }));
const held = new Map(chunks.map(({ id, size }) => [id, size]));
const ids = Array.from({ length: 8 }, (_, i) => `n${i}`);

/** Commits, and answers what is recorded of it beside the results. */
function record(space: MemorySpace, commits: readonly Operation[][], isGuest = false) {
  const before = new Map<string, Node | null>(space.nodes);
  const planned = space.commit(commits.map((operations) => ({ operations, authorId: "u", scope: null })));
  const done = commits.map((operations, i) => ({ operations, results: planned[i]?.results ?? [], isGuest }));
  return { before, planned, records: activityOf(done, before) };
}

it("[V1] of each operation that changes something alone, one record that fits it; of others none", () => {
  fc.assert(
    fc.property(histories(ids, "root", chunks, { commits: 20, operations: 1 }), (history) => {
      const space = new MemorySpace("root", held);
      for (const [operation] of history) {
        if (!operation) continue;
        const base = space.seq;
        const { before, planned, records } = record(space, [[operation]]);
        const found = records[0] ?? [];
        expect(found).toHaveLength(space.seq > base ? 1 : 0);
        const result = planned[0]?.results[0];
        if (found[0] && result?.ok) expectFits(found[0], operation, before.get(result.node.id) ?? null, result.node);
      }
    }),
    { numRuns: 500 },
  );
});

/** By another table than the one under test: what is seen of the node tells what was done. */
function expectFits(found: ActivityRecord, { type }: Operation, was: Node | null, node: Node): void {
  expect(found).toMatchObject({ node: node.id, type: node.type, parent: node.parent, count: 1 });
  expect(found.name).toBe(node.state === "purged" ? was?.name : node.name);
  if (node.state !== was?.state && node.state !== "live")
    expect(found.action).toBe(node.state === "purged" ? "purge" : "trash");
  else if (was === null) expect(["create", "copy"]).toContain(found.action);
  else if (node.version > was.version) expect(["edit", "restoreVersion"]).toContain(found.action);
  else if (was.state === "trashed" || type === "restore")
    expect(["restore", "edit", "restoreVersion"]).toContain(found.action);
  else if (was.parent !== node.parent) expect([found.action, found.detail]).toEqual(["move", was.parent]);
  else expect([found.action, found.detail]).toEqual(["rename", was.name]);
}

it("[V1] of several operations, as many are counted as changed something, alike ones of a folder together", () => {
  fc.assert(
    fc.property(histories(ids, "root", chunks, { commits: 8, operations: 8 }), fc.boolean(), (history, isGuest) => {
      const space = new MemorySpace("root", held);
      for (const group of pairs(history)) {
        const base = space.seq;
        const { planned, records } = record(space, group, isGuest);
        const changes = planned.flatMap(({ results }) =>
          results.flatMap((result) =>
            result.ok && result.node.seq > base ? `${result.node.id} ${result.node.seq}` : [],
          ),
        );
        const counted = records.flat().reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(new Set(changes).size);
        for (const each of records) {
          const kinds = each.map(({ action, type, parent }) => `${action} ${type} ${parent}`);
          expect(new Set(kinds).size).toBe(kinds.length);
          for (const { action } of each) expect(action).not.toBe(isGuest ? "create" : "drop");
        }
      }
    }),
    { numRuns: 500 },
  );
});

function pairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((item, i) => (i % 2 === 0 ? [[item, ...items.slice(i + 1, i + 2)]] : []));
}
