import { beforeAll, describe, expect, it } from "vitest";
import type { AdminActivity, AdminActivityPage } from "../../protocol/activity.ts";
import { idTime, newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import { ACTIVITY_MS, ACTIVITY_WRITE_QUERIES, pruneActivity, recordSharing } from "../../workers/storage/activity.ts";
import { ACTIVITY_QUERIES } from "../../workers/storage/activity-reads.ts";
import { ADMIN_ACTIVITY_QUERIES } from "../../workers/storage/admin-activity.ts";
import { FILE_ACTIVITY_QUERIES } from "../../workers/storage/file-activity.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { commitTo, folder, makeSpace, META_0, nodesOf } from "./support/commit-space.ts";
import { env } from "./support/storage.ts";

let administrator: TestAccount;
let owner: Belongings;
beforeAll(async () => {
  administrator = await signUp();
  owner = new Belongings(await signUp());
});

async function pageOf(query: string): Promise<AdminActivityPage> {
  const answer = await administrator.api(`/admin/activity?${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function exported(query: string): Promise<AdminActivity[]> {
  const answer = await administrator.api(`/admin/activity?${query}`, { headers: { accept: "application/x-ndjson" } });
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = (await answer.text()).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as AdminActivity);
}

async function all(query: string): Promise<AdminActivity[]> {
  const found: AdminActivity[] = [];
  let next: string | null = null;
  do {
    const page: AdminActivityPage = await pageOf(`${query}${next === null ? "" : `&cursor=${next}`}`);
    found.push(...page.activities);
    ({ next } = page);
  } while (next !== null);
  return found;
}

describe("the deployment's activity", () => {
  it("[V3] is of all shards by time, with whose space it was in and by which credential", async () => {
    const since = Date.now();
    const made: Node[] = [];
    for (let n = 0; n < 4; n++) made.push(await owner.folder());
    const other = await makeSpace();
    await commitTo(other, [folder(other.rootId, "elsewhere")]);
    const found = await all(`from=${since}&limit=2`);
    const ids = found.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(found.map(({ node }) => node)).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    const { userId, email, home } = owner.account;
    expect(found.find(({ node }) => node === made[0]?.id)).toMatchObject({
      space: home.space,
      owner: { id: userId, name: "Test", email },
      actor: { kind: "person", id: userId },
      credential: expect.stringMatching(/./) as string,
    });
    expect(found.find(({ name }) => name === "elsewhere")).toMatchObject({ owner: null, space: other.spaceId });
    expect(await exported(`from=${since}`)).toEqual(found);
  });

  it("[V3] is filtered by time, account and action", async () => {
    const file = await owner.file();
    await owner.send("PATCH", `/files/${file.id}`, { name: newId() });
    const { userId } = owner.account;
    const own = await all(`account=${userId}&limit=3`);
    expect(own.length).toBeGreaterThan(5);
    expect(new Set(own.map(({ actor }) => actor.id))).toEqual(new Set([userId]));
    const renames = await all(`account=${userId}&action=rename`);
    expect(renames.map(({ node, action }) => [node, action])).toEqual([[file.id, "rename"]]);
    const at = renames[0]?.at ?? 0;
    expect(await all(`from=${at}&until=${at + 1}&action=rename`)).toEqual(renames);
    expect(await all(`from=${at + 1}&action=rename`)).toEqual([]);
    expect(await all(`until=${at}&action=rename`)).toEqual([]);
    // Later than any id can be.
    expect(await all(`from=${at}&until=${2 ** 50}&action=rename`)).toEqual(renames);
    expect(await all(`from=${2 ** 50}&action=rename`)).toEqual([]);
  });

  it("[V3] pages pass over what a filter leaves out in bounded steps, and an export goes to the end", async () => {
    const space = await makeSpace();
    const target = newId();
    await commitTo(space, [folder(space.rootId, "target", target)]);
    await commitTo(space, [{ type: "move", node: target, name: "rare" }]);
    // A record for each, in a folder of its own.
    const parents = Array.from({ length: 700 }, () => newId());
    for (let n = 0; n < 2; n++) {
      const made = parents.map((id) => (n === 0 ? folder(space.rootId, id, id) : folder(id, "x")));
      await commitTo(space, made);
      if (n > 0)
        await commitTo(
          space,
          parents.map((id) => folder(id, "y")),
        );
    }
    const query = `account=${space.ownerId}&action=rename`;
    const first = await pageOf(query);
    expect(first.activities).toEqual([]);
    expect(first.next).not.toBeNull();
    expect((await all(query)).map(({ name }) => name)).toEqual(["rare"]);
    expect((await exported(query)).map(({ name }) => name)).toEqual(["rare"]);
    const whole = await exported(`account=${space.ownerId}`);
    expect(whole).toHaveLength(1403);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(1403);
  });

  it("[V3] is for the administrator alone", async () => {
    expect(await problemOf(await owner.account.api("/admin/activity"))).toBe("403 forbidden");
    const headers = { accept: "application/x-ndjson" };
    expect(await problemOf(await owner.account.api("/admin/activity", { headers }))).toBe("403 forbidden");
    expect(await problemOf(await administrator.api("/admin/activity?cursor=x"))).toBe("400 invalid_cursor");
  });
});

describe("records", () => {
  it("[V3] are kept for a year, and deleted in bounded steps, whatever their space", async () => {
    const now = Date.now();
    const ages = [400, 380, 366, 364, 1];
    const spaces = [await makeSpace(), await makeSpace()];
    for (const { spaceId, rootId } of spaces) {
      for (const days of ages) {
        const record = { spaceId, node: rootId, action: "invite" as const, authorId: newId(), origin: null };
        await recordSharing({ db: META_0.withSession() }, { ...record, at: now - days * 86_400_000 });
      }
    }
    const shard = openShard(env, "META_0", "first-primary");
    expect(await pruneActivity(shard, now, 4)).toBe(4);
    expect(await pruneActivity(shard, now, 4)).toBe(2);
    expect(await pruneActivity(shard, now, 4)).toBe(0);
    for (const { spaceId } of spaces) {
      const { results } = await META_0.prepare("SELECT at FROM activity WHERE space_id = ? ORDER BY id")
        .bind(spaceId)
        .all<{ at: number }>();
      expect(results.map(({ at }) => Math.round((now - at) / 86_400_000))).toEqual([364, 1]);
    }
    const oldest = await META_0.prepare("SELECT min(id) AS id FROM activity").first<{ id: string }>();
    expect((oldest?.id ?? "") >= idTime(now - ACTIVITY_MS)).toBe(true);
  });

  it("[V1] of sharing name the node as it is called, and of none that is not there none is left", async () => {
    const space = await makeSpace();
    const [shared] = nodesOf(await commitTo(space, [folder(space.rootId, "team")]));
    const record = { spaceId: space.spaceId, action: "invite" as const, authorId: space.ownerId, origin: null, at: 5 };
    const session = { db: META_0.withSession() };
    await recordSharing(session, { ...record, node: shared?.id ?? "", detail: "a@example.org" });
    await recordSharing(session, { ...record, node: newId() });
    const { results } = await META_0.prepare(
      "SELECT action, name, type, parent_id, detail, at FROM activity WHERE space_id = ? AND action <> 'create'",
    )
      .bind(space.spaceId)
      .all();
    expect(results).toEqual([
      { action: "invite", name: "team", type: "folder", parent_id: space.rootId, detail: "a@example.org", at: 5 },
    ]);
  });

  it.each(
    Object.entries({
      ...ACTIVITY_QUERIES,
      ...FILE_ACTIVITY_QUERIES,
      ...ADMIN_ACTIVITY_QUERIES,
      ...ACTIVITY_WRITE_QUERIES,
    }),
  )("[V1] [V2] [V3] %s seeks in an index that has its order", async (_, query) => {
    const parameters = Math.max(...[...query.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
    const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...Array.from({ length: parameters }, () => "[]"))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).not.toMatch(/SCAN (a|n|s|activity|nodes|versions)\b|TEMP B-TREE/);
    expect(plan).toMatch(/SEARCH/);
  });
});
