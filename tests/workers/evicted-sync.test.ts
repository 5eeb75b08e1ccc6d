import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import type { CommitInput, CommitOutcome } from "../../workers/sync-do/commit-queue.ts";
import {
  chunk,
  commitTo,
  findDefects,
  folder,
  hold,
  inputOf,
  makeSpace,
  META_0,
  type TestSpace,
} from "./support/commit-space.ts";

const { USER_SYNC } = env as unknown as Env;

/** The owner's object, looked up anew for each call, as requests do. */
function syncOf(space: TestSpace) {
  const stub = () => USER_SYNC.get(USER_SYNC.idFromName(space.ownerId));
  const commit = async (...operations: OperationInput[]) => {
    const input: CommitInput = inputOf(space, operations);
    const outcome = await (stub() as unknown as { commit(input: CommitInput): Promise<CommitOutcome> }).commit(input);
    if (!outcome.ok) throw new Error(outcome.code);
    return outcome.response;
  };
  return { stub, commit };
}

function left(space: TestSpace): Promise<number | null> {
  return META_0.prepare(
    "SELECT count(*) AS n FROM nodes WHERE space_id = ? AND state <> 'purged' AND parent_id IS NOT NULL",
  )
    .bind(space.spaceId)
    .first<number>("n");
}

it("[T8] an object that is evicted between a purge and its reaping reaps all of 1,200 descendants", async () => {
  const space = await makeSpace();
  await hold(space, [chunk(1)]);
  const top = newId();
  const folders = Array.from({ length: 3 }, () => newId());
  await commitTo(space, [folder(space.rootId, "top", top), ...folders.map((id, i) => folder(top, `f${i}`, id))]);
  for (const parent of folders) {
    await commitTo(
      space,
      Array.from({ length: 399 }, (_, i) => ({
        type: "createFile" as const,
        parent,
        name: `${i}`,
        chunks: [chunk(1)],
        mtime: 1,
      })),
    );
  }
  const { stub, commit } = syncOf(space);
  await commit({ type: "trash", node: top }, { type: "purge", node: top });
  await evictDurableObject(stub());
  // The alarm may have run by itself before the eviction, and goes on with what that cut off.
  while (await runDurableObjectAlarm(stub()));
  await expect.poll(() => left(space), { timeout: 20_000, interval: 100 }).toBe(0);
  expect(
    await META_0.prepare("SELECT count(*) AS n FROM versions WHERE space_id = ?").bind(space.spaceId).first("n"),
  ).toBe(0);
  expect(await findDefects(space)).toEqual([]);
});

it("[I4] [T2] a commit after an eviction, and those that race with one, continue the sequence", async () => {
  const space = await makeSpace();
  const { stub, commit } = syncOf(space);
  expect((await commit(folder(space.rootId, "one"))).seq).toBe(1);
  await evictDurableObject(stub());
  expect((await commit(folder(space.rootId, "two"), folder(space.rootId, "three"))).seq).toBe(3);
  await Promise.allSettled([
    ...Array.from({ length: 6 }, (_, i) => commit(folder(space.rootId, `racing ${i}`))),
    evictDurableObject(stub()),
  ]);
  const { seq } = await commit(folder(space.rootId, "last"));
  const { results } = await META_0.prepare("SELECT seq FROM nodes WHERE space_id = ? ORDER BY seq")
    .bind(space.spaceId)
    .all<{ seq: number }>();
  expect(results.map((node) => node.seq)).toEqual(Array.from({ length: seq + 1 }, (_, i) => i));
  expect(await findDefects(space)).toEqual([]);
});
