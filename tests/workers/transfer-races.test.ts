import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import type { CommitResponse, OperationInput } from "../../protocol/tree.ts";
import { frameOf, someBytes } from "./support/belongings.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { begin, defectsOf, requestOf, storedBelow, takeSteps } from "./support/transferring.ts";

let owner: Sharer;
let member: Sharer;
let folder: string;
let chunks: ChunkRef[];

beforeAll(async () => {
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
  const frames = await Promise.all(Array.from({ length: 6 }, () => frameOf(someBytes())));
  await member.send("POST", "/chunks", encodePack(frames));
  chunks = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
});

const NAMES = ["a", "b", "c"];

/** What is done to the nodes of a world by their numbers, modulo how many there are. */
type Edit = readonly [
  kind: "folder" | "file" | "edit" | "move" | "trash" | "restore" | "purge",
  node: number,
  into: number,
  name: number,
];

const edits = fc.array(
  fc.tuple(
    fc.constantFrom<Edit[0]>("folder", "file", "edit", "move", "move", "move", "trash", "restore", "purge"),
    fc.nat(30),
    fc.nat(30),
    fc.nat(2),
  ),
  { maxLength: 6 },
);

/** Nodes of the member's home, in what is moved and beside it; both tops are folders. */
class World {
  readonly top = newId();
  readonly beside = newId();
  /** `top` and `beside` first, which stay where they are. */
  readonly #folders: string[] = [this.top, this.beside];
  readonly #files: string[] = [];
  readonly #seed = newId();

  async make(): Promise<void> {
    const parent = member.account.home.root;
    await this.#commit([
      { type: "createFolder", id: this.top, parent, name: `top ${this.#seed}` },
      { type: "createFolder", id: this.beside, parent, name: `beside ${this.#seed}` },
    ]);
  }

  /** Carries out edits one by one; those that cannot be done are not. */
  async edit(done: readonly Edit[]): Promise<void> {
    const operations = done.flatMap((edit) => this.#operation(edit));
    if (operations.length > 0) await this.#commit(operations);
  }

  #operation([kind, node, into, name]: Edit): OperationInput[] {
    const parent = this.#folders[into % this.#folders.length] ?? this.top;
    const named = NAMES[name] ?? "a";
    const list = [chunks[(node + into) % chunks.length] as ChunkRef];
    const inner = [...this.#folders.slice(2), ...this.#files];
    const any = inner[node % Math.max(1, inner.length)];
    const file = this.#files[node % Math.max(1, this.#files.length)];
    const id = newId();
    if (kind === "folder") {
      this.#folders.push(id);
      return [{ type: "createFolder", id, parent, name: named, onConflict: "rename" }];
    }
    if (kind === "file") {
      this.#files.push(id);
      return [{ type: "createFile", id, parent, name: named, chunks: list, mtime: node, onConflict: "rename" }];
    }
    if (kind === "edit") {
      if (file === undefined) return [];
      return [1, 2, 3].map((baseVersion) => ({
        type: "updateFile",
        node: file,
        baseVersion,
        chunks: list,
        mtime: node * 100 + baseVersion,
      }));
    }
    if (any === undefined) return [];
    if (kind === "move") return [{ type: "move", node: any, parent, name: named, onConflict: "rename" }];
    return [{ type: kind, node: any }];
  }

  #commit(operations: OperationInput[]): Promise<CommitResponse> {
    return member.send("POST", "/commits", { operationId: newId(), operations });
  }
}

const plans = fc.record({
  before: fc.array(
    fc.tuple(fc.constantFrom<Edit[0]>("folder", "file", "file", "edit", "move"), fc.nat(30), fc.nat(30), fc.nat(2)),
    { minLength: 8, maxLength: 25 },
  ),
  /** Between the steps. */
  meanwhile: fc.array(edits, { maxLength: 6 }),
});

describe("edits while it is copied", () => {
  it("[M11] none is lost, and what appears is what the original was when it went to the trash", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ before, meanwhile }) => {
        const world = new World();
        await world.make();
        await world.edit(before);
        const row = await begin(member, requestOf(member, "home", world.top, folder, folder));
        for (const each of meanwhile) {
          // At the beginning the first page is copied, whatever changes.
          await world.edit([["folder", 0, 1, 0], ...each]);
          const { state, progress } = await takeSteps(row.id, 1);
          if (state !== "copying" || (JSON.parse(progress) as { step: string }).step === "finish") break;
        }
        let last = await takeSteps(row.id, 1);
        while (last.isOpen) last = await takeSteps(row.id, 1);
        expect(last).toMatchObject({ state: "done" });
        const [original, copy] = [await storedBelow(member, world.top), await storedBelow(owner, row.targetId)];
        if (last.error === null) expect(copy).toEqual(original);
        else expect(last.error.code).toBe("original_kept");
        expect((await member.node(world.top)).state).toBe(last.error === null ? "trashed" : "live");
      }),
      { numRuns: 10 },
    );
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  }, 300_000);
});
