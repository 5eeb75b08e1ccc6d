import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { FolderSummary } from "../../protocol/usage.ts";
import type { Env } from "../../workers/env.ts";
import { folderSummary, SUMMARY_QUERY } from "../../workers/storage/folder-summary.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace, type SpaceRows } from "./support/tree-rows.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };

it("[B21] a folder's summary counts what is live below it, at any depth", async () => {
  const owner = new Belongings(await signUp());
  const summary = async (id: string): Promise<FolderSummary> =>
    (await owner.account.api(`/folders/${id}/summary`)).json();
  const top = await owner.folder();
  const middle = await owner.folder(top.id);
  expect(await summary(middle.id)).toEqual({ files: 0, folders: 0, bytes: 0, complete: true });
  await owner.file(middle.id);
  await owner.file(top.id);
  const gone = await owner.folder(top.id);
  await owner.file(gone.id);
  expect(await summary(top.id)).toEqual({ files: 3, folders: 2, bytes: 300, complete: true });
  await owner.commitOne({ type: "trash", node: gone.id });
  expect(await summary(top.id)).toEqual({ files: 2, folders: 1, bytes: 200, complete: true });
  expect(await summary("root")).toEqual({ files: 2, folders: 2, bytes: 200, complete: true });
});

it("[I11] foreign folders and files have none", async () => {
  const owner = new Belongings(await signUp());
  const [folder, file] = [await owner.folder(), await owner.file()];
  const stranger = await signUp();
  expect(await problemOf(await stranger.api(`/folders/${folder.id}/summary`))).toBe("404 not_found");
  expect(await problemOf(await owner.account.api(`/folders/${file.id}/summary`))).toBe("409 not_a_folder");
});

it("[B21] it stops at its limit, and reads some two rows an entry", async () => {
  const space = await addSpace(META_0);
  const folders = await addNodes(
    space,
    Array.from({ length: 10 }, (_, i) => ({ name: `folder ${i}`, type: "folder" as const })),
  );
  for (const [i, parent] of folders.entries()) await addFiles(space, parent, i * 100, 100);
  const count = async (limit?: number) => {
    const { shard, rows, queries } = countingShard("META_0", META_0);
    const answer = await folderSummary(shard, space.spaceId, space.rootId, limit);
    return { answer, read: rows.read, queries: queries.count };
  };
  const all = await count(1_010);
  expect(all.answer).toEqual({ files: 1_000, folders: 10, bytes: 5_000, complete: true });
  expect(all.queries).toBe(2);
  expect(all.read).toBeLessThanOrEqual(3 * 1_010 + 20);
  expect((await count(1_009)).answer.complete).toBe(false);
  const part = await count(100);
  expect(part.answer).toEqual({ folders: 10, files: 91, bytes: 455, complete: false });
  expect(part.read).toBeLessThanOrEqual(3 * 101 + 20);
  const plan = await META_0.prepare(`EXPLAIN QUERY PLAN ${SUMMARY_QUERY}`).bind("s", "[]", 1).all<{ detail: string }>();
  expect(plan.results.map(({ detail }) => detail).join("\n")).not.toMatch(/SCAN (n|nodes)\b/);
});

async function addFiles(space: SpaceRows, parent: string, from: number, count: number): Promise<void> {
  await addNodes(
    space,
    Array.from({ length: count }, (_, i) => ({ name: `file ${from + i}`, parent, size: 5 })),
  );
}
