import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { SharedSpace } from "../../protocol/members.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { count, secretFor, sharer, sharerElsewhere, type Sharer, invitationTo } from "./support/people.ts";

const { DIRECTORY } = env as unknown as Env;

let owner: Sharer;
beforeAll(async () => {
  // The first account is the administrator: none of these.
  await signUp();
  owner = await sharer();
});

it("[M1] [M4] [M5] a folder is shared by inviting, accepted, and stands in the member's home", async () => {
  const folder = await owner.folder();
  const member = await sharerElsewhere(owner);
  expect(await owner.invite(folder.id, [member.email])).toEqual(["invited"]);
  const [invitation] = await member.invitations();
  expect(invitation).toMatchObject({
    folder: { id: folder.id, name: folder.name },
    role: "editor",
    owner: { id: owner.id, email: owner.email },
    invitedBy: { id: owner.id },
  });
  const space = await member.accept(invitation!.id);
  expect(space).toEqual({
    id: folder.id,
    name: folder.name,
    owner: { id: owner.id, name: "Test", email: owner.email },
    role: "editor",
    mount: expect.any(String) as string,
    people: 2,
    joinedAt: expect.any(Number) as number,
    offer: null,
  });
  const mount = await member.node(space.mount!);
  expect(mount).toMatchObject({ name: folder.name, type: "folder", mount: folder.id, state: "live" });
  expect(mount.parent).toBe(member.account.home.root);
  expect(await member.invitations()).toEqual([]);
  expect(await member.spaces()).toEqual([space]);
  expect(await owner.spaces()).toContainEqual({
    ...space,
    role: "owner",
    mount: folder.id,
    joinedAt: expect.any(Number) as number,
  });
  expect((await owner.node(folder.id)).seq, "sharing changes no node").toBe(folder.seq);
  const { node } = await member.send<{ node: Node }>("GET", `/spaces/${folder.id}/nodes/root`);
  expect(node).toMatchObject({ id: folder.id, parent: null, space: folder.id });
});

it("[M1] what is no folder of one's own below the home folder is not shared", async () => {
  const stranger = await sharer();
  const file = await owner.file();
  const trashed = await owner.trashedFolder();
  const invite = (who: Sharer, folder: string) =>
    who.fetch("POST", `/spaces/${folder}/members`, { emails: ["someone@example.org"] }).then(problemOf);
  expect(await invite(owner, owner.account.home.root)).toBe("409 root_immutable");
  expect(await invite(owner, file.id)).toBe("409 not_a_folder");
  expect(await invite(owner, trashed.id)).toBe("409 already_trashed");
  expect(await invite(stranger, (await owner.folder()).id)).toBe("404 not_found");
  const folder = await owner.folder();
  await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
  expect(await invite(stranger, folder.id)).toBe("404 not_found");
});

it("[M2] [M9] roles: who may list, invite, change and remove", async () => {
  const folder = await owner.folder();
  const [viewer, editor, manager, other] = await Promise.all([sharer(), sharer(), sharer(), sharer()]);
  await viewer.join(owner, folder.id, "viewer");
  await editor.join(owner, folder.id, "editor");
  await manager.join(owner, folder.id, "manager");
  await other.join(manager, folder.id, "manager");
  const base = `/spaces/${folder.id}`;
  const { members } = await viewer.members(folder.id);
  expect(members.map(({ person, role }) => [person.id, role])).toEqual([
    [owner.id, "owner"],
    [viewer.id, "viewer"],
    [editor.id, "editor"],
    [manager.id, "manager"],
    [other.id, "manager"],
  ]);
  const pending = `${crypto.randomUUID()}@example.org`;
  await owner.invite(folder.id, [pending]);
  const [invitation] = (await manager.members(folder.id)).invitations;
  expect(invitation).toMatchObject({ email: pending, role: "editor", invitedBy: { id: owner.id } });
  for (const member of [viewer, editor]) {
    expect(await problemOf(await member.fetch("POST", `${base}/members`, { emails: ["a@example.org"] }))).toBe(
      "403 forbidden",
    );
    expect(await problemOf(await member.fetch("PATCH", `${base}/members/${member.id}`, { role: "manager" }))).toBe(
      "403 forbidden",
    );
    expect(await problemOf(await member.fetch("DELETE", `${base}/members/${other.id}`))).toBe("403 forbidden");
    expect(await problemOf(await member.fetch("DELETE", `${base}/invitations/${invitation!.id}`))).toBe(
      "403 forbidden",
    );
    expect(await problemOf(await member.fetch("DELETE", base))).toBe("403 forbidden");
  }
  expect(await problemOf(await manager.fetch("DELETE", base))).toBe("403 forbidden");
  expect(await problemOf(await manager.fetch("DELETE", `${base}/members/${owner.id}`))).toBe("403 forbidden");
  expect(await problemOf(await owner.fetch("DELETE", `${base}/members/${owner.id}`))).toBe("403 forbidden");
  expect(await problemOf(await manager.fetch("PATCH", `${base}/members/${owner.id}`, { role: "viewer" }))).toBe(
    "403 forbidden",
  );
  expect(
    await problemOf(await manager.fetch("PATCH", `${base}/members/${(await sharer()).id}`, { role: "viewer" })),
  ).toBe("404 not_found");
  expect((await manager.fetch("DELETE", `${base}/invitations/${invitation!.id}`)).status).toBe(204);
  expect((await owner.members(folder.id)).invitations).toEqual([]);
  expect(await manager.send("PATCH", `${base}/members/${viewer.id}`, { role: "editor" })).toMatchObject({
    role: "editor",
  });
  expect((await viewer.fetch("POST", `${base}/folders`, { parent: folder.id, name: "now" })).status).toBe(201);
  expect(await manager.send("PATCH", `${base}/members/${manager.id}`, { role: "viewer" })).toMatchObject({
    role: "viewer",
  });
  expect(await problemOf(await manager.fetch("PATCH", `${base}/members/${viewer.id}`, { role: "viewer" }))).toBe(
    "403 forbidden",
  );
  expect((await other.fetch("DELETE", `${base}/members/${manager.id}`)).status).toBe(204);
  expect(await problemOf(await manager.fetch("GET", base))).toBe("404 not_found");
});

it("[M4] an email that is not verified needs the secret; whoever has that takes the invitation", async () => {
  const folder = await owner.folder();
  const unverified = await sharer(false);
  const another = await sharer(false);
  await owner.invite(folder.id, [unverified.email]);
  expect(await unverified.invitations()).toEqual([]);
  const secret = await secretFor(unverified.email);
  expect(secret).toMatch(/^[\w-]{24}$/);
  const looked = await another.send<{ id: string }>("POST", "/invitations/look", { secret });
  const path = `/invitations/${looked.id}`;
  expect(await problemOf(await unverified.fetch("POST", `${path}/accept`, {}))).toBe("404 not_found");
  expect(await problemOf(await another.fetch("POST", `${path}/accept`, { secret: `${secret}x` }))).toBe(
    "404 not_found",
  );
  expect(await problemOf(await another.fetch("POST", `${path}/decline`, {}))).toBe("404 not_found");
  const space = await another.accept(looked.id, { secret });
  expect(space.role).toBe("editor");
  expect(await problemOf(await unverified.fetch("POST", `${path}/accept`, { secret }))).toBe("404 not_found");
  expect(await problemOf(await another.fetch("POST", "/invitations/look", { secret }))).toBe("404 not_found");
  expect(
    await DIRECTORY.prepare("SELECT email_verified AS v FROM users WHERE id = ?").bind(another.id).first(),
  ).toEqual({ v: 0 });
});

it("[M4] inviting an email again replaces the invitation; a member's changes nothing; an unknown one is answered alike", async () => {
  const folder = await owner.folder();
  const known = await sharer();
  const unknown = `${crypto.randomUUID()}@Example.org`;
  expect(await owner.invite(folder.id, [known.email, unknown, unknown.toUpperCase(), owner.email])).toEqual([
    "invited",
    "invited",
    "member",
  ]);
  const first = await secretFor(known.email);
  await owner.invite(folder.id, [known.email], "viewer");
  const [invitation, ...none] = await known.invitations();
  expect(none).toEqual([]);
  expect(invitation?.role).toBe("viewer");
  const second = await secretFor(known.email);
  expect(second).not.toBe(first);
  expect(await problemOf(await known.fetch("POST", "/invitations/look", { secret: first }))).toBe("404 not_found");
  await known.accept(invitation!.id);
  expect(await owner.invite(folder.id, [known.email], "manager")).toEqual(["member"]);
  expect((await known.spaces())[0]?.role).toBe("viewer");
});

it("[M4] an invitation that is sent again keeps what its sender wrote, and nothing that somebody else did", async () => {
  const folder = await owner.folder();
  const [known, manager] = [await sharer(), await sharer()];
  await manager.join(owner, folder.id, "manager");
  const invite = async (by: typeof owner, message?: string): Promise<string | null> => {
    await by.send("POST", `/spaces/${folder.id}/members`, { emails: [known.email], message });
    const [invitation] = await known.invitations();
    const mailed = await invitationTo(known.email);
    expect(mailed.message).toBe(invitation?.message);
    return mailed.message;
  };
  expect(await invite(owner, "Have a look")).toBe("Have a look");
  expect(await invite(owner)).toBe("Have a look");
  expect(await invite(manager), "of another sender").toBeNull();
  expect(await invite(manager, "From me")).toBe("From me");
  expect(await invite(manager, ""), "taken out").toBeNull();
});

it("[M4] declined, withdrawn and expired invitations are good for nothing", async () => {
  const folder = await owner.folder();
  const member = await sharer();
  const accept = (id: string, secret: string) =>
    member.fetch("POST", `/invitations/${id}/accept`, { secret }).then(problemOf);
  const invited = async () => {
    await owner.invite(folder.id, [member.email]);
    const [invitation] = await member.invitations();
    return { id: invitation!.id, secret: await secretFor(member.email) };
  };
  const declined = await invited();
  expect((await member.fetch("POST", `/invitations/${declined.id}/decline`, {})).status).toBe(204);
  expect(await accept(declined.id, declined.secret)).toBe("404 not_found");
  const withdrawn = await invited();
  await owner.send("DELETE", `/spaces/${folder.id}/invitations/${withdrawn.id}`);
  expect(await accept(withdrawn.id, withdrawn.secret)).toBe("404 not_found");
  const expired = await invited();
  await DIRECTORY.prepare("UPDATE invitations SET expires_at = ? WHERE id = ?").bind(Date.now(), expired.id).run();
  expect(await member.invitations()).toEqual([]);
  expect(await accept(expired.id, expired.secret)).toBe("404 not_found");
  expect((await owner.members(folder.id)).invitations).toEqual([]);
});

it("[M5] a mount goes where it is asked to, takes a free name, and is mounted again after it was trashed or purged", async () => {
  const folder = await owner.folder();
  const member = await sharer();
  const inner = await member.folder();
  await member.commitOne({ type: "createFolder", parent: inner.id, name: "Work" });
  await owner.invite(folder.id, [member.email]);
  const [invitation] = await member.invitations();
  const accept = (body: object) => member.fetch("POST", `/invitations/${invitation!.id}/accept`, body);
  expect(await problemOf(await accept({ parent: folder.id }))).toBe("404 parent_not_found");
  expect(await problemOf(await accept({ parent: (await member.file()).id }))).toBe("409 not_a_folder");
  const space = await member.accept(invitation!.id, { parent: inner.id, name: "Work" });
  expect(await member.node(space.mount!)).toMatchObject({ parent: inner.id, name: "Work (2)" });

  const mountAgain = (body?: object) => member.send<Node>("POST", `/spaces/${folder.id}/mount`, body);
  const stands = async () => (await member.send<SharedSpace>("GET", `/spaces/${folder.id}`)).mount;
  expect((await mountAgain()).id).toBe(space.mount);
  await member.commitOne({ type: "trash", node: space.mount! });
  expect(await stands()).toBeNull();
  expect(await member.send("GET", `/spaces/${folder.id}/nodes/root`), "still a member").toBeTruthy();
  await member.commitOne({ type: "restore", node: space.mount! });
  expect(await stands()).toBe(space.mount);
  await member.commitOne({ type: "trash", node: inner.id });
  expect(await stands()).toBeNull();
  expect(await mountAgain()).toMatchObject({ id: space.mount, parent: member.account.home.root });
  await member.commitOne({ type: "trash", node: space.mount! });
  await member.commitOne({ type: "purge", node: space.mount! });
  expect(await stands()).toBeNull();
  const made = await mountAgain({ name: "Back" });
  expect(made).toMatchObject({ name: "Back", mount: folder.id, parent: member.account.home.root });
  expect(made.id).not.toBe(space.mount);
  expect(await stands()).toBe(made.id);
  expect(await problemOf(await owner.fetch("POST", `/spaces/${folder.id}/mount`))).toBe("403 forbidden");
});

it("[M5] a folder with a mount in it is not shared, nor is a mount, nor does a mount go into a shared folder", async () => {
  const theirs = await owner.folder();
  const member = await sharer();
  const outer = await member.folder();
  const inner = await member.folder(outer.id);
  await owner.invite(theirs.id, [member.email]);
  const [invitation] = await member.invitations();
  const { mount } = await member.accept(invitation!.id, { parent: inner.id });
  const invite = (folder: string) =>
    member.fetch("POST", `/spaces/${folder}/members`, { emails: ["a@example.org"] }).then(problemOf);
  expect(await invite(outer.id)).toBe("409 mount_in_shared");
  expect(await invite(mount!)).toBe("409 mounted_folder");
  await member.commitOne({ type: "trash", node: mount! });
  expect(await invite(outer.id)).toBe("409 mount_in_shared");
  await member.commitOne({ type: "restore", node: mount!, parent: member.account.home.root });
  expect(await member.invite(outer.id, ["a@example.org"])).toEqual(["invited"]);
  const moved = await member.fetch("PATCH", `/files/${mount}`, { parent: inner.id });
  expect(await problemOf(moved)).toBe("409 mount_in_shared");
});

it("[M9] who leaves or is removed has no access and no mount", async () => {
  const folder = await owner.folder();
  const [leaver, removed] = [await sharer(), await sharerElsewhere(owner)];
  for (const [member, by] of [
    [leaver, leaver],
    [removed, owner],
  ] as const) {
    const { mount } = await member.join(owner, folder.id);
    await by.send("DELETE", `/spaces/${folder.id}/members/${member.id}`);
    expect(await problemOf(await member.fetch("GET", `/spaces/${folder.id}/nodes/root`))).toBe("404 not_found");
    expect(await problemOf(await member.fetch("GET", `/nodes/${mount}`))).toBe("404 not_found");
    expect(await member.spaces()).toEqual([]);
    expect(await count(DIRECTORY, "SELECT count(*) AS n FROM unmounts WHERE account_id = ?", member.id)).toBe(0);
    expect(await problemOf(await member.fetch("DELETE", `/spaces/${folder.id}/members/${member.id}`))).toBe(
      "404 not_found",
    );
  }
  // And may come back.
  expect((await leaver.join(owner, folder.id, "viewer")).role).toBe("viewer");
});

it("[M10] while the folder is in the trash it is not there for members; restored, it is", async () => {
  const above = await owner.folder();
  const folder = await owner.folder(above.id);
  const member = await sharer();
  const joined = await member.join(owner, folder.id);
  for (const node of [folder.id, above.id]) {
    await owner.commitOne({ type: "trash", node });
    expect(await problemOf(await member.fetch("GET", `/spaces/${folder.id}`))).toBe("404 not_found");
    expect(await problemOf(await member.fetch("GET", `/spaces/${folder.id}/members`))).toBe("404 not_found");
    expect(await member.spaces()).toEqual([]);
    expect((await owner.spaces()).find(({ id }) => id === folder.id)).toMatchObject({ role: "owner", mount: null });
    await owner.commitOne({ type: "restore", node });
    expect(await member.spaces()).toEqual([joined]);
  }
});

it("[M1] [M10] unsharing ends memberships, invitations and mounts, and keeps the folder; it can be shared anew", async () => {
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  const member = await sharerElsewhere(owner);
  const { mount } = await member.join(owner, folder.id);
  await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
  await owner.send("DELETE", `/spaces/${folder.id}`);
  expect(await problemOf(await owner.fetch("DELETE", `/spaces/${folder.id}`))).toBe("404 not_found");
  expect(await problemOf(await member.fetch("GET", `/spaces/${folder.id}`))).toBe("404 not_found");
  expect(await problemOf(await member.fetch("GET", `/nodes/${mount}`))).toBe("404 not_found");
  for (const table of ["shared_folders", "members", "invitations"])
    expect(await count(DIRECTORY, `SELECT count(*) AS n FROM ${table} WHERE folder_id = ?`, folder.id), table).toBe(0);
  const { db } = await owner.shard();
  expect(await count(db, "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?", folder.id)).toBe(0);
  expect((await owner.node(folder.id)).seq).toBe(folder.seq);
  expect((await owner.node(file.id)).seq).toBe(file.seq);
  const again = await member.join(owner, folder.id, "viewer");
  expect(again.mount).not.toBe(mount);
  expect((await member.node(again.mount!)).mount).toBe(folder.id);
});

it("[P3] [M5] below /spaces/{folder} bookmarks are the folder's: what is about people takes and gives none", async () => {
  const folder = await owner.folder();
  const member = await sharerElsewhere(owner);
  await member.join(owner, folder.id);
  const read = await member.fetch("GET", `/spaces/${folder.id}/nodes/root`);
  const bookmark = read.headers.get("ledge-bookmark");
  expect(bookmark).toMatch(/^[0-9a-f-]+$/);
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/members"],
    ["POST", "/mount"],
  ] as const) {
    const answer = await member.account.api(`/spaces/${folder.id}${path}`, {
      method,
      headers: { "ledge-bookmark": bookmark! },
    });
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get("ledge-bookmark"), path).toBeNull();
  }
});
