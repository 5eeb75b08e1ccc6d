import fc from "fast-check";
import { expect, it } from "vitest";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ImportOperation } from "../../core/commit/import.ts";
import { nameKey } from "../../core/names.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import { MemorySpace } from "./support/memory-space.ts";
import { histories } from "./support/tree-model.ts";

const CHUNKS: ChunkRef[] = [1, 2, 3].map((n) => ({ id: String(n).padStart(64, "0"), size: n }));
const HELD = new Map(CHUNKS.map(({ id, size }) => [id, size]));
const FOLDERS = ["s0", "s1", "s2", "s3"];
const FILES = ["f0", "f1", "f2"];

/** A node of a source, as it is at one moment. */
interface SourceNode {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly trashedAt: number | null;
  /** Of a file. */
  readonly versions: number;
}

/** One state of what is below `top`, each folder before what is in it. Files have more versions in later ones. */
const states = fc.array(
  fc.record({
    order: fc.shuffledSubarray([...FOLDERS, ...FILES]),
    picks: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
    names: fc.array(fc.constantFrom("a", "A", "b", "c"), { minLength: 7, maxLength: 7 }),
    trashed: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    /** Which of it is imported then, in this order, before the next state. */
    imported: fc.array(fc.nat(6), { maxLength: 7 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function sourceOf(
  state: { order: string[]; picks: number[]; names: string[]; trashed: boolean[] },
  round: number,
): SourceNode[] {
  const nodes: SourceNode[] = [];
  const taken = new Set<string>();
  const parents = ["top"];
  for (const [i, id] of state.order.entries()) {
    const parent = parents[(state.picks[i] ?? 0) % parents.length] ?? "top";
    const trashedAt = state.trashed[i] === true && i % 3 === 0 ? 50 + i : null;
    const wanted = state.names[i] ?? "a";
    const name = taken.has(`${parent}/${nameKey(wanted)}`) ? `${wanted} of ${id}` : wanted;
    if (trashedAt === null) taken.add(`${parent}/${nameKey(name)}`);
    if (FOLDERS.includes(id)) parents.push(id);
    nodes.push({ id, parent, name, trashedAt, versions: FILES.includes(id) ? 1 + round : 0 });
  }
  return nodes;
}

/** As a transfer asks: what is there already is not sent again. */
function importOf(space: MemorySpace, { id, parent, name, trashedAt, versions }: SourceNode): ImportOperation {
  const staged = space.nodes.get(id);
  const after = staged && staged.state !== "purged" ? staged.version : 0;
  const made = Array.from({ length: Math.max(0, versions - after) }, (_, i) => versionAt(after + i));
  const of = FOLDERS.includes(id) ? "folder" : "file";
  return { type: "import", id, parent, name, of, mtime: 3, createdAt: 4, trashedAt, versions: made, after };
}

function versionAt(index: number): ImportOperation["versions"][number] {
  const chunk = CHUNKS[index % CHUNKS.length];
  return { chunks: chunk ? [chunk] : [], mtime: index, executable: false, createdAt: index, author: `a${index}` };
}

const TOP: ImportOperation = {
  ...importOf(new MemorySpace("root", HELD), { id: "top", parent: "", name: "top", trashedAt: null, versions: 0 }),
  parent: null,
  of: "folder",
};

function run(space: MemorySpace, operation: AnyOperation) {
  const [planned] = space.commit([{ operations: [operation], authorId: "u", scope: null }]);
  return planned?.results[0];
}

it("[M11][M13] whatever was imported while the source changed, once all of it is imported as it is, that appears", () => {
  fc.assert(
    fc.property(states, (rounds) => {
      const space = new MemorySpace("root", HELD);
      run(space, TOP);
      let source: SourceNode[] = [];
      for (const [round, state] of rounds.entries()) {
        source = sourceOf(state, round);
        for (const pick of state.imported) {
          const node = source[pick];
          if (node) run(space, importOf(space, node));
        }
      }
      for (const node of source) expect(run(space, importOf(space, node))).toMatchObject({ ok: true });
      const kept = new Set(source.map(({ id }) => id));
      for (const id of [...FOLDERS, ...FILES]) {
        if (space.nodes.has(id) && !kept.has(id)) run(space, { type: "abandon", node: id });
      }
      run(space, { type: "appear", node: "top", parent: "root", name: "there", onConflict: "fail" });
      expect(shown(space, "top")).toEqual(
        source
          .map(({ id, parent, name, trashedAt, versions }) => ({ id, parent, name, trashedAt, versions }))
          .sort(byId),
      );
      for (const { id, versions } of source) {
        for (let i = 0; i < versions; i++)
          expect(space.versions.get(`${id}/${i + 1}`)).toMatchObject({ mtime: i, authorId: `a${i}` });
      }
    }),
    { numRuns: 1_000 },
  );
});

/** What is below a folder that is not purged, as a source would have it. */
function shown(space: MemorySpace, folder: string): SourceNode[] {
  return [...space.nodes.values()]
    .filter(({ id }) => id !== folder)
    .filter(({ id }) => {
      const chain = space.chain(id);
      return chain.some((above) => above.id === folder) && chain.every(({ state }) => state !== "purged");
    })
    .map(({ id, parent, name, trashedAt, version }) => ({
      id,
      parent: parent ?? "",
      name,
      trashedAt,
      versions: version,
    }))
    .sort(byId);
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

it("[M11] what clients do, and are answered, is the same whatever is imported and abandoned meanwhile", () => {
  const ids = Array.from({ length: 8 }, (_, i) => `n${i}`);
  fc.assert(
    fc.property(histories(ids, "root", CHUNKS, { commits: 8, operations: 5 }), states, (history, rounds) => {
      const [with_, without] = [new MemorySpace("root", HELD), new MemorySpace("root", HELD)];
      for (const [i, operations] of history.entries()) {
        const state = rounds[i % rounds.length];
        run(with_, TOP);
        for (const node of state ? sourceOf(state, i) : []) run(with_, importOf(with_, node));
        if (i % 3 === 2) run(with_, { type: "abandon", node: "top" });
        // What a deletion is based on counts changes of all of the space.
        const asked = operations.map((each) => (each.type === "trash" ? { type: each.type, node: each.node } : each));
        const answers = [with_, without].map((space) =>
          space.commit([{ operations: asked, authorId: "u", scope: null }]).map(({ results }) => results.map(told)),
        );
        expect(answers[0]).toEqual(answers[1]);
        expect(with_.entries()).toEqual(without.entries());
      }
    }),
    { numRuns: 300 },
  );
});

/** An answer without seqs. */
function told(result: { ok: boolean; node?: { seq: number } | undefined }): unknown {
  return { ...result, ...(result.node && { node: { ...result.node, seq: 0 } }) };
}
