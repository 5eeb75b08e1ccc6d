import { createExecutionContext } from "cloudflare:test";
import { beforeAll, expect, it, vi } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { Transfer } from "../../protocol/transfers.ts";
import type { Changes, Node } from "../../protocol/tree.ts";
import { app } from "../../workers/api/app.ts";
import { readTransfer } from "../../workers/storage/directory-transfers.ts";
import { ORIGIN, problemOf, signUp } from "./support/accounts.ts";
import { ended, HandedFolder, oneStep, stepsUntil } from "./support/handing-over.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { connect } from "./support/push-socket.ts";
import { defectsOf, env, takeUp } from "./support/transferring.ts";

let owner: Sharer;
let receiver: Sharer;
let other: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
  receiver = await sharerElsewhere(owner);
  other = await sharer();
});

async function offered(): Promise<HandedFolder> {
  const handed = await HandedFolder.share(owner, receiver, other);
  await handed.offer();
  return handed;
}

async function expectNoDefects(): Promise<void> {
  for (const who of [owner, receiver]) expect(await defectsOf(who)).toEqual([]);
}

it("[M13] [I1] what members and the owner change while the folder is copied is in it afterwards", async () => {
  const handed = await offered();
  const inFolder = handed.as(other);
  const [sub, kept] = [await inFolder.folder(), await inFolder.fileOfTwoVersions()];
  const [gone, moved] = [await inFolder.file(), await inFolder.file(sub.id)];
  const { id } = await handed.begin();
  const edits: (() => Promise<unknown>)[] = [
    () => inFolder.file(sub.id),
    async () => {
      const chunks = [await inFolder.chunk()];
      return inFolder.commitOne({ type: "updateFile", node: kept.id, baseVersion: 2, chunks, mtime: 3 });
    },
    () => inFolder.commitOne({ type: "trash", node: gone.id }),
    () => inFolder.commitOne({ type: "move", node: moved.id, parent: handed.id, name: "moved", onConflict: "fail" }),
    () => owner.file(handed.id),
    () => inFolder.commitOne({ type: "restore", node: gone.id, onConflict: "fail" }),
    () => inFolder.commitOne({ type: "trash", node: sub.id }),
    () => owner.commitOne({ type: "move", node: handed.id, name: "renamed", onConflict: "fail" }),
  ];
  let shown: unknown;
  await stepsUntil(id, ({ step, isSealed }) => step === "follow" && !isSealed);
  for (const edit of edits) {
    await edit();
    [shown] = [await handed.shown(other)];
    const { at } = await oneStep(id);
    expect(at.isSealed).toBe(false);
  }
  const trash = await handed.trash(other);
  expect((await takeUp(id)).state).toBe("done");
  expect(await handed.shown(receiver)).toEqual(shown);
  expect(await handed.shown(other)).toEqual(shown);
  expect(await handed.trash(other)).toEqual(trash);
  expect(trash).toEqual([sub.id]);
  await expectNoDefects();
});

it("[M13] [I1] what the owner changes in the last moment, at home, is copied as well", async () => {
  const handed = await offered();
  const file = await handed.as(other).file();
  const { id } = await handed.begin();
  await stepsUntil(id, ({ step, isSealed }) => isSealed && step === "appear");
  expect((await other.fetch("GET", `${handed.path}/nodes/${file.id}`)).status).toBe(503);
  const late = await owner.file(handed.id);
  await owner.commitOne({ type: "move", node: file.id, name: "late", onConflict: "fail" });
  const { row, at } = await oneStep(id);
  expect([row.state, at.step]).toEqual(["copying", "follow"]);
  expect((await takeUp(id)).state).toBe("done");
  expect(await receiver.node(late.id)).toMatchObject({ parent: handed.id, state: "live" });
  expect(await receiver.node(file.id)).toMatchObject({ name: "late" });
  await expectNoDefects();
});

it("[M13] declining, or taking the offer back, while it is copied ends the transfer, and nothing of it is left", async () => {
  for (const who of [receiver, owner]) {
    const handed = await offered();
    await handed.as(other).file();
    const { id } = await handed.begin();
    await stepsUntil(id, ({ step }) => step === "follow");
    await who.send("DELETE", `${handed.path}/owner`);
    expect(await receiver.send<Transfer>("GET", `/transfers/${id}`)).toMatchObject({ state: "cancelled" });
    await expect.poll(async () => (await readTransfer(env.DIRECTORY, id))?.isOpen).toBe(false);
    expect(await handed.space(owner)).toMatchObject({ role: "owner", offer: null });
    expect((await other.fetch("GET", `${handed.path}/folders/root/children`)).status).toBe(200);
    await expectNoDefects();
    await handed.offer();
    expect((await ended((await handed.accept()).id)).state).toBe("done");
  }
});

it("[M13] a member who leaves while it is copied to them does not get it", async () => {
  const handed = await offered();
  await handed.as(other).file();
  const { id } = await handed.begin();
  await stepsUntil(id, ({ step }) => step === "follow");
  await receiver.send("DELETE", `${handed.path}/members/${receiver.id}`);
  expect(await takeUp(id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
  expect(await handed.space(owner)).toMatchObject({ role: "owner", offer: null, people: 2 });
  await expectNoDefects();
});

it("[M13] what fails after the folder was given away is put back as it was", async () => {
  const handed = await offered();
  await handed.as(other).fileOfTwoVersions();
  const shown = await handed.shown(other);
  const { id } = await handed.begin();
  await stepsUntil(id, ({ step, isSealed }) => isSealed && step === "appear");
  // As where the receiver's shard is out of reach for good.
  const lost = { ...env, USER_SYNC: onlyFor(owner) };
  await oneStep(id, lost);
  expect(await owner.node(handed.id), "it is given away").toMatchObject({ state: "trashed" });
  await env.DIRECTORY.prepare("UPDATE transfers SET state = 'failed' WHERE id = ?").bind(id).run();
  await takeUp(id);
  expect(await handed.space(owner)).toMatchObject({
    role: "owner",
    mount: handed.id,
    offer: { to: { id: receiver.id } },
  });
  expect(await owner.node(handed.id)).toMatchObject({ name: handed.folder.name, parent: handed.folder.parent });
  expect(await owner.names()).not.toContain(`${handed.folder.name} (2)`);
  expect(await handed.shown(other)).toEqual(shown);
  await expectNoDefects();
  // What was copied before is purged first.
  expect((await ended((await handed.accept()).id)).state).toBe("done");
  expect(await handed.shown(other)).toEqual(shown);
});

/** Objects of one account; calls of others' fail. */
function onlyFor({ id: account }: Sharer): typeof env.USER_SYNC {
  const real = env.USER_SYNC;
  const own = real.idFromName(account);
  const get = (id: DurableObjectId) => {
    if (id.equals(own)) return real.get(id);
    throw new Error("out of reach");
  };
  return { idFromName: (name: string) => real.idFromName(name), get } as unknown as typeof env.USER_SYNC;
}

it("[M13] a request that was under way when the folder went elsewhere is busy, not told that there is no such folder", async () => {
  const handed = await offered();
  const file = await handed.as(other).file();
  const token = await other.send<{ token: string }>("POST", "/account/tokens", { name: "test", scopes: ["read"] });
  let asked = 0;
  const directory = new Proxy(env.DIRECTORY, {
    get: (real, name) =>
      name !== "prepare"
        ? (Reflect.get(real, name) as unknown)
        : (sql: string) => {
            const statement = real.prepare(sql);
            if (!sql.includes("f.is_moving AS isMoving") || asked++ > 0) return statement;
            return {
              bind: (...values: unknown[]) => ({
                first: async () => {
                  const found = await statement.bind(...values).first();
                  await handed.accept();
                  return found;
                },
              }),
            };
          },
  });
  const request = new Request(`${ORIGIN}/api${handed.path}/nodes/${file.id}`, {
    headers: { authorization: `Bearer ${token.token}` },
  });
  const answer = await app.fetch(request, { ...env, DIRECTORY: directory }, createExecutionContext());
  expect(await problemOf(answer)).toBe("503 busy");
  expect((await other.fetch("GET", `${handed.path}/nodes/${file.id}`)).status).toBe(200);
});

it("[M13] [M5] mounts: in the home folder where the receiver has none, or the former owner's place is in a shared folder", async () => {
  const outer = await owner.folder();
  await other.join(owner, outer.id);
  const handed = await HandedFolder.share(owner, receiver, other, outer.id);
  const { mount } = await handed.space(receiver);
  await receiver.commitOne({ type: "trash", node: mount! });
  await handed.offer();
  expect(await handed.accept()).toMatchObject({ state: "done", error: null });
  expect(await receiver.node(handed.id)).toMatchObject({
    parent: receiver.account.home.root,
    name: handed.folder.name,
  });
  const former = await handed.space(owner);
  expect(await owner.node(former.mount!)).toMatchObject({ parent: owner.account.home.root, mount: handed.id });
});

it("[M13] between accounts of one shard as between two", async () => {
  const { shard } = await owner.placement();
  let near = await sharer();
  while ((await near.placement()).shard !== shard) near = await sharer();
  const handed = await HandedFolder.share(owner, near, other);
  const inFolder = handed.as(other);
  await inFolder.fileOfTwoVersions();
  const { id } = await inFolder.file();
  await inFolder.commitOne({ type: "trash", node: id });
  const shown = await handed.shown(other);
  await handed.offer();
  expect(await handed.accept()).toMatchObject({ state: "done" });
  const { cursor } = await other.send<Changes>("GET", `${handed.path}/sync/changes`);
  expect(await handed.shown(other)).toEqual(shown);
  expect(await handed.trash(other)).toEqual([id]);
  const made = await inFolder.file();
  const { changes, left } = await other.send<Changes>("GET", `${handed.path}/sync/changes?since=${cursor}`);
  expect([changes.map((each) => each.id), left]).toEqual([[made.id], []]);
  expect([await defectsOf(owner), await defectsOf(near)]).toEqual([[], []]);
});

it("[M13] who has what they gave away among their files again is not given it back", async () => {
  const handed = await offered();
  await handed.accept();
  await owner.commitOne({ type: "restore", node: handed.id, onConflict: "rename" });
  const file = await owner.file(handed.id);
  await handed.back.offer();
  expect(await handed.back.accept()).toMatchObject({ state: "failed", error: { code: "id_conflict" } });
  expect(await owner.node(file.id), "theirs is untouched").toMatchObject({ state: "live" });
  expect(await handed.space(receiver)).toMatchObject({ role: "owner", offer: { to: { id: owner.id } } });
});

it("[M13] [M8] members' sockets hear of the new owner, and then of what changes in the folder", async () => {
  const handed = await offered();
  const socket = await connect(other.account);
  await handed.accept();
  const about = (message: { type: string }) => ("about" in message ? message.about : null);
  await vi.waitFor(() => expect(socket.messages.map(about)).toContain("spaces"));
  const made: Node = await receiver.folder(handed.id);
  await vi.waitFor(() => {
    const heard = socket.messages.flatMap((message) =>
      message.type === "shared" && message.space === handed.id ? [decodeCursor(message.cursor ?? "")?.seq ?? 0] : [],
    );
    expect(Math.max(0, ...heard)).toBeGreaterThanOrEqual(made.seq);
  });
});
