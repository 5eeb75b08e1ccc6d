import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { sha256Hex } from "../../workers/api/auth/access-token.ts";
import { ATTEMPT_LIMITS } from "../../workers/api/middleware/attempt-limits.ts";
import type { AttemptGateStub } from "../../workers/sync-do/attempt-gate.ts";
import { unshareOnItsShard } from "../../workers/api/sharing/sharing-on-shard.ts";
import { addInvitations } from "../../workers/storage/directory-invitations.ts";
import { addSharedFolder, endSharedFolder } from "../../workers/storage/directory-members.ts";
import { unshareOnShard } from "../../workers/storage/shared-folders.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { count, secretFor, sharer, sharerElsewhere, type Sharer } from "./support/people.ts";

const bindings = env as unknown as Env;
const { DIRECTORY, USER_SYNC } = bindings;

let owner: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
});

const email = () => `${crypto.randomUUID()}@example.org`;
const pendingOf = async (folder: string) => (await owner.members(folder)).invitations.map((each) => each.email);

it("[M4] invitations end with their maker's membership or role, and no others", async () => {
  const changes: Record<string, (manager: Sharer, folder: string) => Promise<Response>> = {
    removed: ({ id }, folder) => owner.fetch("DELETE", `/spaces/${folder}/members/${id}`),
    left: (manager, folder) => manager.fetch("DELETE", `/spaces/${folder}/members/${manager.id}`),
    demoted: ({ id }, folder) => owner.fetch("PATCH", `/spaces/${folder}/members/${id}`, { role: "editor" }),
  };
  for (const [how, change] of Object.entries(changes)) {
    const { id: folder } = await owner.folder();
    const [manager, other] = [await sharer(), await sharer()];
    await manager.join(owner, folder, "manager");
    await other.join(owner, folder, "manager");
    const [owners, others, theirs] = [email(), email(), email()];
    await owner.invite(folder, [owners]);
    await other.invite(folder, [others]);
    await manager.invite(folder, [theirs]);
    const secret = await secretFor(theirs);
    expect((await change(manager, folder)).ok, how).toBe(true);
    expect((await pendingOf(folder)).toSorted(), how).toEqual([owners, others].toSorted());
    const looked = await (await sharer()).fetch("POST", "/invitations/look", { secret });
    expect(await problemOf(looked), how).toBe("404 not_found");
  }
});

it("[M4] [M2] who is no manager any more when the invitation is written down invites nobody", async () => {
  const { id: folder } = await owner.folder();
  const editor = await sharer();
  await editor.join(owner, folder, "editor");
  const inviting = { folderId: folder, invitedBy: editor.id, role: "viewer", message: null, now: Date.now() } as const;
  const invitation = { id: newId(), email: email(), digest: "00".repeat(32), message: null };
  expect(await addInvitations(DIRECTORY, inviting, [invitation], [])).toBe("unmanaged");
  expect(await pendingOf(folder)).toEqual([]);
  expect(await addInvitations(DIRECTORY, { ...inviting, invitedBy: owner.id }, [invitation], [])).toBe("kept");
});

it("[M4] [M10] an invitation to what is in the trash is not found, and good when the folder is back", async () => {
  const above = await owner.folder();
  for (const node of [null, above.id]) {
    const folder = await owner.folder(above.id);
    const invited = await sharerElsewhere(owner);
    await owner.invite(folder.id, [invited.email]);
    const id = (await invited.invitations()).find((each) => each.folder.id === folder.id)?.id ?? "";
    await owner.commitOne({ type: "trash", node: node ?? folder.id });
    expect(await problemOf(await invited.fetch("POST", `/invitations/${id}/accept`, {}))).toBe("404 not_found");
    expect(await count(DIRECTORY, "SELECT count(*) AS n FROM members WHERE folder_id = ?", folder.id)).toBe(0);
    await owner.commitOne({ type: "restore", node: node ?? folder.id });
    expect(await invited.accept(id)).toMatchObject({ id: folder.id, mount: expect.any(String) as string });
  }
});

it("[R2] [M4] what a suspended manager invited to is not found, until that is lifted", async () => {
  const { id: folder } = await owner.folder();
  const [manager, invited] = [await sharer(), await sharer()];
  await manager.join(owner, folder, "manager");
  await manager.invite(folder, [invited.email]);
  const [invitation] = await invited.invitations();
  const secret = await secretFor(invited.email);
  const suspend = (at: number | null) =>
    DIRECTORY.prepare("UPDATE users SET suspended_at = ? WHERE id = ?").bind(at, manager.id).run();
  await suspend(1);
  expect(await invited.invitations()).toEqual([]);
  expect(await problemOf(await invited.fetch("POST", "/invitations/look", { secret }))).toBe("404 not_found");
  const path = `/invitations/${invitation?.id}/accept`;
  expect(await problemOf(await invited.fetch("POST", path, { secret }))).toBe("404 not_found");
  await suspend(null);
  expect((await invited.accept(invitation?.id ?? "")).id).toBe(folder);
});

/** Uses up what may be done at once but for one, as a limit's gate has it. */
async function useUp(gate: string, { burst, everyMs }: { burst: number; everyMs: number }): Promise<void> {
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(bindings.ATTEMPT_GATE, { parse: true });
  await gates.get(gate).attempt({ burst: burst / (burst - 1), everyMs: everyMs * (burst - 1) }, Date.now());
}

it("[M12] an email is mailed 50 invitations at once, whoever they come from; who has the folder is not mailed", async () => {
  const to = email();
  await useUp(`invited:email:${await sha256Hex(to)}`, ATTEMPT_LIMITS.invitedEmail);
  const { id: folder } = await owner.folder();
  expect(await owner.invite(folder, [to.toUpperCase()])).toEqual(["invited"]);
  const other = await sharer();
  const { id: another } = await other.folder();
  const refused = await other.fetch("POST", `/spaces/${another}/members`, { emails: [to], role: "viewer" });
  expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await problemOf(refused)).toBe("429 rate_limited");
  expect(await other.spaces()).toEqual([]);
  await useUp(`invited:email:${await sha256Hex(owner.email)}`, ATTEMPT_LIMITS.invitedEmail);
  for (let n = 0; n < 3; n++) expect(await owner.invite(folder, [owner.email])).toEqual(["member"]);
});

it("[M12] roles are changed 1,000 times at once, and then as time goes by", async () => {
  const { id: folder } = await owner.folder();
  const [boss, other] = [await sharer(), await sharer()];
  await boss.join(owner, folder, "manager");
  await other.join(owner, folder);
  const began = Date.now();
  await useUp(`changingRoles:account:${boss.id}`, ATTEMPT_LIMITS.changingRolesAccount);
  const change = (role: string) => boss.fetch("PATCH", `/spaces/${folder}/members/${other.id}`, { role });
  expect((await change("viewer")).status).toBe(200);
  // The time that a busy machine takes meanwhile goes by as well.
  let more = 0;
  let answer = await change("editor");
  for (; answer.ok && more < 20; more++) answer = await change(more % 2 === 0 ? "viewer" : "editor");
  expect(more).toBeLessThanOrEqual((Date.now() - began) / ATTEMPT_LIMITS.changingRolesAccount.everyMs);
  expect(await problemOf(answer)).toBe("429 rate_limited");
});

/** A folder that is shared in the directory, and not on its shard. */
async function halfShared(): Promise<{ folder: string; onShard: () => Promise<number> }> {
  const { id: folder } = await owner.folder();
  await owner.invite(folder, [email()]);
  const shard = await owner.shard();
  await unshareOnShard(shard, (await owner.placement()).space_id, folder);
  const query = "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?";
  return { folder, onShard: () => count(shard.db, query, folder) };
}

it("[M1] a folder that is shared in the directory alone is shared on its shard by the next invitation, a manager's as well", async () => {
  for (const isOwner of [true, false]) {
    const { folder, onShard } = await halfShared();
    const manager = await sharerElsewhere(owner);
    await manager.join(owner, folder, "manager");
    await unshareOnShard(await owner.shard(), (await owner.placement()).space_id, folder);
    expect(await onShard()).toBe(0);
    await (isOwner ? owner : manager).invite(folder, [email()]);
    expect(await onShard()).toBe(1);
    expect((await manager.fetch("GET", `/spaces/${folder}/sync/changes`)).status).toBe(200);
  }
});

it("[M1] [M10] an unsharing that reaches the shard after the folder was shared again leaves it shared", async () => {
  const { id: folderId } = await owner.folder();
  await owner.invite(folderId, [email()]);
  const { shard, space_id: spaceId } = await owner.placement();
  const { db } = await owner.shard();
  const onShard = () => count(db, "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?", folderId);
  // The request that unshares has told the directory, and waits; another one shares.
  await endSharedFolder(DIRECTORY, spaceId, folderId);
  expect(await USER_SYNC.get(USER_SYNC.idFromName(owner.id)).share({ shard, spaceId }, folderId)).toBe("shared");
  const again = { folderId, ownerId: owner.id, shard, spaceId, name: "again" };
  expect(await addSharedFolder(DIRECTORY, again, Date.now())).toBe("kept");
  await unshareOnItsShard(bindings, again);
  expect(await onShard()).toBe(1);
  expect((await owner.fetch("DELETE", `/spaces/${folderId}`)).status).toBe(204);
  expect(await onShard()).toBe(0);
});

it("[M1] [M10] of sharing and unsharing at once, directory and shard are left alike", async () => {
  const { db } = await owner.shard();
  for (let n = 0; n < 6; n++) {
    const { id: folder } = await owner.folder();
    await owner.invite(folder, [email()]);
    await Promise.all([
      owner.fetch("DELETE", `/spaces/${folder}`),
      owner.fetch("POST", `/spaces/${folder}/members`, { emails: [email()], role: "editor" }),
      owner.fetch("POST", `/spaces/${folder}/members`, { emails: [email()], role: "editor" }),
      ...(n % 2 ? [owner.fetch("DELETE", `/spaces/${folder}`)] : []),
    ]);
    const query = "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?";
    expect(await count(db, query, folder), `round ${n}`).toBe(await count(DIRECTORY, query, folder));
  }
});
