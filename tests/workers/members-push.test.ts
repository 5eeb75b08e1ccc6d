import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import type { Changes } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { removeMember } from "../../workers/storage/directory-members.ts";
import { signUp } from "./support/accounts.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { connect, settle, type TestSocket } from "./support/push-socket.ts";

const bindings = env as unknown as Env;

let owner: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
});

type Shared = Extract<ServerMessage, { type: "shared" }>;
const heard = ({ messages }: TestSocket) => messages.filter((message): message is Shared => message.type === "shared");
const notices = ({ messages }: TestSocket) =>
  messages.flatMap((message) => (message.type === "notice" ? [message.about] : []));
const objectOf = ({ id }: Sharer) => bindings.USER_SYNC.get(bindings.USER_SYNC.idFromName(id));

/** The members that the owner's object tells of a folder. */
function watchers(folder: string): Promise<string[]> {
  return runInDurableObject(objectOf(owner), (_, { storage }) =>
    storage.sql
      .exec<{ member: string }>("SELECT member FROM watchers WHERE folder = ?", folder)
      .toArray()
      .map(({ member }) => member),
  );
}

/** Resolves with the first message about the folder that leads to `seq` or beyond. */
function heardUpTo(socket: TestSocket, folder: string, seq: number): Promise<Shared> {
  return vi.waitFor(
    () => {
      const found = heard(socket).find(
        ({ space, cursor }) => space === folder && (decodeCursor(cursor ?? "")?.seq ?? 0) >= seq,
      );
      if (!found) throw new Error("not heard yet");
      return found;
    },
    { interval: 10 },
  );
}

/** A folder with a member that has a socket. */
async function connected(): Promise<{ folder: string; member: Sharer; socket: TestSocket }> {
  const folder = await owner.folder();
  const member = await sharerElsewhere(owner);
  await member.join(owner, folder.id);
  return { folder: folder.id, member, socket: await connect(member.account) };
}

it("[M8] a change in a shared folder is told to its members' sockets, with a cursor and a bookmark to read it by", async () => {
  const { folder, member, socket } = await connected();
  const begun = await member.send<Changes>("GET", `/spaces/${folder}/sync/changes`);
  const made = await owner.folder(folder);
  const message = await heardUpTo(socket, folder, made.seq);
  expect(message).toEqual({
    type: "shared",
    space: folder,
    cursor: expect.any(String) as string,
    bookmark: expect.any(String) as string,
  });
  const since = encodeURIComponent(begun.cursor);
  const answer = await member.account.api(`/spaces/${folder}/sync/changes?since=${since}`, {
    headers: { "ledge-bookmark": message.bookmark! },
  });
  const { changes, cursor } = await answer.json<Changes>();
  expect(changes.map(({ id }) => id)).toEqual([made.id]);
  expect(cursor).toBe(message.cursor);
});

it("[M8] a member's change is told to the owner's devices, by their own space, and to the other members", async () => {
  const { folder, member, socket } = await connected();
  const other = await sharer();
  await other.join(owner, folder);
  const [ownersSocket, otherSocket] = [await connect(owner.account), await connect(other.account)];
  const made = await member.send<{ id: string; seq: number }>("POST", `/spaces/${folder}/folders`, {
    parent: folder,
    name: "from a member",
  });
  await heardUpTo(otherSocket, folder, made.seq);
  await heardUpTo(socket, folder, made.seq);
  await vi.waitFor(() =>
    expect(ownersSocket.messages).toContainEqual(
      expect.objectContaining({ type: "changes", changes: [expect.objectContaining({ id: made.id })] }),
    ),
  );
  expect(heard(ownersSocket)).toEqual([]);
});

it("[M8] what the owner does elsewhere is told to nobody, nor is what is in the folder to those who do not have it", async () => {
  const { socket } = await connected();
  const stranger = await sharer();
  const strangers = await connect(stranger.account);
  await owner.folder();
  const other = await owner.folder();
  await owner.invite(other.id, [`${crypto.randomUUID()}@example.org`]);
  await owner.folder(other.id);
  await settle();
  expect(heard(socket)).toEqual([]);
  expect(strangers.messages).toEqual([]);
});

it("[M8] a burst is told a few times, the first at once and the last for certain", async () => {
  const { folder, socket } = await connected();
  let last = 0;
  const begun = Date.now();
  for (let i = 0; i < 40; i++) last = (await owner.folder(folder)).seq;
  const took = Date.now() - begun;
  await heardUpTo(socket, folder, last);
  const most = 2 + Math.ceil(took / 200);
  expect(heard(socket).length).toBeLessThanOrEqual(most);
  expect(heard(socket).length).toBeGreaterThan(1);
  await settle();
  expect(decodeCursor(heard(socket).at(-1)?.cursor ?? "")?.seq).toBe(last);
});

it("[M8] a member without sockets is told once that there is something, and then no more, until there is a socket again", async () => {
  const { folder, member, socket } = await connected();
  expect(await watchers(folder)).toEqual([member.id]);
  socket.close();
  await socket.closed;
  await owner.folder(folder);
  await vi.waitFor(async () => expect(await watchers(folder)).toEqual([]));
  const again = await connect(member.account);
  expect(await watchers(folder)).toEqual([member.id]);
  const made = await owner.folder(folder);
  await heardUpTo(again, folder, made.seq);
});

it("[M8] [W2] evicting the objects between two changes changes nothing", async () => {
  const { folder, member, socket } = await connected();
  await heardUpTo(socket, folder, (await owner.folder(folder)).seq);
  await evictDurableObject(objectOf(owner), { webSockets: "hibernate" });
  await evictDurableObject(objectOf(member), { webSockets: "hibernate" });
  await heardUpTo(socket, folder, (await owner.folder(folder)).seq);
});

it("[M8] who joins with a socket open hears at once", async () => {
  const member = await sharer();
  const socket = await connect(member.account);
  const folder = await owner.folder();
  await member.join(owner, folder.id);
  await vi.waitFor(async () => expect(await watchers(folder.id)).toEqual([member.id]));
  await heardUpTo(socket, folder.id, (await owner.folder(folder.id)).seq);
  await vi.waitFor(() => expect(notices(socket)).toContain("spaces"));
});

it("[M8] [M9] who is removed, or whose folder is unshared, is told so and hears no more, with the socket open", async () => {
  for (const end of ["remove", "unshare"] as const) {
    const { folder, member, socket } = await connected();
    await owner.send("DELETE", end === "remove" ? `/spaces/${folder}/members/${member.id}` : `/spaces/${folder}`);
    await vi.waitFor(() => expect(notices(socket)).toContain("spaces"));
    await vi.waitFor(async () => expect(await watchers(folder)).toEqual([]));
    await owner.folder(folder);
    await settle();
    expect(heard(socket)).toEqual([]);
    expect(await socket.fate()).toBe("open");
  }
});

it("[M8] [M9] a membership that ended unheard of is found when a device subscribes", async () => {
  const { folder, member } = await connected();
  const other = await owner.folder();
  await member.join(owner, other.id);
  await vi.waitFor(async () => expect(await watchers(other.id)).toEqual([member.id]));
  await removeMember(bindings.DIRECTORY, folder, member.id);
  const again = await connect(member.account);
  expect(await watchers(folder)).toEqual([]);
  await owner.folder(folder);
  await heardUpTo(again, other.id, (await owner.folder(other.id)).seq);
  expect(heard(again).filter(({ space }) => space === folder)).toEqual([]);
});

it("[M8] who may see that somebody joined, left or has another role is told", async () => {
  const { folder, socket } = await connected();
  const ownersSocket = await connect(owner.account);
  const other = await sharer();
  const told = async () => {
    await vi.waitFor(() => {
      expect(notices(socket)).toContain("spaces");
      expect(notices(ownersSocket)).toContain("spaces");
    });
    await settle();
    for (const { messages } of [socket, ownersSocket]) messages.length = 0;
  };
  await owner.invite(folder, [other.email]);
  await told();
  const [invitation] = await other.invitations();
  await other.accept(invitation!.id);
  await told();
  await owner.send("PATCH", `/spaces/${folder}/members/${other.id}`, { role: "viewer" });
  await told();
  await other.send("DELETE", `/spaces/${folder}/members/${other.id}`);
  await told();
});

it("[M10] going to the trash and coming back is told, too", async () => {
  const { folder, socket } = await connected();
  const { seq } = await owner.commitOne({ type: "trash", node: folder });
  await heardUpTo(socket, folder, seq);
  const back = await owner.commitOne({ type: "restore", node: folder });
  await heardUpTo(socket, folder, back.seq);
});
