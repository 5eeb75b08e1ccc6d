import { expect, it } from "vitest";
import { encodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import { send } from "../../workers/sync-do/sockets.ts";
import { call, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { changeSockets, hibernate } from "./support/push-object.ts";
import { connect, settle } from "./support/push-socket.ts";

const CHUNKS = [{ id: "ab".repeat(32), size: 4096 }];

it.each([
  ["no JSON", "hello", 1008],
  ["no message", '{"type":"poke"}', 1008],
  ["an array", "[]", 1008],
  ["a cursor that is none", '{"type":"ack","cursor":"x"}', 1008],
  ["too many chunks", JSON.stringify({ type: "chunks", chunks: Array(65).fill(CHUNKS[0]) }), 1008],
  ["no chunks", '{"type":"chunks","chunks":[]}', 1008],
  ["too long a text", "x".repeat(16 * 1024 + 1), 1009],
  ["bytes", new ArrayBuffer(4), 1003],
])("[W2] %s closes the socket, and no other", async (_, junk, code) => {
  const account = await signUp();
  const [socket, other] = [await connect(account), await connect(account)];
  socket.send(junk);
  expect(await socket.closed).toBe(code);
  expect(await other.fate()).toBe("open");
});

it("[W3] an acknowledgement of another space closes the socket", async () => {
  const account = await signUp();
  const socket = await connect(account);
  socket.send({ type: "ack", cursor: encodeCursor({ space: newId(), epoch: newId(), seq: 1 }) });
  expect(await socket.closed).toBe(1008);
});

it("[W3] a cursor of another epoch is taken as an acknowledgement, without a loop of pokes", async () => {
  const owner = new Belongings(await signUp());
  const { space } = owner.account.home;
  const socket = await connect(owner.account);
  const ack = () => socket.send({ type: "ack", cursor: encodeCursor({ space, epoch: newId(), seq: 0 }) });
  await owner.folder();
  await socket.next();
  ack();
  await settle();
  expect(socket.messages).toHaveLength(1);
  await owner.folder();
  expect(await socket.next()).toMatchObject({ type: "changes" });
  await owner.folder();
  ack();
  // Held back, and told of nowhere else: a client that knows of the older epoch only would hear nothing of the new one.
  expect(await socket.next()).toMatchObject({ type: "poke" });
  ack();
  await settle();
  expect(socket.messages).toHaveLength(3);
});

it("chunks are told to the account's other sockets, acknowledged or not, and to nobody else", async () => {
  const owner = new Belongings(await signUp());
  const stranger = await connect(await signUp());
  const [from, a, b] = [await connect(owner.account), await connect(owner.account), await connect(owner.account)];
  await owner.folder();
  await Promise.all([a.next(), b.next()]);
  await hibernate(owner.account);
  const message = { type: "chunks" as const, chunks: CHUNKS };
  from.send(message);
  expect(await Promise.all([a.next(), b.next()])).toEqual([message, message]);
  await settle();
  expect(from.messages.map(({ type }) => type)).toEqual(["changes"]);
  expect(stranger.messages).toEqual([]);
});

it("a socket that tells of chunks more than about 50 times a second is not passed on", async () => {
  const account = await signUp();
  const [from, to] = [await connect(account), await connect(account)];
  const began = Date.now();
  for (let i = 0; i < 500; i++) from.send({ type: "chunks", chunks: CHUNKS });
  await expect.poll(() => to.messages.length).toBeGreaterThanOrEqual(50);
  await settle();
  await settle();
  expect(to.messages.length).toBeLessThan(100 + (Date.now() - began) / 20);
});

it("[A6] a token that may only read tells others of no chunks", async () => {
  const owner = new Belongings(await signUp());
  const { token } = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "r", scopes: ["read"] });
  const reader = {
    api: (path: string, init: RequestInit = {}) =>
      call(path, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${token}` } }),
  };
  const [from, to] = [await connect(reader), await connect(owner.account)];
  from.send({ type: "chunks", chunks: CHUNKS });
  await settle();
  expect(to.messages).toEqual([]);
  await owner.folder();
  expect(await from.next()).toMatchObject({ type: "changes" });
});

it("[W5] a credential that has expired loses its socket at the next message, its own or the server's", async () => {
  const owner = new Belongings(await signUp());
  const [speaks, listens] = [await connect(owner.account), await connect(owner.account)];
  await changeSockets(owner.account, (state) => ({
    ...state,
    claims: { ...state.claims, credentialExpiresAt: Date.now() - 1 },
  }));
  speaks.send({ type: "chunks", chunks: CHUNKS });
  expect(await speaks.closed).toBe(CLOSE.expired);
  await owner.folder();
  expect(await listens.closed).toBe(CLOSE.expired);
  expect(listens.messages).toEqual([]);
});

it("[W3] a socket that cannot be sent to is closed", () => {
  const closed: number[] = [];
  const broken = {
    send: () => {
      throw new TypeError("the other end is gone");
    },
    close: (code: number) => void closed.push(code),
  };
  send(broken as unknown as WebSocket, "{}");
  expect(closed).toEqual([1011]);
});
