import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import type { Activity, ActivityPage } from "../../protocol/activity.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Link } from "../../protocol/share.ts";
import { recordUses } from "../../workers/storage/activity.ts";
import { call, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { folder, makeSpace, META_0, commitTo, nodesOf } from "./support/commit-space.ts";
import { gateOf, untilCounted, type GateCounts } from "./support/used-links.ts";

let owner: Belongings;
beforeAll(async () => {
  owner = new Belongings(await signUp());
});

const flush = async (link: string, counts: GateCounts) => {
  await untilCounted(link, counts);
  expect(await runDurableObjectAlarm(gateOf(link))).toBe(true);
};
const recordsOf = async (node: string): Promise<Activity[]> =>
  (await owner.send<ActivityPage>("GET", `/files/${node}/activity`)).activities;

it("[V1] making, changing and ending a link leave records", async () => {
  const file = await owner.file();
  const link = await owner.link({ permission: "view" }, file.id);
  await owner.send("PATCH", `/links/${link.id}`, { permission: "download" });
  await owner.send("DELETE", `/links/${link.id}`);
  const told = (await recordsOf(file.id)).map(({ action, detail, actor }) => [action, detail, actor.id]);
  const { userId } = owner.account;
  expect(told).toEqual([
    ["revokeLink", "download", userId],
    ["changeLink", "download", userId],
    ["shareLink", "view", userId],
    ["create", null, userId],
  ]);
});

it("[V1] what guests do with a link is one record an hour for each action, brought up to date", async () => {
  const file = await owner.file();
  const link = await owner.link({}, file.id);
  const get = async (path: string) => (await call(`/shared/${link.token}${path}`)).arrayBuffer();
  for (let n = 0; n < 3; n++) await get("");
  await get(`/files/${file.id}`);
  await flush(link.id, { openings: 3, downloads: 1 });
  await get("");
  await get(`/files/${file.id}`);
  await flush(link.id, { openings: 4, downloads: 2 });
  const records = (await recordsOf(file.id)).filter(({ actor }) => actor.kind === "guest");
  expect(records.map(({ action, count }) => [action, count])).toEqual([
    ["download", 2],
    ["openLink", 4],
  ]);
  expect(records[0]?.actor).toEqual({ kind: "guest", id: link.id, name: null, device: null });
});

it("[V1] uses of a link cost three rows the first time, and one to bring up to date", async () => {
  const space = await makeSpace();
  const [node] = nodesOf(await commitTo(space, [folder(space.rootId, "shared")]));
  let written = 0;
  const db: Parameters<typeof recordUses>[0] = {
    prepare: (sql) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const answers = await META_0.batch<T>(statements);
      written = answers.reduce((sum, { meta }) => sum + meta.rows_written, 0);
      return answers;
    },
  };
  const place = { spaceId: space.spaceId, node: node?.id ?? "", link: newId() };
  await recordUses(db, place, [{ action: "download", at: 1, count: 1 }]);
  expect(written).toBe(3);
  await recordUses(db, place, [{ action: "download", at: 1, count: 7 }]);
  expect(written).toBe(1);
});

it("[L8] what a link without a cap shows counts as no download; what is saved does", async () => {
  const file = await owner.file();
  const link = await owner.link({}, file.id);
  const get = async (query: string) => (await call(`/shared/${link.token}/files/${file.id}${query}`)).arrayBuffer();
  for (let n = 0; n < 3; n++) await get("?disposition=inline");
  await get("");
  await flush(link.id, { openings: 0, downloads: 1 });
  expect((await owner.send<Link>("GET", `/links/${link.id}`)).uses.downloads).toBe(1);
});

it("[V1] what guests drop is theirs, by link and name", async () => {
  const top = await owner.folder();
  const { token, drop } = await owner.drop({}, top.id);
  const files = ["a", "b", "c"].map((name) => ({ name, chunks: [], mtime: 0 }));
  const answer = await call(`/shared/${token}/drops/${drop}/commit`, {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { operationId: newId(), files },
  });
  expect(answer.status).toBe(200);
  const records = (await recordsOf(top.id)).filter(({ action }) => action === "drop");
  expect(records.map(({ type, count }) => [type, count])).toEqual([
    ["file", 3],
    ["folder", 1],
  ]);
  for (const { actor } of records) expect(actor).toMatchObject({ kind: "guest", name: "Guest" });
  const [dropped] = await recordsOf(records[0]?.node ?? "");
  expect(dropped).toMatchObject({ action: "drop", count: 1, actor: { kind: "guest", name: "Guest" } });
});
