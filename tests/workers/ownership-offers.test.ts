import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { NotificationPage } from "../../protocol/activity.ts";
import type { SharedSpace } from "../../protocol/members.ts";
import type { Env } from "../../workers/env.ts";
import { OFFER_LIFETIME } from "../../workers/storage/directory-offers.ts";
import { endPurged } from "../../workers/storage/end-sharing.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { count, sharer, type Sharer } from "./support/people.ts";

const { DIRECTORY } = env as unknown as Env;

let owner: Sharer;
let member: Sharer;
let other: Sharer;
beforeAll(async () => {
  // The first account is the administrator: none of these.
  await signUp();
  owner = await sharer();
  member = await sharer();
  other = await sharer();
});

async function shared(): Promise<string> {
  const { id } = await owner.folder();
  await member.join(owner, id, "viewer");
  await other.join(owner, id, "manager");
  return id;
}

const offer = (who: Sharer, folder: string, to: Sharer) =>
  who.fetch("POST", `/spaces/${folder}/owner`, { account: to.id });
const end = (who: Sharer, folder: string) => who.fetch("DELETE", `/spaces/${folder}/owner`);
const offered = async (who: Sharer, folder: string) =>
  (await who.send<SharedSpace>("GET", `/spaces/${folder}`)).offer?.to.id ?? null;
const notifications = async (who: Sharer, kind: string, folder: string) =>
  (await who.send<NotificationPage>("GET", "/notifications")).notifications.filter(
    (each) => each.kind === kind && each.subject.id === folder,
  ).length;
const mails = (to: Sharer) =>
  count(DIRECTORY, "SELECT count(*) AS n FROM outbox WHERE recipient = ? AND kind = 'offer'", to.email);

it("[M13] an owner offers a folder to a member; both see it, nobody else does, and it is told once", async () => {
  const folder = await shared();
  expect((await offer(owner, folder, member)).status).toBe(204);
  expect((await offer(owner, folder, member)).status, "asked again").toBe(204);
  expect(await offered(owner, folder)).toBe(member.id);
  expect(await offered(member, folder)).toBe(member.id);
  expect(await offered(other, folder)).toBeNull();
  for (const who of [owner, member, other]) {
    const listed = (await who.spaces()).find(({ id }) => id === folder)!;
    expect(listed.offer).toEqual(
      who === other ? null : { to: { id: member.id, name: expect.any(String) as string, email: member.email } },
    );
  }
  await expect.poll(() => notifications(member, "offered", folder)).toBe(1);
  expect(await mails(member)).toBe(1);
  expect(await mails(other)).toBe(0);
});

it("[M13] [M2] only its owner offers a folder, and only to a member", async () => {
  const folder = await shared();
  const stranger = await sharer();
  expect(await problemOf(await offer(other, folder, member))).toBe("403 forbidden");
  expect(await problemOf(await offer(stranger, folder, stranger))).toBe("404 not_found");
  for (const nobody of [stranger, owner])
    expect(await problemOf(await offer(owner, folder, nobody))).toBe("404 not_found");
  expect(await problemOf(await end(other, folder))).toBe("403 forbidden");
  expect(await offered(owner, folder)).toBeNull();
});

it("[M13] an offer to somebody else takes the place of the one before", async () => {
  const folder = await shared();
  await offer(owner, folder, member);
  await offer(owner, folder, other);
  expect(await offered(member, folder)).toBeNull();
  expect(await offered(other, folder)).toBe(other.id);
  expect(await problemOf(await end(member, folder))).toBe("403 forbidden");
});

it("[M13] the owner takes an offer back, and whom it is made to declines it", async () => {
  const folder = await shared();
  await offer(owner, folder, member);
  expect((await end(owner, folder)).status).toBe(204);
  expect(await offered(member, folder)).toBeNull();
  expect((await end(owner, folder)).status, "asked again").toBe(204);
  await offer(owner, folder, member);
  expect((await end(member, folder)).status).toBe(204);
  expect(await offered(owner, folder)).toBeNull();
  await expect.poll(() => notifications(owner, "offerDeclined", folder)).toBe(1);
});

it("[M13] an offer ends with the membership, and does not come back with it", async () => {
  const folder = await shared();
  await offer(owner, folder, member);
  await member.send("DELETE", `/spaces/${folder}/members/${member.id}`);
  await member.join(owner, folder);
  expect(await offered(owner, folder)).toBeNull();
  expect(await offered(member, folder)).toBeNull();
});

it("[M13] an offer is good for 30 days", async () => {
  const folder = await shared();
  await offer(owner, folder, member);
  const age = (ms: number) =>
    DIRECTORY.prepare("UPDATE shared_folders SET offered_at = ? WHERE folder_id = ?")
      .bind(Date.now() - ms, folder)
      .run();
  await age(OFFER_LIFETIME - 60_000);
  expect(await offered(member, folder)).toBe(member.id);
  await age(OFFER_LIFETIME + 1);
  expect(await offered(member, folder)).toBeNull();
  expect(await offered(owner, folder)).toBeNull();
  expect((await offer(owner, folder, member)).status, "offered anew").toBe(204);
  expect(await offered(member, folder)).toBe(member.id);
});

it("[M13] while a folder changes hands, requests below it are busy, and it stays among the spaces of all who have it", async () => {
  const folder = await shared();
  const { id: file } = await owner.file(folder);
  const move = (isMoving: 0 | 1) =>
    DIRECTORY.prepare("UPDATE shared_folders SET is_moving = ? WHERE folder_id = ?").bind(isMoving, folder).run();
  const invited = await sharer();
  await owner.invite(folder, [invited.email]);
  const [invitation] = await invited.invitations();
  await owner.commitOne({ type: "trash", node: folder });
  await move(1);
  expect((await invited.fetch("POST", `/invitations/${invitation!.id}/accept`, {})).status).toBe(503);
  for (const [method, path, body] of [
    ["GET", `/spaces/${folder}/nodes/${file}`],
    ["GET", `/spaces/${folder}/sync/changes`],
    ["GET", `/spaces/${folder}`],
    ["GET", `/spaces/${folder}/members`],
    ["DELETE", `/spaces/${folder}/members/${other.id}`],
    ["POST", `/spaces/${folder}/members`, { emails: ["new@example.org"] }],
    ["POST", `/spaces/${folder}/mount`, {}],
    ["DELETE", `/spaces/${folder}/owner`],
  ] as const) {
    const response = await other.fetch(method, path, body);
    expect([method, path, response.status, response.headers.get("retry-after")]).toEqual([method, path, 503, "1"]);
  }
  expect((await owner.fetch("DELETE", `/spaces/${folder}`)).status).toBe(503);
  expect((await other.spaces()).map(({ id }) => id)).toContain(folder);
  await move(0);
  expect((await other.fetch("GET", `/spaces/${folder}/nodes/${file}`)).status, "it is in the trash").toBe(404);
  await owner.commitOne({ type: "restore", node: folder, onConflict: "fail" });
  expect((await other.fetch("GET", `/spaces/${folder}/nodes/${file}`)).status).toBe(200);
});

it("[M13] [M10] nothing that is purged in the former owner's home ends the sharing while it changes hands", async () => {
  const folder = await shared();
  await owner.commitOne({ type: "trash", node: folder });
  await DIRECTORY.prepare("UPDATE shared_folders SET is_moving = 1 WHERE folder_id = ?").bind(folder).run();
  await owner.commitOne({ type: "purge", node: folder });
  const { space_id } = await owner.placement();
  expect(await endPurged(DIRECTORY, await owner.shard(), Date.now(), space_id)).toContain(folder);
  expect(await count(DIRECTORY, "SELECT count(*) AS n FROM members WHERE folder_id = ?", folder)).toBe(2);
});
