import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Changes } from "../../protocol/tree.ts";
import { env } from "cloudflare:workers";
import type { Env } from "../../workers/env.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { count, sharer, sharerElsewhere, type Sharer } from "./support/people.ts";

const { DIRECTORY } = env as unknown as Env;

let owner: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
});

const HOUR = 3_600_000;

/** A member of a folder of the owner's since an hour ago. */
async function joined(): Promise<{ member: Sharer; folder: string; mount: string }> {
  const { id: folder } = await owner.folder();
  const member = await sharerElsewhere(owner);
  const { mount } = await member.join(owner, folder);
  await DIRECTORY.prepare("UPDATE members SET joined_at = joined_at - ? WHERE account_id = ?")
    .bind(HOUR, member.id)
    .run();
  return { member, folder, mount: mount ?? "" };
}

/** What a restore to before the node was made does to its space. */
async function unmake(whose: Sharer, node: string): Promise<void> {
  const { db } = await whose.shard();
  const { space_id: space } = await whose.placement();
  await db.batch([
    db.prepare("DELETE FROM nodes WHERE space_id = ? AND id = ?").bind(space, node),
    db.prepare("UPDATE spaces SET epoch = ?2 WHERE id = ?1").bind(space, newId()),
  ]);
}

const mountsIn = ({ changes }: Changes) =>
  changes.flatMap(({ id, mount, state }) => (mount !== undefined && state === "live" ? [{ id, mount }] : []));
const readAll = (whose: Sharer) => whose.send<Changes>("GET", "/sync/changes");

it("[M5] [Y20] a mount that a restored home never had is there again when the tree is read anew, under its id", async () => {
  const { member, folder, mount } = await joined();
  const { cursor } = await readAll(member);
  await unmake(member, mount);
  const since = encodeURIComponent(cursor);
  expect(await problemOf(await member.fetch("GET", `/sync/changes?since=${since}`))).toBe("410 cursor_expired");
  expect(mountsIn(await readAll(member))).toEqual([{ id: mount, mount: folder }]);
  expect(await member.spaces()).toMatchObject([{ id: folder, mount }]);
});

it("[M5] a mount that was trashed or purged stays so, and one that is about to be made is left alone", async () => {
  const [trashed, purged, young] = [await joined(), await joined(), await joined()];
  for (const { member, mount } of [trashed, purged]) await member.commitOne({ type: "trash", node: mount });
  await purged.member.commitOne({ type: "purge", node: purged.mount });
  await unmake(young.member, young.mount);
  await DIRECTORY.prepare("UPDATE members SET joined_at = ? WHERE account_id = ?")
    .bind(Date.now(), young.member.id)
    .run();
  for (const { member } of [trashed, purged, young]) expect(mountsIn(await readAll(member))).toEqual([]);
});

it("[M7] a folder that a restored shard does not know to be shared is shared there again when a member asks for its changes", async () => {
  const { member, folder } = await joined();
  const { db } = await owner.shard();
  await db.prepare("DELETE FROM shared_folders WHERE folder_id = ?").bind(folder).run();
  const { cursor } = await member.send<Changes>("GET", `/spaces/${folder}/sync/changes`);
  const made = await owner.folder(folder);
  const since = encodeURIComponent(cursor);
  const { changes } = await member.send<Changes>("GET", `/spaces/${folder}/sync/changes?since=${since}`);
  expect(changes.map(({ id }) => id)).toEqual([made.id]);
  expect(await count(db, "SELECT count(*) AS n FROM ended_folders WHERE folder_id = ?", folder)).toBe(0);
});
