import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import { runTransfer } from "../../workers/transfers/run-transfer.ts";
import { frameOf, someBytes } from "./support/belongings.ts";
import { CountingEnv } from "./support/counting-env.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { begin, commitAll, env, requestOf, WHOLE } from "./support/transferring.ts";

/** What a move from the home into a shared folder of another shard is billed, from the first step to the last. */
async function costOf(make: (member: Sharer) => Promise<string>): Promise<CountingEnv["billed"]> {
  const owner = await sharer();
  const member = await sharerElsewhere(owner);
  const folder = (await owner.folder()).id;
  await member.join(owner, folder);
  const row = await begin(member, requestOf(member, "home", await make(member), folder, folder));
  await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0").run();
  const counting = new CountingEnv(env);
  for (const { id } of [owner, member]) {
    await runInDurableObject(env.USER_SYNC.get(env.USER_SYNC.idFromName(id)), (instance) => {
      Object.assign(instance, { env: counting.env });
    });
  }
  expect(await runTransfer(counting.env, row.id, WHOLE)).toMatchObject({ state: "done", error: null });
  return counting.billed;
}

async function chunksOf(member: Sharer, count: number) {
  const frames = await Promise.all(Array.from({ length: count }, () => frameOf(someBytes())));
  await member.send("POST", "/chunks", encodePack(frames));
  return frames.map(({ id, bytes }) => [{ id, size: bytes.length }]);
}

it("[M11] a file of ten versions costs two commits, one read of a pack and one write", async () => {
  const billed = await costOf(async (member) => {
    const [first = [], ...more] = await chunksOf(member, 10);
    const id = newId();
    const made: OperationInput = {
      type: "createFile",
      id,
      parent: member.account.home.root,
      name: "f",
      chunks: first,
      mtime: 1,
    };
    const updates = more.map(
      (chunks, i) => ({ type: "updateFile", node: id, baseVersion: i + 1, chunks, mtime: 2 }) as const,
    );
    await commitAll(member, [made, ...updates]);
    return id;
  });
  console.info("ten versions", billed);
  expect(billed).toMatchObject({ commits: 2, gets: 1, puts: 1 });
  expect(billed.written).toBeLessThan(140);
  expect(billed.read).toBeLessThan(650);
});

it("[M11] a folder of a thousand files costs a few rows for each of them", async () => {
  const billed = await costOf(async (member) => {
    const lists = await chunksOf(member, 998);
    const [top, inner] = [newId(), newId()];
    await commitAll(member, [
      { type: "createFolder", id: top, parent: member.account.home.root, name: "top" },
      { type: "createFolder", id: inner, parent: top, name: "inner" },
      ...lists.map((chunks, i): OperationInput => ({
        type: "createFile",
        parent: i % 2 ? top : inner,
        name: `${i}`,
        chunks,
        mtime: 1,
      })),
    ]);
    return top;
  });
  console.info("a thousand files", billed);
  expect(billed.commits).toBeLessThan(8);
  expect(billed.puts).toBeLessThan(4);
  expect(billed.gets).toBeLessThan(8);
  expect(billed.written / 1_000).toBeLessThan(15);
  expect(billed.read / 1_000).toBeLessThan(62);
});
