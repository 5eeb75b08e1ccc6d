import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { everyFiveMinutes } from "../../workers/indexer/every-five-minutes.ts";
import { acceptInvitation } from "../../workers/storage/directory-invitations.ts";
import { endSharedFolder, removeMember } from "../../workers/storage/directory-members.ts";
import { clearEndedFolders } from "../../workers/storage/end-sharing.ts";
import { listMounts } from "../../workers/storage/shared-folders.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { count, secretFor, sharer, sharerElsewhere, type Sharer } from "./support/people.ts";

const bindings = env as unknown as Env;
const { DIRECTORY } = bindings;

let owner: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
});

const cron = () => everyFiveMinutes({} as ScheduledController, bindings);

/** The mounts in a home, by folder. */
async function mountsOf(member: Sharer): Promise<string[]> {
  const { space_id } = await member.placement();
  return (await listMounts(await member.shard(), space_id)).map(({ folder }) => folder);
}

async function invited(member: Sharer): Promise<{ folder: string; id: string; secret: string }> {
  const folder = await owner.folder();
  await owner.invite(folder.id, [member.email]);
  const invitation = (await member.invitations()).find((each) => each.folder.id === folder.id);
  return { folder: folder.id, id: invitation!.id, secret: await secretFor(member.email) };
}

it("[M4] of many who accept by one secret at once, one becomes a member; they who do it twice become it once", async () => {
  const members = await Promise.all([sharer(), sharer(), sharer(), sharer()]);
  const { folder, id, secret } = await invited(members[0]);
  const answers = await Promise.all(
    [...members, ...members].map((member) => member.fetch("POST", `/invitations/${id}/accept`, { secret })),
  );
  const joined = (await owner.members(folder)).members.slice(1);
  expect(joined).toHaveLength(1);
  const at = members.findIndex(({ id }) => id === joined[0]!.person.id);
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 4 === at ? 200 : 404)));
  const spaces = await Promise.all([
    answers[at]!.json<{ mount: string }>(),
    answers[at + 4]!.json<{ mount: string }>(),
  ]);
  expect(spaces[0].mount).toBe(spaces[1].mount);
  expect(await Promise.all(members.map(mountsOf))).toEqual(members.map((_, i) => (i === at ? [folder] : [])));
});

it("[M4] accepting races with withdrawing, with removing and with unsharing: what is left is whole", async () => {
  for (const end of ["withdraw", "remove", "unshare"] as const) {
    const member = await sharer();
    const { folder, id } = await invited(member);
    const path = {
      withdraw: `/spaces/${folder}/invitations/${id}`,
      remove: `/spaces/${folder}/members/${member.id}`,
      unshare: `/spaces/${folder}`,
    }[end];
    const [accepted] = await Promise.all([
      member.fetch("POST", `/invitations/${id}/accept`, {}),
      (async () => {
        while ((await owner.fetch("DELETE", path)).status !== 204 && end === "remove");
      })(),
    ]);
    const spaces = await member.spaces();
    if (end !== "withdraw") expect(spaces, end).toEqual([]);
    else expect(spaces).toHaveLength(accepted.status === 200 ? 1 : 0);
    await vi.waitFor(async () => {
      await member.spaces();
      expect(await mountsOf(member), end).toEqual(spaces.map((space) => space.id));
    });
  }
});

it("[M4] [M5] an accept that was cut off before the mount goes on when it is sent again, or at POST …/mount", async () => {
  for (const again of ["accept", "mount"] as const) {
    const member = await sharerElsewhere(owner);
    const { folder, id, secret } = await invited(member);
    const mountId = newId();
    const claim = { id, accountId: member.id, secretHash: null };
    expect(await acceptInvitation(DIRECTORY, claim, mountId, Date.now())).toBe("joined");
    // The crash. A member whose folder is nowhere:
    expect(await member.spaces()).toMatchObject([{ id: folder, mount: null }]);
    expect(await problemOf(await (await sharer()).fetch("POST", `/invitations/${id}/accept`, { secret }))).toBe(
      "404 not_found",
    );
    if (again === "accept") expect((await member.accept(id, { secret })).mount).toBe(mountId);
    else expect(await member.send("POST", `/spaces/${folder}/mount`)).toMatchObject({ id: mountId, mount: folder });
    expect((await member.accept(id)).mount).toBe(mountId);
    expect(await mountsOf(member)).toEqual([folder]);
  }
});

it("[M9] a mount whose membership ended in a crash is purged by the next look at the shared folders, or by the cron", async () => {
  for (const repair of ["look", "cron"] as const) {
    const member = await sharer();
    const folder = await owner.folder();
    const { mount } = await member.join(owner, folder.id);
    if (repair === "look") await member.commitOne({ type: "trash", node: mount! });
    expect(await removeMember(DIRECTORY, folder.id, member.id)).toEqual({ mountId: mount });
    // The crash.
    expect(await mountsOf(member)).toEqual([folder.id]);
    if (repair === "look") await member.spaces();
    else await cron();
    await vi.waitFor(async () => expect(await mountsOf(member)).toEqual([]));
    await DIRECTORY.prepare("UPDATE unmounts SET at = 0 WHERE account_id = ?").bind(member.id).run();
    await cron();
    expect(await count(DIRECTORY, "SELECT count(*) AS n FROM unmounts WHERE account_id = ?", member.id)).toBe(0);
  }
});

it("[M9] two who ask for a purged mount at once get the same one", async () => {
  const member = await sharer();
  const folder = await owner.folder();
  const { mount } = await member.join(owner, folder.id);
  await member.commitOne({ type: "trash", node: mount! });
  await member.commitOne({ type: "purge", node: mount! });
  const made = await Promise.all(
    [1, 2, 3].map(() => member.send<{ id: string }>("POST", `/spaces/${folder.id}/mount`)),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await mountsOf(member)).toEqual([folder.id]);
});

it("[M1] [M10] sharing and unsharing that were cut off go on when they are sent again", async () => {
  const folder = await owner.folder();
  const { shard, space_id } = await owner.placement();
  const { db } = await owner.shard();
  const onShard = () => count(db, "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?", folder.id);
  const object = bindings.USER_SYNC.get(bindings.USER_SYNC.idFromName(owner.id));
  expect(await object.share({ shard, spaceId: space_id }, folder.id)).toBe("shared");
  // The crash.
  expect((await owner.spaces()).filter(({ id }) => id === folder.id)).toEqual([]);
  await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
  expect((await owner.spaces()).filter(({ id }) => id === folder.id)).toHaveLength(1);
  expect(await onShard()).toBe(1);
  await endSharedFolder(DIRECTORY, space_id, folder.id);
  // The crash.
  expect(await problemOf(await owner.fetch("DELETE", `/spaces/${folder.id}`))).toBe("404 not_found");
  expect(await onShard()).toBe(0);
});

it("[M10] purging the folder, or one that it is in, ends its sharing; the cron clears away what is left", async () => {
  for (const isInner of [false, true]) {
    const above = await owner.folder();
    const folder = await owner.folder(above.id);
    const member = await sharerElsewhere(owner);
    await member.join(owner, folder.id);
    await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
    await owner.folder(folder.id);
    const { db } = await owner.shard();
    const journal = () => count(db, "SELECT count(*) AS n FROM folder_changes WHERE folder_id = ?", folder.id);
    expect(await journal()).toBeGreaterThan(0);
    const node = isInner ? folder.id : above.id;
    await owner.commitOne({ type: "trash", node });
    await owner.commitOne({ type: "purge", node });
    expect(await problemOf(await member.fetch("GET", `/spaces/${folder.id}`))).toBe("404 not_found");
    await vi.waitFor(async () => {
      for (const table of ["shared_folders", "members", "invitations"])
        expect(await count(DIRECTORY, `SELECT count(*) AS n FROM ${table} WHERE folder_id = ?`, folder.id)).toBe(0);
    });
    await cron();
    expect(await mountsOf(member)).toEqual([]);
    expect(await journal()).toBe(0);
    expect(await count(db, "SELECT count(*) AS n FROM ended_folders")).toBe(0);
  }
});

it("[M10] a purge that nobody told the directory of is told by the cron", async () => {
  const folder = await owner.folder();
  const member = await sharer();
  await member.join(owner, folder.id);
  const { db } = await owner.shard();
  // As the object's write, without what it does afterwards.
  await db.prepare("UPDATE nodes SET state = 'purged', name = '' WHERE id = ?").bind(folder.id).run();
  expect(await member.spaces()).toEqual([]);
  await cron();
  expect(await count(DIRECTORY, "SELECT count(*) AS n FROM members WHERE folder_id = ?", folder.id)).toBe(0);
  expect(await mountsOf(member)).toEqual([]);
  expect(await count(db, "SELECT count(*) AS n FROM ended_folders")).toBe(0);
});

it("[M10] a folder that is purged while the cron clears another one away is not forgotten before the directory knows", async () => {
  const folders = [await owner.folder(), await owner.folder()];
  const member = await sharer();
  for (const { id } of folders) await member.join(owner, id);
  const shard = await owner.shard();
  const purge = (id: string) =>
    shard.db.prepare("UPDATE nodes SET state = 'purged', name = '' WHERE id = ?").bind(id).run();
  await purge(folders[0]!.id);
  let isPurged = false;
  const directory = new Proxy(DIRECTORY, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      if (name !== "batch") return member.bind(target) as unknown;
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        if (!isPurged) await purge(folders[1]!.id);
        isPurged = true;
        return results;
      };
    },
  });
  await clearEndedFolders(directory, shard, Date.now());
  expect(isPurged).toBe(true);
  await cron();
  for (const { id } of folders)
    expect(await count(DIRECTORY, "SELECT count(*) AS n FROM members WHERE folder_id = ?", id)).toBe(0);
  expect(await mountsOf(member)).toEqual([]);
});

it("[M1] another account's folder of the same id does not become one's own by being shared", async () => {
  const folder = await owner.folder();
  const other = await sharer();
  await owner.invite(folder.id, [`${crypto.randomUUID()}@example.org`]);
  await other.commitOne({ type: "createFolder", id: folder.id, parent: other.account.home.root, name: "mine" });
  const refused = await other.fetch("POST", `/spaces/${folder.id}/members`, { emails: ["a@example.org"] });
  expect(await problemOf(refused)).toBe("409 id_conflict");
  expect(
    await count(
      (await other.shard()).db,
      "SELECT count(*) AS n FROM shared_folders WHERE space_id = ?",
      (await other.placement()).space_id,
    ),
  ).toBe(0);
});

it("[M12] a folder has at most 1,000 members and invitations; one too many keeps none, and mails none", async () => {
  const folder = await owner.folder();
  const first = `${crypto.randomUUID()}@example.org`;
  await owner.invite(folder.id, [first]);
  await DIRECTORY.prepare(
    `INSERT INTO invitations (id, folder_id, email, role, secret_hash, invited_by, created_at, expires_at)
     SELECT ?1 || value, ?1, value || '@example.org', 'viewer', value, ?2, 0, ?3
     FROM json_each(?4)`,
  )
    .bind(
      folder.id,
      owner.id,
      Date.now() + 60_000,
      JSON.stringify(Array.from({ length: LIMITS.members - 2 }, () => newId())),
    )
    .run();
  const two = [`${crypto.randomUUID()}@example.org`, `${crypto.randomUUID()}@example.org`];
  const refused = await owner.fetch("POST", `/spaces/${folder.id}/members`, { emails: two });
  expect(await problemOf(refused)).toBe("409 too_many_members");
  for (const email of two) await expect(secretFor(email)).rejects.toThrow("no invitation");
  expect(await owner.invite(folder.id, [two[0]!, first])).toEqual(["invited", "invited"]);
  expect((await owner.members(folder.id)).invitations).toHaveLength(LIMITS.members);
});

it("[M12] an account owns or has at most 200 shared folders", async () => {
  const [full, other] = [await sharer(), await sharer()];
  const folder = await full.folder();
  const { shard, space_id } = await full.placement();
  const rows = Array.from({ length: LIMITS.sharedFolders }, () => newId());
  await DIRECTORY.prepare(
    `INSERT INTO shared_folders (folder_id, owner_id, shard, space_id, name, created_at)
     SELECT value, ?2, ?3, ?4, '', 0 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(rows), full.id, shard, space_id)
    .run();
  const refused = await full.fetch("POST", `/spaces/${folder.id}/members`, { emails: [other.email] });
  expect(await problemOf(refused)).toBe("409 too_many_spaces");
  expect(
    await count((await full.shard()).db, "SELECT count(*) AS n FROM shared_folders WHERE folder_id = ?", folder.id),
  ).toBe(0);
  const { id } = await invited(full);
  expect(await problemOf(await full.fetch("POST", `/invitations/${id}/accept`, {}))).toBe("409 too_many_spaces");
  expect(await full.invitations(), "it stays").toHaveLength(1);
  await DIRECTORY.prepare("DELETE FROM shared_folders WHERE folder_id = ?").bind(rows[0]).run();
  expect((await full.accept(id)).role).toBe("editor");
});

it("[M12] an account invites 100 times at once, and then as time goes by", async () => {
  const busy = await sharer();
  const folder = await busy.folder();
  const emails = () => Array.from({ length: 50 }, () => `${crypto.randomUUID()}@example.org`);
  await busy.invite(folder.id, emails());
  await busy.invite(folder.id, emails());
  const refused = await busy.fetch("POST", `/spaces/${folder.id}/members`, { emails: ["one@example.org"] });
  expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await problemOf(refused)).toBe("429 rate_limited");
  expect(await owner.invite((await owner.folder()).id, ["one@example.org"]), "others may").toEqual(["invited"]);
});
