import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/ids.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import type { Changes, CommitResponse, OperationInput } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { connect, settle } from "./support/push-socket.ts";

const { USER_SYNC } = env as unknown as Env;

function objectOf({ userId }: TestAccount) {
  return USER_SYNC.get(USER_SYNC.idFromName(userId));
}

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
});

it("[W2] an evicted object goes on: pings, acknowledgements and commits", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const hibernate = () => evictDurableObject(objectOf(owner.account), { webSockets: "hibernate" });
  await hibernate();
  socket.send("ping");
  await expect.poll(() => socket.texts).toEqual(["pong"]);
  const first = await commit(owner, folders(owner, 1));
  expect(inline(await socket.next()).cursor).toBe(first.cursor);
  await hibernate();
  const second = await commit(owner, folders(owner, 1));
  await settle();
  expect(socket.messages).toHaveLength(1);
  await hibernate();
  socket.send({ type: "ack", cursor: first.cursor });
  expect(await socket.next()).toMatchObject({ type: "poke", cursor: second.cursor });
  expect(decodeCursor(second.cursor)?.seq).toBe(2);
});
