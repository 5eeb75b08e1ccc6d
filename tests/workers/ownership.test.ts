import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { NotificationPage } from "../../protocol/activity.ts";
import type { SharedSpace } from "../../protocol/members.ts";
import type { Transfer } from "../../protocol/transfers.ts";
import type { Changes, Node, NodePage, Version } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { ended } from "./support/handing-over.ts";
import { SpaceAsker } from "./support/shared-folder.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { recount } from "./support/storage.ts";

const { DIRECTORY } = env as unknown as Env;

beforeAll(async () => {
  // The first account is the administrator: none of these.
  await signUp();
});

interface World {
  readonly owner: Sharer;
  /** On the other shard. */
  readonly receiver: Sharer;
  readonly other: Sharer;
  readonly folder: Node;
}

async function world(): Promise<World> {
  const owner = await sharer();
  const receiver = await sharerElsewhere(owner);
  const other = await sharer();
  const above = await owner.folder();
  const folder = await owner.folder(above.id);
  await receiver.join(owner, folder.id, "editor");
  await other.join(owner, folder.id, "editor");
  return { owner, receiver, other, folder };
}

const offer = ({ owner, receiver, folder }: World) =>
  owner.send("POST", `/spaces/${folder.id}/owner`, { account: receiver.id });
const accept = ({ receiver, folder }: World) => receiver.send<Transfer>("POST", `/spaces/${folder.id}/owner/accept`);
const space = (who: Sharer, { folder }: Pick<World, "folder">) => who.send<SharedSpace>("GET", `/spaces/${folder.id}`);
const versions = async (who: Sharer, at: string, id: string) =>
  (await who.send<{ versions: Version[] }>("GET", `${at}/files/${id}/versions`)).versions;
const trash = async (who: Sharer, folder: string) =>
  (await who.send<NodePage>("GET", `/spaces/${folder}/trash`)).nodes.map(({ id }) => id);

/** All nodes below a folder with what does not change with their owner; by id. */
async function tree(who: Sharer, folder: string, at = "root"): Promise<unknown[]> {
  const { nodes } = await who.send<NodePage>("GET", `/spaces/${folder}/folders/${at}/children`);
  const below = await Promise.all(nodes.filter(({ type }) => type === "folder").map(({ id }) => tree(who, folder, id)));
  return [...nodes.map((node) => ({ ...node, seq: 0, space: "" })), ...below.flat()].sort((a, b) =>
    (a as Node).id < (b as Node).id ? -1 : 1,
  );
}

async function wellCounted(who: Sharer): Promise<void> {
  const { space_id } = await who.placement();
  expect(await recount({ shard: await who.shard(), ownerId: who.id, userId: who.id, spaceId: space_id })).toEqual([]);
}

it("[M13] a folder goes to its new owner with ids, versions, trash and members, and its former owner is a manager", async () => {
  const w = await world();
  const { owner, receiver, other, folder } = w;
  const inFolder = new SpaceAsker(other, folder.id);
  const mine = new SpaceAsker(owner, folder.id);
  const sub = await mine.folder();
  const file = await mine.fileOfTwoVersions();
  const theirs = await inFolder.file(sub.id);
  const trashed = await inFolder.file(sub.id);
  await inFolder.commitOne({ type: "trash", node: trashed.id });
  const early = await owner.file(folder.id);
  const mount = (await space(receiver, w)).mount!;
  const renamed = await receiver.commitOne({ type: "move", node: mount, name: "mine now", onConflict: "fail" });
  const before = await tree(other, folder.id);
  const { cursor } = await other.send<Changes>("GET", `/spaces/${folder.id}/sync/changes`);
  const link = await owner.link({}, theirs.id);
  const history = await versions(owner, `/spaces/${folder.id}`, file.id);

  await offer(w);
  const transfer = await accept(w);
  expect(transfer).toMatchObject({ kind: "ownership", state: "done", error: null, node: folder.id, files: 5 - 1 });

  expect(await space(receiver, w)).toMatchObject({ role: "owner", mount: folder.id, offer: null, people: 3 });
  const now = await receiver.node(folder.id);
  expect(now).toMatchObject({ name: "mine now", parent: renamed.parent, state: "live", createdAt: folder.createdAt });
  expect(await problemOf(await receiver.fetch("GET", `/nodes/${mount}`))).toBe("404 not_found");
  for (const who of [receiver, owner, other]) {
    expect(await tree(who, folder.id)).toEqual(before);
    expect(await versions(who, `/spaces/${folder.id}`, file.id)).toEqual(history);
    expect(await trash(who, folder.id)).toEqual([trashed.id]);
    expect((await space(who, w)).owner.id).toBe(receiver.id);
  }
  expect(await space(other, w)).toMatchObject({ role: "editor" });
  const former = await space(owner, w);
  expect(former.role).toBe("manager");
  expect(await owner.node(former.mount!)).toMatchObject({
    name: folder.name,
    parent: folder.parent,
    mount: folder.id,
    state: "live",
  });
  expect((await owner.node(folder.id)).state).toBe("trashed");
  expect((await owner.node(early.id)).id, "what they had is in their trash").toBe(early.id);
  expect(await problemOf(await other.fetch("GET", `/spaces/${folder.id}/sync/changes?since=${cursor}`))).toBe(
    "410 cursor_expired",
  );
  expect((await owner.fetch("GET", `/shared/${link.token}`)).status).toBe(404);
  expect((await owner.send<{ links: unknown[] }>("GET", "/links")).links).toEqual([]);

  // Everybody goes on.
  await inFolder.commitOne({ type: "restore", node: trashed.id, onConflict: "fail" });
  const more = await mine.file();
  expect((await receiver.node(more.id)).parent).toBe(folder.id);
  for (const who of [owner, receiver]) await wellCounted(who);
  const kinds = async (who: Sharer) =>
    (await who.send<NotificationPage>("GET", "/notifications")).notifications.map(({ kind }) => kind);
  await expect.poll(() => kinds(owner)).toEqual(expect.arrayContaining(["offerAccepted", "handedOver"]));
  expect(await kinds(receiver)).toContain("transferred");
  expect((await accept(w)).id, "asked again").toBe(transfer.id);
});

it("[M13] accepting what the quota does not hold fails, copies nothing, and the offer stays", async () => {
  const w = await world();
  const { owner, receiver, folder } = w;
  await owner.file(folder.id);
  await (await receiver.shard()).db.prepare("UPDATE owners SET quota = 50 WHERE id = ?").bind(receiver.id).run();
  await offer(w);
  expect(await accept(w)).toMatchObject({ state: "failed", error: { code: "over_quota" } });
  expect(await space(owner, w)).toMatchObject({ role: "owner", offer: { to: { id: receiver.id } } });
  expect(await receiver.spaces()).toMatchObject([{ role: "editor" }]);
  await wellCounted(receiver);
  await (await receiver.shard()).db.prepare("UPDATE owners SET quota = 5000 WHERE id = ?").bind(receiver.id).run();
  expect(await accept(w)).toMatchObject({ state: "done" });
  await wellCounted(receiver);
});

it("[M13] a folder is given back: the copy that was in the trash makes room for it", async () => {
  const w = await world();
  const { owner, receiver, other, folder } = w;
  const file = await new SpaceAsker(owner, folder.id).file();
  const before = await tree(other, folder.id);
  const { cursor } = await other.send<Changes>("GET", `/spaces/${folder.id}/sync/changes`);
  await offer(w);
  await accept(w);
  const back = { ...w, owner: receiver, receiver: owner };
  const added = await new SpaceAsker(other, folder.id).file();
  await offer(back);
  const { id, state } = await accept(back);
  if (state === "copying") await ended(id);
  expect(await space(owner, w)).toMatchObject({ role: "owner", mount: folder.id });
  expect(await space(receiver, w)).toMatchObject({ role: "manager" });
  expect(await owner.node(folder.id)).toMatchObject({ parent: folder.parent, name: folder.name, state: "live" });
  // The same space and epoch as before it was given away, but another history of the folder.
  expect(await problemOf(await other.fetch("GET", `/spaces/${folder.id}/sync/changes?since=${cursor}`))).toBe(
    "410 cursor_expired",
  );
  const after = (await tree(other, folder.id)) as Node[];
  expect(after.filter(({ id }) => id !== added.id)).toEqual(before);
  expect(after.map(({ id }) => id).sort()).toEqual([file.id, added.id].sort());
  for (const who of [owner, receiver]) await wellCounted(who);
});

it("[M13] only whom it is offered to accepts, and nothing in it may be shared itself", async () => {
  const w = await world();
  const { owner, receiver, other, folder } = w;
  const asked = (who: Sharer) => who.fetch("POST", `/spaces/${folder.id}/owner/accept`).then(problemOf);
  expect(await asked(receiver)).toBe("403 forbidden");
  await offer(w);
  expect(await asked(other)).toBe("403 forbidden");
  expect(await asked(owner)).toBe("403 forbidden");
  const inner = await owner.folder(folder.id);
  await other.join(owner, inner.id);
  expect(await asked(receiver)).toBe("409 mount_in_shared");
  await owner.send("DELETE", `/spaces/${inner.id}`);
  expect(await accept(w)).toMatchObject({ state: "done" });
  expect(
    await DIRECTORY.prepare("SELECT count(*) AS n FROM unmounts WHERE account_id = ?").bind(receiver.id).first(),
  ).toEqual({ n: 0 });
});
