import { beforeAll, expect, it } from "vitest";
import type { FileStorage } from "../../protocol/usage.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";

let account: TestAccount;
let owner: Belongings;

beforeAll(async () => {
  account = await signUp();
  owner = new Belongings(account);
});

async function storage(id: string, query = ""): Promise<FileStorage> {
  const answer = await account.api(`/files/${id}/storage${query}`);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** What a chunk takes in a pack beyond its bytes, which do not compress here. */
async function overhead(): Promise<number> {
  const { storedBytes } = await storage((await owner.file()).id);
  return storedBytes - 100;
}

it("[B21] tells what only this content has, and what it shares with others", async () => {
  const [a, b, c] = [await owner.chunk(), await owner.chunk(), await owner.chunk()];
  const create = (name: string, chunks: (typeof a)[]) =>
    owner.commitOne({ type: "createFile", parent: account.home.root, name, chunks, mtime: 1 });
  const one = await create("one", [a, b, a]);
  const each = 100 + (await overhead());
  expect(await storage(one.id)).toEqual({
    version: 1,
    size: 300,
    chunks: 2,
    storedBytes: 2 * each,
    uniqueBytes: 2 * each,
    sharedBytes: 0,
    sameContent: 1,
  });
  await create("two", [b, c]);
  expect(await storage(one.id)).toMatchObject({ storedBytes: 2 * each, uniqueBytes: each, sharedBytes: each });
  await owner.commitOne({ type: "copy", node: one.id, parent: account.home.root, name: "copy" });
  expect(await storage(one.id)).toMatchObject({ uniqueBytes: each, sharedBytes: each, sameContent: 2 });
});

it("[B21] tells of each version, and of an empty file", async () => {
  const { id } = await owner.fileOfTwoVersions();
  const sizes = [await storage(id, "?version=1"), await storage(id, "?version=2"), await storage(id)];
  expect(sizes.map(({ version, size, chunks }) => [version, size, chunks])).toEqual([
    [1, 100, 1],
    [2, 100, 1],
    [2, 100, 1],
  ]);
  const parent = account.home.root;
  const empty = await owner.commitOne({ type: "createFile", parent, name: "empty", chunks: [], mtime: 1 });
  expect(await storage(empty.id)).toMatchObject({ size: 0, chunks: 0, storedBytes: 0, uniqueBytes: 0, sharedBytes: 0 });
});

it("[I11] [P1] foreign files, other versions and folders are refused", async () => {
  const { id } = await owner.file();
  const stranger = await signUp();
  expect(await problemOf(await stranger.api(`/files/${id}/storage`))).toBe("404 not_found");
  expect(await problemOf(await account.api(`/files/${id}/storage?version=2`))).toBe("404 not_found");
  expect(await problemOf(await account.api(`/files/${id}/storage?version=0`))).toBe("400 invalid_request");
  expect(await problemOf(await account.api("/files/root/storage"))).toBe("409 not_a_file");
});
