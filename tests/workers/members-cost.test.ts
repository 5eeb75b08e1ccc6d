import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { followedBy, listSpaces, readSpace } from "../../workers/storage/directory-members.ts";
import { lookAtFolders, listMounts, SHARED_FOLDER_QUERIES } from "../../workers/storage/shared-folders.ts";
import type { Peer } from "../../workers/sync-do/peers.ts";
import { SharedPush } from "../../workers/sync-do/shared-push.ts";
import { signUp } from "./support/accounts.ts";
import { countingShard } from "./support/counting-shard.ts";
import { sharer } from "./support/people.ts";

const bindings = env as unknown as Env & Record<string, D1Database>;

it("[M1] [M5] [M10] what is asked of a shard about shared folders seeks in indexes", async () => {
  for (const [name, query] of Object.entries(SHARED_FOLDER_QUERIES)) {
    const parameters = Math.max(...[...query.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
    const { results } = await bindings["META_0"]!.prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...Array.from({ length: parameters }, () => "[]"))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan, name).not.toMatch(/SCAN (n|nodes|folder_changes|s|spaces)\b/);
  }
});

it("[M5] [M10] listing shared folders costs rows by what the account has, whatever else there is", async () => {
  await signUp();
  const [owner, member] = [await sharer(), await sharer()];
  for (let i = 0; i < 3; i++) {
    const folder = await owner.folder();
    await member.join(owner, folder.id);
    for (let j = 0; j < 5; j++) await owner.folder(folder.id);
  }
  const directory = countingShard("DIRECTORY", bindings.DIRECTORY);
  const rows = await listSpaces(directory.shard.db as unknown as D1Database, member.id);
  expect(rows).toHaveLength(3);
  // A membership by its index, the folder, its owner, and the one member that is counted.
  expect(directory.rows.read).toBeLessThanOrEqual(3 * 6);
  expect(directory.queries.count).toBe(1);

  directory.rows.read = 0;
  await readSpace(directory.shard.db as unknown as D1Database, rows[0]!.folder_id, member.id);
  expect(directory.rows.read).toBeLessThanOrEqual(5);
  directory.rows.read = 0;
  await followedBy(directory.shard.db as unknown as D1Database, member.id);
  expect(directory.rows.read).toBeLessThanOrEqual(3 * 3);

  const { shard: ownersShard, space_id } = await owner.placement();
  const owners = countingShard(ownersShard, bindings[ownersShard]!);
  await lookAtFolders(
    owners.shard,
    rows.map(({ folder_id }) => ({ spaceId: space_id, folderId: folder_id })),
  );
  // Each folder and the root, read and looked up.
  expect(owners.rows.read).toBeLessThanOrEqual(3 * 8);
  const placement = await member.placement();
  const members = countingShard(placement.shard, bindings[placement.shard]!);
  expect(await listMounts(members.shard, placement.space_id)).toHaveLength(3);
  expect(members.rows.read).toBeLessThanOrEqual(3 * 8);
});

it("[M8] a change costs one call for each member with a socket, however many commits make it within the pause", async () => {
  const calls: string[] = [];
  const peer = (account: string): Peer => ({
    watch: () => Promise.resolve(),
    unwatch: () => Promise.resolve(),
    hear: ({ shared }) => {
      calls.push(account);
      return Promise.resolve(shared.map(({ folder }) => folder));
    },
  });
  const object = bindings.USER_SYNC.get(bindings.USER_SYNC.idFromName(newId()));
  await runInDurableObject(object, async (_, context) => {
    const push = new SharedPush(context, peer);
    const [folder, other] = [newId(), newId()];
    const members = Array.from({ length: 50 }, () => newId());
    push.watch(members.map((member) => ({ folder, member, token: newId() })));
    const change = (seq: number) => ({ folder, cursor: String(seq), bookmark: null });
    push.tell([change(1)]);
    await vi.waitFor(() => expect(calls.toSorted()).toEqual(members.toSorted()));
    for (let seq = 2; seq <= 100; seq++) push.tell([change(seq)]);
    push.tell([{ ...change(1), folder: other }]);
    expect(calls).toHaveLength(50);
    await vi.waitFor(() => expect(calls).toHaveLength(100));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(calls).toHaveLength(100);
  });
});
