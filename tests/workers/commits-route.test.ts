import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { CommitResponse } from "../../protocol/tree.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";

async function post(
  account: TestAccount,
  body: unknown,
): Promise<{ status: number; body: CommitResponse & { code?: string }; bookmark: string | null }> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await account.api("/commits", init);
  return { status: response.status, body: await response.json(), bookmark: response.headers.get("ledge-bookmark") };
}

it("[T1][T4][P3] POST /commits carries out, replays, and answers a bookmark", async () => {
  const account = await signUp();
  const { root, space } = account.home;
  const commit = { operationId: newId(), operations: [{ type: "createFolder", parent: root, name: "Photos" }] };
  const first = await post(account, commit);
  expect(first).toMatchObject({
    status: 200,
    body: { space, seq: 1, replayed: false, results: [{ ok: true, node: { name: "Photos" } }] },
  });
  expect(first.bookmark).toEqual(expect.any(String));
  expect((await post(account, { ...commit, space })).body).toEqual({ ...first.body, replayed: true });
  const other = { ...commit, operations: [{ type: "trash", node: root }] };
  expect(await post(account, other)).toMatchObject({ status: 409, body: { code: "operation_mismatch" } });
});

it("[I11] another's space is not found, and another's nodes are neither parents nor nodes", async () => {
  const [mine, theirs] = [await signUp(), await signUp()];
  const operations = [{ type: "createFolder", parent: theirs.home.root, name: "a" }];
  expect(await post(mine, { operationId: newId(), operations })).toMatchObject({
    status: 200,
    body: { results: [{ code: "parent_not_found" }] },
  });
  expect(await post(mine, { operationId: newId(), space: theirs.home.space, operations })).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
  expect(await post(mine, { operationId: newId(), operations: [] })).toMatchObject({
    status: 400,
    body: { code: "invalid_request" },
  });
});
