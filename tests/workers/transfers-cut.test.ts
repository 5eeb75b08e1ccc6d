import { beforeAll, describe, expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import { readTransfer } from "../../workers/storage/directory-transfers.ts";
import { runTransfer } from "../../workers/transfers/run-transfer.ts";
import { frameOf, someBytes } from "./support/belongings.ts";
import { CutEnv } from "./support/cut-env.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import {
  begin,
  commitAll,
  defectsOf,
  env,
  requestOf,
  shownBelow,
  storedBelow,
  takeSteps,
  takeUp,
  WHOLE,
} from "./support/transferring.ts";

/** Two owners on two shards, and a folder of the one's that the other has. */
let owner: Sharer;
let member: Sharer;
let folder: string;

beforeAll(async () => {
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
});

interface Tree {
  readonly top: string;
  readonly name: string;
  readonly file: string;
  readonly inner: string;
  readonly deep: string;
}

const mtime = 7;
const root = () => member.account.home.root;

/** Chunks that nobody has but the member. */
async function newChunks(count: number): Promise<ChunkRef[]> {
  const frames = await Promise.all(Array.from({ length: count }, () => frameOf(someBytes())));
  await member.send("POST", "/chunks", encodePack(frames));
  return frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
}

async function makeTree(): Promise<Tree> {
  const [top, file, inner, deep] = [newId(), newId(), newId(), newId()];
  const [a, b, c, d] = (await newChunks(4)) as [ChunkRef, ChunkRef, ChunkRef, ChunkRef];
  const name = `tree ${top}`;
  await commitAll(member, [
    { type: "createFolder", id: top, parent: root(), name },
    { type: "createFolder", id: inner, parent: top, name: "inner" },
    { type: "createFile", id: file, parent: top, name: "file", chunks: [a], mtime },
    { type: "updateFile", node: file, baseVersion: 1, chunks: [b, c], mtime: mtime + 1 },
    { type: "createFile", id: deep, parent: inner, name: "deep", chunks: [d], mtime },
    { type: "createFile", parent: inner, name: "empty", chunks: [], mtime },
  ]);
  return { top, name, file, inner, deep };
}

/** Changes of every kind between the first copy and the second. */
async function change({ top, file, inner, deep }: Tree): Promise<void> {
  const [a, b] = (await newChunks(2)) as [ChunkRef, ChunkRef];
  const arrived = newId();
  await commitAll(member, [
    { type: "updateFile", node: file, baseVersion: 2, chunks: [a], mtime: mtime + 2 },
    { type: "move", node: file, name: "aside" },
    { type: "move", node: deep, parent: top, name: "file" },
    { type: "trash", node: inner },
    { type: "createFolder", id: arrived, parent: root(), name: `arrived ${arrived}` },
    { type: "createFile", parent: arrived, name: "with it", chunks: [b], mtime },
    { type: "move", node: arrived, parent: top },
  ]);
}

/** From where the run is cut off: a copy that appears at once, or one that what changed is to be added to. */
const BEGINNINGS = {
  "at once": async () => {
    const tree = await makeTree();
    return { tree, row: await begin(member, requestOf(member, "home", tree.top, folder, folder)) };
  },
  "in rounds": async () => {
    const tree = await makeTree();
    const row = await begin(member, requestOf(member, "home", tree.top, folder, folder));
    await commitAll(member, [{ type: "createFolder", parent: root(), name: `beside ${tree.top}` }]);
    expect(JSON.parse((await takeSteps(row.id, 2)).progress)).toMatchObject({ step: "follow" });
    await change(tree);
    return { tree, row };
  },
};

describe("a transfer that is cut off at any call", () => {
  for (const [name, beginning] of Object.entries(BEGINNINGS)) {
    for (const isDead of [true, false]) {
      const how = isDead ? "the Worker ends there" : "only the answer is lost";
      it(`[M11] ${name}: is taken up and comes to the same, where ${how}`, async () => {
        let at = 1;
        // Where only an answer is lost, the Worker itself goes on: every third call.
        for (let isCut = true; isCut; at += isDead ? 1 : 3) {
          const { tree, row } = await beginning();
          const before = await storedBelow(member, tree.top);
          const cut = new CutEnv(env, at, isDead);
          await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ?").bind(row.id).run();
          await runTransfer(cut.env, row.id, WHOLE).catch((error: unknown) =>
            expect(String(error)).toMatch(/cut off|ended/),
          );
          isCut = cut.isCut;
          const what = `cut at call ${at}`;
          if (isCut) await takeUp(row.id);
          const done = await readTransfer(env.DIRECTORY, row.id);
          expect(done, what).toMatchObject({ state: "done", isOpen: false, error: null });
          expect(await storedBelow(owner, row.targetId), what).toEqual(before);
          expect(await placesOf(tree), what).toEqual(["trashed", 1]);
        }
        expect(at).toBeGreaterThan(25);
        const shown = await shownBelow(owner, folder, folder);
        expect(Object.keys(shown).length).toBeGreaterThan(at / 3);
        expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
      }, 600_000);
    }
  }
});

/** The state of what was moved in its old place, and how many there are of its name in the new one. */
async function placesOf({ top, name }: Tree): Promise<unknown[]> {
  const { results } = await (
    await owner.shard()
  ).db
    .prepare("SELECT id FROM nodes WHERE parent_id = ? AND state = 'live' AND name = ?")
    .bind(folder, name)
    .all();
  return [(await member.node(top)).state, results.length];
}
