import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import type { Changes, CommitResponse, OperationInput } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import type { CommitInput, CommitOutcome } from "../../workers/sync-do/commit-queue.ts";
import { signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { inputOf, type TestSpace } from "./support/commit-space.ts";
import { changeSockets, hibernate, objectOf } from "./support/push-object.ts";
import { connect, settle, type TestSocket } from "./support/push-socket.ts";

const bindings = env as unknown as Env;

function commit(owner: Belongings, operations: readonly OperationInput[]): Promise<CommitResponse> {
  return owner.send("POST", "/commits", { operationId: newId(), operations });
}

function folders({ account }: Belongings, count: number, length = 0): OperationInput[] {
  return Array.from({ length: count }, () => ({
    type: "createFolder" as const,
    parent: account.home.root,
    name: `${newId()}${"x".repeat(length)}`,
  }));
}

function changesSince({ account }: Belongings, since: string): Promise<Changes> {
  return account.api(`/sync/changes?since=${since}`).then((answer) => answer.json<Changes>());
}

function inline(message: ServerMessage) {
  if (message.type !== "changes") throw new Error(`a ${message.type} came`);
  return message;
}

it("[W3] a commit reaches all sockets of the account, the maker's too, as /sync/changes has it", async () => {
  const owner = new Belongings(await signUp());
  const stranger = await connect(await signUp());
  const [a, b] = [await connect(owner.account), await connect(owner.account)];
  const { cursor: before } = await changesSince(owner, (await commit(owner, folders(owner, 1))).cursor);
  await Promise.all([a.next(), b.next()].map((arrived) => arrived.then(() => {})));
  for (const socket of [a, b]) socket.send({ type: "ack", cursor: before });
  const [first, second] = folders(owner, 2).map((each) => ({ ...each, id: newId() })) as [
    OperationInput,
    OperationInput,
  ];
  const ids = [first, second].map((each) => ("id" in each ? String(each.id) : ""));
  const made = await commit(owner, [
    first,
    second,
    { type: "move", node: ids[0] ?? "", name: "renamed" },
    { type: "trash", node: ids[1] ?? "" },
  ]);
  const message = inline(await a.next());
  const pulled = await changesSince(owner, before);
  expect(message).toEqual({
    type: "changes",
    since: before,
    cursor: made.cursor,
    space: owner.account.home.space,
    epoch: pulled.epoch,
    changes: pulled.changes,
    bookmark: expect.any(String),
  });
  expect(await b.next()).toEqual(message);
  expect(stranger.messages).toEqual([]);
});

it("[W3] at most 64 nodes and 32 KiB come inline; more is a poke", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const types = [];
  for (const operations of [folders(owner, 64), folders(owner, 65), folders(owner, 64, 200), folders(owner, 1)]) {
    const { cursor } = await commit(owner, operations);
    const message = await socket.next();
    types.push(message.type);
    expect(message).toMatchObject({ cursor });
    socket.send({ type: "ack", cursor });
  }
  expect(types).toEqual(["changes", "poke", "poke", "changes"]);
});

it("[W3] [P3] what tells of a write carries the bookmark of it, inline and poke, and none of an earlier one", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  let before = "";
  for (const count of [1, 65]) {
    const answer = await owner.account.api("/commits", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ operationId: newId(), operations: folders(owner, count) }),
    });
    const message = await socket.next();
    if (message.type !== "changes" && message.type !== "poke") throw new Error(`${message.type} came`);
    expect(message.bookmark).toBe(answer.headers.get("ledge-bookmark"));
    expect((message.bookmark ?? "") > before).toBe(true);
    before = message.bookmark ?? "";
    socket.send({ type: "ack", cursor: message.cursor });
  }
});

it("[W3] an unacknowledged socket gets no second message, and one poke when it acknowledges", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const first = await commit(owner, folders(owner, 1));
  expect(inline(await socket.next()).cursor).toBe(first.cursor);
  await commit(owner, folders(owner, 1));
  const third = await commit(owner, folders(owner, 1));
  await settle();
  expect(socket.messages).toHaveLength(1);
  socket.send({ type: "ack", cursor: first.cursor });
  expect(await socket.next()).toEqual({ type: "poke", space: owner.account.home.space, cursor: third.cursor });
  socket.send({ type: "ack", cursor: third.cursor });
  const fourth = await commit(owner, folders(owner, 1));
  expect(inline(await socket.next())).toMatchObject({ since: third.cursor, cursor: fourth.cursor });
  socket.send({ type: "ack", cursor: first.cursor });
  expect(await socket.next()).toMatchObject({ type: "poke", cursor: fourth.cursor });
});

it("[W2] an evicted object goes on: pings, acknowledgements and commits", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  await hibernate(owner.account);
  socket.send("ping");
  await expect.poll(() => socket.texts).toEqual(["pong"]);
  const first = await commit(owner, folders(owner, 1));
  expect(inline(await socket.next()).cursor).toBe(first.cursor);
  await hibernate(owner.account);
  const second = await commit(owner, folders(owner, 1));
  await settle();
  expect(socket.messages).toHaveLength(1);
  await hibernate(owner.account);
  socket.send({ type: "ack", cursor: first.cursor });
  expect(await socket.next()).toMatchObject({ type: "poke", cursor: second.cursor });
  expect(decodeCursor(second.cursor)?.seq).toBe(2);
});

/** Acknowledges whatever comes, and pulls nothing. */
async function acknowledgeAll(socket: TestSocket): Promise<never> {
  for (;;) {
    const message = await socket.next();
    if (message.type === "changes" || message.type === "poke") socket.send({ type: "ack", cursor: message.cursor });
  }
}

/** The account's home as tests write to it without the API. */
function spaceOf({ account }: Belongings): TestSpace {
  return { ownerId: account.userId, spaceId: account.home.space, rootId: account.home.root };
}

/** A commit of each operation for the account's object, on the shard that the account was placed on. */
async function inputsFor(owner: Belongings, operations: readonly OperationInput[]): Promise<CommitInput[]> {
  const shard = await bindings.DIRECTORY.prepare("SELECT shard FROM placements WHERE user_id = ?")
    .bind(owner.account.userId)
    .first<string>("shard");
  return operations.map((operation) => ({ ...inputOf(spaceOf(owner), [operation]), shard: shard ?? "" }));
}

function sendTo({ account }: Belongings, input: CommitInput): Promise<CommitOutcome> {
  const object = objectOf(account) as unknown as { commit(input: CommitInput): Promise<CommitOutcome> };
  return object.commit(input);
}

it("[W3] a burst of 1,000 commits makes few messages, and all who acknowledge end at the newest cursor", async () => {
  const owner = new Belongings(await signUp());
  const [slow, fast] = [await connect(owner.account), await connect(owner.account)];
  await owner.folder();
  await slow.next();
  // The ten seconds that it is waited for do not pass, however long the burst takes.
  await changeSockets(owner.account, (state) => ({
    ...state,
    sent: state.sent && { ...state.sent, at: Date.now() + 3_600_000 },
  }));
  void acknowledgeAll(fast);
  const inputs = await inputsFor(owner, folders(owner, 1_000));
  const outcomes = await Promise.all(inputs.map((input) => sendTo(owner, input)));
  const seqs = outcomes.map((outcome) => (outcome.ok ? outcome.response.seq : 0));
  expect(Math.max(...seqs)).toBe(1_001);
  const newest = (socket: TestSocket) => {
    const last = socket.messages.at(-1);
    return last?.type === "changes" || last?.type === "poke" ? decodeCursor(last.cursor)?.seq : undefined;
  };
  await expect.poll(() => newest(fast)).toBe(1_001);
  console.log("messages of a burst of 1,000 commits:", { fast: fast.messages.length, slow: slow.messages.length });
  expect(fast.messages.length).toBeLessThanOrEqual(10);
  expect(slow.messages).toHaveLength(1);
  slow.send({ type: "ack", cursor: inline(slow.messages[0]!).cursor });
  void acknowledgeAll(slow);
  await expect.poll(() => newest(slow)).toBe(1_001);
  expect(slow.messages).toHaveLength(2);
});

it("[W3] a message that stays unacknowledged for 10 seconds holds up no more: the next commit pokes", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  await commit(owner, folders(owner, 1));
  await socket.next();
  const age = (ms: number) =>
    changeSockets(owner.account, (state) => ({ ...state, sent: state.sent && { ...state.sent, at: Date.now() - ms } }));
  await age(5_000);
  await commit(owner, folders(owner, 1));
  await settle();
  expect(socket.messages).toHaveLength(1);
  await age(10_000);
  const { cursor } = await commit(owner, folders(owner, 1));
  expect(await socket.next()).toMatchObject({ type: "poke", space: owner.account.home.space, cursor });
  socket.send({ type: "ack", cursor });
  await settle();
  expect(socket.messages).toHaveLength(2);
});

it("[W3] whoever acknowledges less than it was told is poked again, whoever has all is not", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const first = await commit(owner, folders(owner, 1));
  const second = await commit(owner, folders(owner, 1));
  await socket.next();
  socket.send({ type: "ack", cursor: second.cursor });
  await settle();
  expect(socket.messages).toHaveLength(1);
  const third = await commit(owner, folders(owner, 1));
  await socket.next();
  socket.send({ type: "ack", cursor: first.cursor });
  expect(await socket.next()).toMatchObject({ type: "poke", cursor: third.cursor });
});

it("[W3] a commit that was carried out and not told of is told of when it is sent again", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const [input] = await inputsFor(owner, folders(owner, 1));
  if (!input) throw new Error("no commit");
  const { db } = openShard(bindings, input.shard, "first-primary");
  const [unheard] = (await commitGroup(db, [input], Date.now())).outcomes;
  if (!unheard?.ok) throw new Error("the commit failed");
  const { cursor } = unheard.response;
  expect(await sendTo(owner, input)).toMatchObject({ ok: true, response: { replayed: true } });
  expect(await socket.next()).toMatchObject({ type: "poke", space: owner.account.home.space, cursor });
  socket.send({ type: "ack", cursor });
  await sendTo(owner, input);
  await settle();
  expect(socket.messages).toHaveLength(1);
});

it("[W3] [T8] what is purged below a folder is told of step by step, in one sequence", async () => {
  const owner = new Belongings(await signUp());
  const top = await owner.folder();
  await owner.folder(top.id);
  const socket = await connect(owner.account);
  const { cursor: before } = await changesSince(owner, (await commit(owner, [{ type: "trash", node: top.id }])).cursor);
  await socket.next();
  socket.send({ type: "ack", cursor: before });
  const purged = await commit(owner, [{ type: "purge", node: top.id }]);
  const first = inline(await socket.next());
  expect([first.since, first.cursor]).toEqual([before, purged.cursor]);
  socket.send({ type: "ack", cursor: first.cursor });
  const reaped = await socket.next();
  expect(reaped).toMatchObject({ cursor: (await changesSince(owner, purged.cursor)).cursor });
});

it("[W6] a client that opens the socket first, then pulls, then follows the messages, has the server's tree", async () => {
  const owner = new Belongings(await signUp());
  const writing = (async () => {
    for (let i = 0; i < 30; i++) await commit(owner, folders(owner, i % 10 === 5 ? 70 : 1));
  })();
  const socket = await connect(owner.account);
  const tree = new Map<string, Changes["changes"][number]>();
  const apply = (changes: Changes["changes"]) => changes.forEach((node) => tree.set(node.id, node));
  let cursor = "";
  const pull = async () => {
    for (let upToDate = false; !upToDate;) {
      const page = await (await owner.account.api(`/sync/changes${cursor && `?since=${cursor}`}`)).json<Changes>();
      apply(page.changes);
      ({ cursor, upToDate } = page);
    }
    socket.send({ type: "ack", cursor });
  };
  await pull();
  const kinds = { followed: 0, pulled: 0 };
  void (async () => {
    for (;;) {
      const message = await socket.next();
      if (message.type === "changes" && message.since === cursor) {
        kinds.followed++;
        apply(message.changes);
        cursor = message.cursor;
        socket.send({ type: "ack", cursor });
      } else {
        kinds.pulled++;
        await pull();
      }
    }
  })();
  await writing;
  const all = await (await owner.account.api("/sync/changes?limit=1000")).json<Changes>();
  expect(all.upToDate).toBe(true);
  await expect.poll(() => cursor).toBe(all.cursor);
  const bySeq = [...tree.values()].sort((a, b) => a.seq - b.seq);
  expect(bySeq).toEqual(all.changes);
  console.log("messages that were", kinds);
  expect(kinds.followed).toBeGreaterThan(0);
});
