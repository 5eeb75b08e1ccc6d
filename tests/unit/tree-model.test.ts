import fc from "fast-check";
import { expect, it } from "vitest";
import { contentId, type ChunkRef } from "../../protocol/content.ts";
import type { Operation } from "../../protocol/tree.ts";
import { MemorySpace } from "./support/memory-space.ts";
import { histories, sortEntries, TreeModel } from "./support/tree-model.ts";

const chunks: ChunkRef[] = [1, 2, 3].map((n) => ({ id: String(n).padStart(64, "0"), size: n }));
const held = new Map(chunks.slice(0, 2).map(({ id, size }) => [id, size]));
const ids = Array.from({ length: 8 }, (_, i) => `n${i}`);

/** A model's content is its chunk ids; the planner's, a hash of them. */
function hashOf(content: string | null): string | null {
  if (content === null) return null;
  return contentId(content === "" ? [] : content.split(",").map((id) => ({ id, size: Number(id) })));
}

it("[T1][T5][T6][T7][T8][T9][T10][T11][T18] any history of operations does what the model does, group by group", () => {
  fc.assert(
    fc.property(histories(ids, "root", chunks, { commits: 12, operations: 6 }), fc.boolean(), (history, isGrouped) => {
      const space = new MemorySpace("root", held);
      const model = new TreeModel("root", held);
      const groups: Operation[][][] = isGrouped ? pairs(history) : history.map((operations) => [operations]);
      for (const group of groups) {
        const planned = space.commit(group.map((operations) => ({ operations, authorId: "u", scope: null })));
        const codes = planned.map(({ results }) => results.map((result) => (result.ok ? null : result.code)));
        expect(codes).toEqual(group.map((operations) => model.commit(operations)));
        expect(space.seq).toBe(model.seq);
        expect(space.entries()).toEqual(
          sortEntries(model.entries().map((entry) => ({ ...entry, content: hashOf(entry.content) }))),
        );
      }
    }),
    { numRuns: 1500 },
  );
});

function pairs<T>(items: readonly T[]): T[][] {
  return items.flatMap((item, i) => (i % 2 === 0 ? [[item, ...items.slice(i + 1, i + 2)]] : []));
}
