import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { StarPage, StarredIds } from "../../protocol/stars.ts";
import { STARRED_CHAINS, STARS_QUERY, listStars } from "../../workers/storage/stars.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { countingShard } from "./support/counting-shard.ts";
import { hibernate } from "./support/push-object.ts";
import { connect, settle } from "./support/push-socket.ts";
import { StoredFiles } from "./support/stored-files.ts";

async function star(account: TestAccount, id: string, method: "PUT" | "DELETE" = "PUT"): Promise<void> {
  const answer = await account.api(`/nodes/${id}/star`, { method });
  expect(answer.status, await answer.text()).toBe(204);
}

async function stars(account: TestAccount, query = ""): Promise<StarPage> {
  return (await account.api(`/stars${query}`)).json();
}

async function starredIds(account: TestAccount): Promise<string[]> {
  return (await (await account.api("/stars/ids")).json<StarredIds>()).ids;
}

it("[B20] stars are listed newest first with where they are, each once however often it was set", async () => {
  const owner = new Belongings(await signUp());
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  for (const id of [folder.id, file.id, folder.id]) await star(owner.account, id);
  const page = await stars(owner.account);
  expect(page.next).toBeNull();
  expect(page.stars).toMatchObject([
    {
      node: { id: file.id, name: file.name },
      path: `/${folder.name}/${file.name}`,
      reach: "live",
      ancestors: [
        { id: owner.account.home.root, name: "" },
        { id: folder.id, name: folder.name },
      ],
    },
    { node: { id: folder.id }, path: `/${folder.name}` },
  ]);
  expect(page.stars[0]!.starredAt).toBeGreaterThanOrEqual(page.stars[1]!.starredAt);
  expect(await starredIds(owner.account)).toEqual([file.id, folder.id]);
  await star(owner.account, file.id, "DELETE");
  await star(owner.account, file.id, "DELETE");
  expect(await starredIds(owner.account)).toEqual([folder.id]);
});

it("[B20] pages hold each star once, those of one moment too, and refuse another listing's cursor", async () => {
  const { account, ids } = await manyStars(25, (i) => Math.floor(i / 10));
  const met: string[] = [];
  let cursor: string | null = null;
  do {
    const page: StarPage = await stars(account, `?limit=4${cursor === null ? "" : `&cursor=${cursor}`}`);
    met.push(...page.stars.map(({ node }) => node.id));
    cursor = page.next;
  } while (cursor !== null);
  expect(met).toEqual(ids.toReversed());
  expect(await starredIds(account)).toEqual(met);
  expect(await problemOf(await account.api("/stars?cursor=W10"))).toBe("400 invalid_cursor");
});

it("[B20] what is in the trash, by itself or by a folder, is left out until it comes back; a purge takes its star", async () => {
  const owner = new Belongings(await signUp());
  const folder = await owner.folder();
  const [below, beside] = [await owner.file(folder.id), await owner.file()];
  for (const { id } of [folder, below, beside]) await star(owner.account, id);
  const listed = async (): Promise<string[]> => (await stars(owner.account)).stars.map(({ node }) => node.id);
  await owner.commitOne({ type: "trash", node: folder.id });
  expect(await listed()).toEqual([beside.id]);
  expect(await starredIds(owner.account)).toEqual([beside.id, below.id, folder.id]);
  await owner.commitOne({ type: "restore", node: folder.id });
  expect(await listed()).toEqual([beside.id, below.id, folder.id]);
  await owner.commitOne({ type: "trash", node: folder.id });
  await owner.commitOne({ type: "purge", node: folder.id });
  expect(await listed()).toEqual([beside.id]);
  // What lies below goes when the reaper gets to it.
  await expect.poll(() => starredIds(owner.account)).toEqual([beside.id]);
});

it("[B20] an account has at most 1,000 stars; those it has may be set again", async () => {
  const { account, owner, ids } = await manyStars(LIMITS.stars - 1, (i) => i);
  const [last, tooMany] = [await owner.folder(), await owner.folder()];
  await star(account, last.id);
  const refused = await account.api(`/nodes/${tooMany.id}/star`, { method: "PUT" });
  expect(await problemOf(refused)).toBe("409 too_many_stars");
  await star(account, last.id);
  expect(await starredIds(account)).toHaveLength(LIMITS.stars);
  await star(account, ids[0]!, "DELETE");
  await star(account, tooMany.id);
  expect((await stars(account, "?limit=1000")).stars).toHaveLength(LIMITS.stars);
});

it("[I11] nobody stars what is another's, or sees another's stars", async () => {
  const [owner, stranger] = [new Belongings(await signUp()), await signUp()];
  const { id } = await owner.file();
  await star(owner.account, id);
  for (const method of ["PUT", "DELETE"]) {
    expect(await problemOf(await stranger.api(`/nodes/${id}/star`, { method }))).toBe("404 not_found");
    expect(await problemOf(await stranger.api(`/nodes/${newId()}/star`, { method }))).toBe("404 not_found");
  }
  expect(await starredIds(stranger)).toEqual([]);
  expect((await stars(stranger)).stars).toEqual([]);
  expect(await starredIds(owner.account)).toEqual([id]);
});

it("[B20] a page reads its stars and what is above them, by index", async () => {
  const { account, database } = await manyStars(300, (i) => i);
  const { shard, rows, queries } = countingShard("META", database);
  const owner = { userId: account.userId, spaceId: account.home.space };
  const page = await listStars(shard, owner, { limit: 100 });
  expect([page.stars.length, queries.count]).toEqual([100, 3]);
  // A star by index twice, its node and (once for all) the root: some four rows a star.
  expect(rows.read).toBeLessThanOrEqual(6 * 101 + 10);
  for (const query of [STARS_QUERY, STARRED_CHAINS]) {
    const plan = await database
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind("u", "s", 1, 1, "~")
      .all<{ detail: string }>();
    const steps = plan.results.map(({ detail }) => detail).join("\n");
    expect(steps).toMatch(
      /COVERING INDEX stars_newest \(user_id=\? AND \(created_at,space_id,node_id\)<\(\?,\?,\?\)\)/,
    );
    expect(steps).not.toMatch(/SCAN (n|nodes|stars)\b|TEMP B-TREE FOR ORDER/);
  }
});

it("[B20] [L8] sockets of the account hear of stars, links, a new name or email and devices, and nobody else's do", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const stranger = await connect(await signUp());
  const folder = await owner.folder();
  expect(await socket.next()).toMatchObject({ type: "changes" });
  await hibernate(owner.account);
  // The change above is not acknowledged: a notice does not wait for that, and takes nobody's turn.
  await star(owner.account, folder.id);
  expect(await socket.next()).toEqual({ type: "notice", about: "stars", bookmark: expect.any(String) as string });
  await star(owner.account, folder.id, "DELETE");
  expect(await socket.next()).toMatchObject({ type: "notice", about: "stars" });
  await owner.send("PATCH", "/account", { name: "Renamed" });
  expect(await socket.next()).toEqual({ type: "notice", about: "account" });
  const link = await owner.link({}, folder.id);
  await owner.send("PATCH", `/links/${link.id}`, { note: "x" });
  await owner.send("DELETE", `/links/${link.id}`);
  for (let n = 0; n < 3; n++) expect(await socket.next()).toEqual({ type: "notice", about: "links" });
  const { email, password } = owner.account;
  await owner.send("POST", "/account/email", { email: `x${email}`, password });
  expect(await socket.next()).toEqual({ type: "notice", about: "account" });
  await owner.send("PATCH", `/devices/${socket.device}`, { name: "Kitchen" });
  expect(await socket.next()).toEqual({ type: "notice", about: "devices" });
  const other = await connect(owner.account);
  await owner.send("DELETE", `/devices/${other.device}`);
  expect(await socket.next()).toEqual({ type: "notice", about: "devices" });
  await settle();
  expect(other.messages).toEqual([]);
  expect(stranger.messages).toEqual([]);
});

/** An account with `count` starred files, the time of the i-th star being `at(i)`; their ids in that order. */
async function manyStars(count: number, at: (i: number) => number) {
  const account = await signUp();
  const { shard } = await StoredFiles.of(account);
  const database = (env as unknown as Record<string, D1Database>)[shard.name]!;
  const ids = Array.from({ length: count }, () => newId()).sort();
  await database.batch([
    database
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
         SELECT ?1, value, ?2, value, value, 'file', 1, 1000000 + key, 1 FROM json_each(?3)`,
      )
      .bind(account.home.space, account.home.root, JSON.stringify(ids)),
    database
      .prepare(
        `INSERT INTO stars (space_id, node_id, user_id, created_at)
         SELECT ?1, value ->> 0, ?2, value ->> 1 FROM json_each(?3)`,
      )
      .bind(account.home.space, account.userId, JSON.stringify(ids.map((id, i) => [id, at(i)]))),
  ]);
  return { account, owner: new Belongings(account), database, ids };
}
