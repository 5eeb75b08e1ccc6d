import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { placeAccount } from "../../workers/storage/placements.ts";
import { signUp } from "./support/accounts.ts";

const bound = env as unknown as Env & { META_0: D1Database; META_1: D1Database };

async function onShard(shard: string, userId: string): Promise<Record<string, unknown>> {
  const database = shard === "META_0" ? bound.META_0 : bound.META_1;
  const sql = `SELECT o.quota, o.used, o.reserved, s.id AS space, s.seq, n.id AS root, n.parent_id, n.name, n.name_key, n.type, n.state, n.seq AS rootSeq
    FROM owners o JOIN spaces s ON s.owner_id = o.id JOIN nodes n ON n.space_id = s.id WHERE o.id = ?`;
  const { results } = await database.prepare(sql).bind(userId).all();
  expect(results).toHaveLength(1);
  return results[0] ?? {};
}

function shardOf(userId: string): Promise<string | null> {
  return bound.DIRECTORY.prepare("SELECT shard FROM placements WHERE user_id = ?").bind(userId).first<string>("shard");
}

it("[A9] an account gets a home on one shard: an owner with a quota, a space at seq 0, a root folder", async () => {
  const { userId, home } = await signUp();
  expect(await onShard((await shardOf(userId)) ?? "", userId)).toEqual({
    quota: 10737418240,
    used: 0,
    reserved: 0,
    space: home.space,
    seq: 0,
    root: home.root,
    parent_id: null,
    name: "",
    name_key: "",
    type: "folder",
    state: "live",
    rootSeq: 0,
  });
});

it("[A9] accounts go to the shard with the fewest", async () => {
  for (let n = 0; n < 5; n++) await signUp();
  const { results } = await bound.DIRECTORY.prepare(
    "SELECT l.accounts, (SELECT count(*) FROM placements p WHERE p.shard = l.shard) AS counted FROM shard_loads l",
  ).all<{ accounts: number; counted: number }>();
  const [one, two] = results;
  expect(results.every(({ accounts, counted }) => accounts === counted)).toBe(true);
  expect(Math.abs((one?.accounts ?? 0) - (two?.accounts ?? 0))).toBeLessThanOrEqual(1);
});

it("[A9] placing twice at once makes one home", async () => {
  const placed = await Promise.all(Array.from({ length: 4 }, () => placeAccount(bound, "racer", Date.now())));
  expect(new Set(placed.map(({ shard, spaceId, rootId }) => `${shard} ${spaceId} ${rootId}`)).size).toBe(1);
  await onShard(placed[0]?.shard ?? "", "racer");
});

it("[A9] after a crash anywhere in placing, the next request finishes the same home", async () => {
  const { userId, home, api } = await signUp();
  const shard = (await shardOf(userId)) === "META_0" ? bound.META_0 : bound.META_1;
  const crashes = [
    ["nodes", "space_id", home.space],
    ["spaces", "id", home.space],
    ["owners", "id", userId],
  ] as const;
  for (let lost = 0; lost <= crashes.length; lost++) {
    await shard.batch(
      crashes
        .slice(0, lost)
        .map(([table, column, id]) => shard.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).bind(id))
        .concat(shard.prepare("SELECT 1")),
    );
    await bound.DIRECTORY.prepare("UPDATE placements SET ready = 0 WHERE user_id = ?").bind(userId).run();
    expect(await (await api("/account")).json()).toMatchObject({ home, quota: { used: 0 } });
  }
  await bound.DIRECTORY.prepare("DELETE FROM placements WHERE user_id = ?").bind(userId).run();
  expect((await api("/account")).status).toBe(200);
});

it("[P3] an answer carries a bookmark, which the next request may send; a made-up one is ignored", async () => {
  const { api } = await signUp();
  const bookmark = (await api("/account")).headers.get("ledge-bookmark");
  expect(bookmark).toBeTruthy();
  expect(bookmark).toMatch(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/);
  for (const sent of [
    bookmark ?? "",
    "first-unconstrained",
    "nonsense",
    "ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff",
  ]) {
    expect((await api("/account", { headers: { "ledge-bookmark": sent } })).status).toBe(200);
  }
});

it("[D6] what only the caller may see is kept by no cache, and taken for no page by a browser", async () => {
  const { api } = await signUp();
  for (const path of [
    "/account",
    "/nodes/root",
    "/folders/root/children",
    "/trash",
    "/sync/changes",
    `/nodes/${newId()}`,
  ]) {
    const { headers } = await api(path);
    expect([headers.get("cache-control"), headers.get("x-content-type-options")], path).toEqual([
      expect.stringContaining("no-store"),
      "nosniff",
    ]);
  }
});
