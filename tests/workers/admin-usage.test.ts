import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { AdminEvents, ManagedLinks, ServerUsage } from "../../protocol/admin.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { everyFiveMinutes } from "../../workers/indexer/every-five-minutes.ts";
import { pruneAdminEvents } from "../../workers/storage/admin-events.ts";
import { countDay, dayOf, pruneUsageDays } from "../../workers/storage/usage-days.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";
import { Administrator } from "./support/administrator.ts";
import { Belongings } from "./support/belongings.ts";

const environment = env as unknown as Env;
const { DIRECTORY } = environment;
const DAY = 86_400_000;

let administrator: Administrator;
const owners: Belongings[] = [];
beforeAll(async () => {
  administrator = await Administrator.make();
  for (let n = 0; n < 3; n++) owners.push(new Belongings(await signUp()));
  for (const owner of owners) {
    const folder = await owner.folder();
    for (let n = 0; n < 3; n++) await owner.file(folder.id);
    const { id } = await owner.file();
    await owner.commitOne({ type: "trash", node: id });
    await owner.link({}, folder.id);
  }
});

afterEach(() => void vi.useRealTimers());

const usage = (days = 30) => administrator.get<ServerUsage>(`/usage?days=${days}`);

it("[R4] accounts, bytes, files and links are told by shard and for today", async () => {
  const before = dayOf(Date.now());
  const { shards, days } = await usage();
  const today: unknown = expect.toBeOneOf([before, dayOf(Date.now())]);
  const sum = (pick: (shard: ServerUsage["shards"][number]) => number | null) =>
    shards.reduce((total, shard) => total + (pick(shard) ?? 0), 0);
  expect(shards.map(({ shard }) => shard)).toEqual(["META_0", "META_1"]);
  expect(sum(({ accounts }) => accounts)).toBe(4);
  expect(sum(({ used }) => used)).toBe(1200);
  expect(sum(({ files }) => files)).toBe(9);
  expect(sum(({ links }) => links)).toBe(3);
  expect(sum(({ quota }) => quota)).toBe(4 * Number(environment.DEFAULT_QUOTA_BYTES));
  expect(days).toEqual([{ day: today, accounts: 4, used: 1200, reserved: 0, files: 9, links: 3 }]);
});

it("[R4] a count in small steps, cut off anywhere and repeated, finds the same", async () => {
  const now = Date.now() + DAY;
  const read = () =>
    DIRECTORY.prepare("SELECT sum(files) AS files, count(*) AS shards FROM usage_days WHERE day = ?")
      .bind(dayOf(now))
      .first<{ files: number; shards: number }>();
  let steps = 0;
  for (; (await read())?.shards !== 2; steps++) {
    await Promise.all([countDay(environment, "META_0", now, 2), countDay(environment, "META_0", now, 2)]);
    await countDay(environment, "META_1", now, 2);
  }
  expect(steps).toBeGreaterThan(2);
  expect((await read())?.files).toBe(9);
  // What was counted on one day is not gone on with on the next.
  await countDay(environment, "META_0", now + DAY, 2);
  await countDay(environment, "META_0", now + 2 * DAY);
  const later = await DIRECTORY.prepare(
    "SELECT d.files, e.files AS before FROM usage_days d, usage_days e WHERE d.shard = 'META_0' AND e.shard = d.shard AND d.day = ? AND e.day = ?",
  )
    .bind(dayOf(now + 2 * DAY), dayOf(now))
    .first<{ files: number; before: number }>();
  expect(later?.files).toBe(later?.before);
});

it("[R4] the cron writes the day down; days and records are forgotten in their time", async () => {
  // No day ends in between.
  vi.useFakeTimers({ toFake: ["Date"] });
  await DIRECTORY.prepare("DELETE FROM usage_days").run();
  await everyFiveMinutes({} as ScheduledController, environment);
  expect((await usage()).days).toHaveLength(1);
  await pruneUsageDays(DIRECTORY, Date.now() + 730 * DAY);
  expect(await DIRECTORY.prepare("SELECT count(*) AS n FROM usage_days").first("n")).toBe(2);
  await pruneUsageDays(DIRECTORY, Date.now() + 731 * DAY);
  expect(await DIRECTORY.prepare("SELECT count(*) AS n FROM usage_days").first("n")).toBe(0);
  await administrator.change({ userId: owners[0]?.account.userId ?? "" }, { quota: 12_345 });
  const events = async () => (await administrator.get<AdminEvents>("/events")).events.length;
  await pruneAdminEvents(DIRECTORY, Date.now() + 364 * DAY, 100);
  expect(await events()).toBe(1);
  await pruneAdminEvents(DIRECTORY, Date.now() + 366 * DAY, 100);
  expect(await events()).toBe(0);
});

it("[R4] all links are listed with whose they are, by page and owner, without address, name or note", async () => {
  const [first] = owners;
  const link = await first?.link({ note: "a secret note", slug: "a-secret-slug", password: "secret" });
  const all: ManagedLinks["links"] = [];
  for (let cursor = ""; ;) {
    const answer = await administrator.request("GET", `/links?limit=2${cursor}`);
    const text = await answer.text();
    expect(text).not.toMatch(/secret/);
    expect(text).not.toContain(link?.token ?? "");
    const page = JSON.parse(text) as ManagedLinks;
    all.push(...page.links);
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(all.map(({ id }) => id)).toEqual(
    all
      .map(({ id }) => id)
      .sort()
      .reverse(),
  );
  expect(all).toHaveLength(4);
  expect(all[0]).toMatchObject({ id: link?.id, hasPassword: true, owner: { email: first?.account.email } });
  for (const search of [first?.account.email.toUpperCase(), first?.account.userId])
    expect((await administrator.get<ManagedLinks>(`/links?search=${search}`)).links).toHaveLength(2);
});

it("[R4] [R5] anybody's link is revoked at once, once, and recorded", async () => {
  const [owner] = owners;
  const link = await owner?.link();
  expect((await call(`/shared/${link?.token}`)).status).toBe(200);
  const revoke = () => administrator.request("DELETE", `/links/${link?.id}`);
  expect((await revoke()).status).toBe(204);
  expect(await problemOf(await call(`/shared/${link?.token}`))).toBe("404 not_found");
  expect(await problemOf(await revoke())).toBe("404 not_found");
  expect(await problemOf(await administrator.request("DELETE", `/links/${newId()}`))).toBe("404 not_found");
  const { events } = await administrator.get<AdminEvents>("/events?action=revokeLink");
  expect(events).toMatchObject([{ detail: link?.id, account: { id: owner?.account.userId } }]);
});

it("[R4] links are counted as they come and go, also with their account", async () => {
  const count = async () => (await usage()).shards.reduce((sum, { links }) => sum + links, 0);
  const before = await count();
  const account = await signUp();
  const owner = new Belongings(account);
  await owner.link();
  await owner.link();
  expect(await count()).toBe(before + 2);
  await DIRECTORY.prepare("DELETE FROM users WHERE id = ?").bind(account.userId).run();
  expect(await count()).toBe(before);
});
