import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import type { Env, IndexMessage } from "../../workers/env.ts";
import type { CommitDatabase } from "../../workers/storage/commit-load.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import { CommitQueue, type CommitInput, type CommitOutcome } from "../../workers/sync-do/commit-queue.ts";
import {
  chunk,
  codesOf,
  commitTo,
  findDefects,
  folder,
  hold,
  inputOf,
  makeSpace,
  META_0,
  nodesOf,
  type TestSpace,
} from "./support/commit-space.ts";

const { USER_SYNC } = env as unknown as Env;

async function count(sql: string, space: TestSpace): Promise<number> {
  return Number(await META_0.prepare(sql).bind(space.spaceId).first("n"));
}

function syncOf(space: TestSpace) {
  const stub = USER_SYNC.get(USER_SYNC.idFromName(space.ownerId));
  return {
    stub,
    commit: (input: CommitInput) =>
      (stub as unknown as { commit(input: CommitInput): Promise<CommitOutcome> }).commit(input),
  };
}

it("[I4] a stale writer is fenced, begins again, and sees what the other did", async () => {
  const space = await makeSpace();
  let batches = 0;
  const slow: CommitDatabase = {
    prepare: (sql) => META_0.prepare(sql),
    batch: async (statements) => {
      // The second batch is the write: another writer takes the name just before it.
      if (++batches === 2) await commitTo(space, [folder(space.rootId, "Taken")]);
      return META_0.batch(statements);
    },
  };
  const response = await commitTo(space, [folder(space.rootId, "taken"), folder(space.rootId, "free")], { db: slow });
  expect(codesOf(response)).toEqual(["name_conflict", null]);
  expect(batches).toBe(4);
  expect(response.seq).toBe(2);
  expect(await findDefects(space)).toEqual([]);
});

it("[I4][T2] writers that race on one database have one winner for each name and leave no gap", async () => {
  const space = await makeSpace();
  const names = Array.from({ length: 12 }, (_, i) => `name ${i}`);
  const writer = async () => {
    const codes: (string | null)[] = [];
    for (const name of names) {
      // A fenced writer gives up after some attempts, as `busy`; its client sends the same again.
      const operationId = newId();
      const operations = [folder(space.rootId, name)];
      for (;;) {
        const response = await commitTo(space, operations, { operationId }).catch((error: Error) => error.message);
        if (response === "busy") continue;
        if (typeof response === "string") throw new Error(response);
        codes.push(...codesOf(response));
        break;
      }
    }
    return codes;
  };
  const [a, b] = await Promise.all([writer(), writer()]);
  names.forEach((_, i) => expect([a[i], b[i]].filter((code) => code === null)).toHaveLength(1));
  expect(await count("SELECT count(*) AS n FROM commits WHERE space_id = ?", space)).toBe(names.length);
  expect(await count("SELECT seq AS n FROM spaces WHERE id = ?", space)).toBe(names.length);
  expect(await findDefects(space)).toEqual([]);
});

it("[I4] commits that wait together go as a group, each with its own answer and seq", async () => {
  const space = await makeSpace();
  const { commit } = syncOf(space);
  const inputs = Array.from({ length: 40 }, (_, i) => inputOf(space, [folder(space.rootId, `folder ${i % 20}`)]));
  const outcomes = await Promise.all(inputs.map(commit));
  const responses = outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.code);
    expect(outcome.bookmark).toEqual(expect.any(String));
    return outcome.response;
  });
  const made = responses.filter((response) => response.results[0]?.ok);
  expect(made.map((response) => response.seq).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  expect(await count("SELECT count(*) AS n FROM commits WHERE space_id = ?", space)).toBeLessThan(20);
  expect(await findDefects(space)).toEqual([]);
});

it("[I5] an operation id that is sent twice at once is carried out once", async () => {
  const space = await makeSpace();
  const { commit } = syncOf(space);
  const input = inputOf(space, [folder(space.rootId, "once")]);
  const outcomes = await Promise.all([commit(input), commit(input), commit({ ...input, digest: "other" })]);
  expect(outcomes[0]).toMatchObject({ ok: true, response: { replayed: false, seq: 1 } });
  expect(outcomes[1]).toMatchObject({ ok: true, response: { replayed: true, seq: 1 } });
  expect(outcomes[2]).toMatchObject({ ok: false, code: "operation_mismatch" });
});

it("[T12] one message goes out for each group that changed something, and a lost one fails no commit", async () => {
  const space = await makeSpace();
  const { stub, commit } = syncOf(space);
  const sent: IndexMessage[] = [];
  await runInDurableObject(stub, (instance) => {
    const send = (message: IndexMessage) =>
      sent.push(message) === 1 ? Promise.reject(new Error("lost")) : Promise.resolve();
    Object.assign(instance, { env: { ...env, INDEX_QUEUE: { send } } });
  });
  await commit(inputOf(space, [folder(space.rootId, "a"), folder(space.rootId, "b")]));
  await commit(inputOf(space, [folder(space.rootId, "A")]));
  expect(await commit(inputOf(space, [folder(space.rootId, "c")]))).toMatchObject({ ok: true });
  expect(sent).toEqual([
    { space: space.spaceId, seq: 2 },
    { space: space.spaceId, seq: 3 },
  ]);
});

it("[T8] the owner's object purges what is below a purged folder, by alarm", async () => {
  const space = await makeSpace();
  await hold(space, [chunk(1)]);
  const top = newId();
  const file: OperationInput = { type: "createFile", parent: top, name: "f", chunks: [chunk(1)], mtime: 1 };
  await commitTo(space, [folder(space.rootId, "top", top), folder(top, "below"), file, { type: "trash", node: top }]);
  const { stub, commit } = syncOf(space);
  await commit(inputOf(space, [{ type: "purge", node: top }]));
  // It may be running by itself already.
  while (await runDurableObjectAlarm(stub));
  await expect.poll(() => count("SELECT count(*) AS n FROM versions WHERE space_id = ?", space)).toBe(0);
  expect(await count("SELECT count(*) AS n FROM nodes WHERE space_id = ? AND state = 'purged'", space)).toBe(3);
  expect(await findDefects(space)).toEqual([]);
});

it("[T19] of a group, the commits of another epoch fail as a whole, and the others and replays do not", async () => {
  const space = await makeSpace();
  const epoch = await META_0.prepare("SELECT epoch FROM spaces WHERE id = ?")
    .bind(space.spaceId)
    .first<string>("epoch");
  if (epoch === null) throw new Error("the space has an epoch");
  const input = (name: string, of?: string, operationId = newId()): CommitInput =>
    inputOf(
      space,
      [folder(space.rootId, name), folder(space.rootId, `${name}2`)],
      operationId,
      of ? { epoch: of } : {},
    );
  const done = input("done", epoch);
  await commitGroup(META_0, [done], Date.now());
  const replay = { ...done, request: { ...done.request, epoch: newId() } };

  let batches = 0;
  const counted: CommitDatabase = {
    prepare: (sql) => META_0.prepare(sql),
    batch: (statements) => {
      batches++;
      return META_0.batch(statements);
    },
  };
  const late = input("late", newId());
  const group = [input("silent"), late, replay, input("current", epoch)];
  const { outcomes, seq } = await commitGroup(counted, group, Date.now());
  const told = outcomes.map((outcome) =>
    outcome.ok ? [outcome.response.replayed, codesOf(outcome.response), outcome.response.seq] : outcome.code,
  );
  expect(told).toEqual([[false, [null, null], 4], "cursor_expired", [true, [null, null], 2], [false, [null, null], 6]]);
  expect([seq, batches]).toEqual([6, 2]);

  // By itself it is a read, and leaves no record that would answer it later.
  expect(await commitGroup(counted, [late], Date.now())).toMatchObject({
    outcomes: [{ code: "cursor_expired" }],
    seq: null,
  });
  expect(batches).toBe(3);
  const again = { ...late, request: { ...late.request, epoch } };
  expect((await commitGroup(META_0, [again], Date.now())).outcomes).toMatchObject([{ response: { replayed: false } }]);
  expect(await findDefects(space)).toEqual([]);
});

it("a queue over its length turns commits away, and one bad commit fails no other of its group", async () => {
  const space = await makeSpace();
  const bad = inputOf(space, [folder(space.rootId, "bad")]);
  const ok: CommitOutcome = { ok: false, code: "not_found", detail: "" };
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const queue = new CommitQueue(async (group) => {
    await gate;
    if (group.includes(bad)) throw new Error("bad");
    return group.map(() => ok);
  });
  const large = inputOf(
    space,
    Array.from({ length: 1000 }, (_, i) => folder(space.rootId, `${i}`)),
  );
  const waiting = Array.from({ length: 12 }, () => queue.commit(large));
  const small = [queue.commit(inputOf(space, [folder(space.rootId, "x")])), queue.commit(bad)].map((each) =>
    each.catch(String),
  );
  release();
  const codes = (await Promise.all(waiting)).map((outcome) => (outcome.ok ? null : outcome.code));
  expect(codes.filter((code) => code === "busy").length).toBeGreaterThan(0);
  expect(codes.filter((code) => code === "not_found").length).toBeGreaterThanOrEqual(10);
  await Promise.all(small);
  const [fine, failed] = await Promise.all([
    queue.commit(inputOf(space, [folder(space.rootId, "y")])),
    queue.commit(bad).catch(String),
  ]);
  expect([fine, failed]).toEqual([ok, "Error: bad"]);
});

it("a queue holds few chunk lists, and a group few copies, whatever many requests ask for at once", async () => {
  const space = await makeSpace();
  const groups: number[] = [];
  const ok: CommitOutcome = { ok: false, code: "not_found", detail: "" };
  const queue = new CommitQueue(async (group) => {
    groups.push(group.length);
    return group.map(() => ok);
  });
  const copy = (): OperationInput => ({ type: "copy", node: newId(), parent: space.rootId });
  await Promise.all(Array.from({ length: 35 }, () => queue.commit(inputOf(space, [copy()]))));
  expect(groups).toEqual([10, 10, 10, 5]);

  const chunks = Array<ReturnType<typeof chunk>>(40_000).fill(chunk(1));
  const long = inputOf(space, [{ type: "createFile", parent: space.rootId, name: "long", chunks, mtime: 1 }]);
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => queue.commit(long)));
  expect(outcomes.map((outcome) => (outcome.ok ? null : outcome.code))).toEqual([
    ...Array<string>(5).fill("not_found"),
    ...Array<string>(3).fill("busy"),
  ]);
  expect(await queue.commit(long)).toEqual(ok);
});

it("[I5] a replay shows the same nodes", async () => {
  const space = await makeSpace();
  await hold(space, [chunk(1)]);
  const operationId = newId();
  const operations: OperationInput[] = [
    { type: "createFile", parent: space.rootId, name: "ü.txt", chunks: [chunk(1)], mtime: -5, executable: true },
    folder(space.rootId, "Ü.TXT"),
  ];
  const first = await commitTo(space, operations, { operationId });
  expect(first.results[1]).toMatchObject({
    code: "name_conflict",
    node: nodesOf({ ...first, results: first.results.slice(0, 1) })[0],
  });
  expect(await commitTo(space, operations, { operationId })).toEqual({ ...first, replayed: true });
});
