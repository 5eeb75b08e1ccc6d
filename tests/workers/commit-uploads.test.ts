import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings, frameOf, someBytes } from "./support/belongings.ts";

let account: TestAccount;
let owner: Belongings;

beforeAll(async () => {
  account = await signUp();
  owner = new Belongings(account);
});

/** An upload that reserves 100 bytes. */
async function upload(of = owner): Promise<string> {
  const { id, bytes } = await frameOf(someBytes());
  return (await of.upload([{ id, size: bytes.length }])).upload;
}

const reserved = async () => (await owner.send<{ quota: { reserved: number } }>("GET", "/account")).quota.reserved;
const folder = (parent = account.home.root): OperationInput => ({ type: "createFolder", parent, name: newId() });

function commit(body: object): Promise<Response> {
  return account.api("/commits", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

it("[U1] [I9] a commit closes the uploads that it names, the caller's own, and releases what they reserve", async () => {
  const stranger = new Belongings(await signUp());
  const theirs = await upload(stranger);
  const [one, two, three, kept] = [await upload(), await upload(), await upload(), await upload()];
  const before = await reserved();
  const closeUploads = [one, two, two, theirs, newId()];
  const request = { operationId: newId(), operations: [folder()], upload: three, closeUpload: true, closeUploads };
  expect((await commit(request)).status).toBe(200);
  expect(await reserved()).toBe(before - 300);
  for (const closed of [one, two, three])
    expect(await problemOf(await account.api(`/uploads/${closed}`))).toBe("404 upload_not_found");
  expect((await account.api(`/uploads/${kept}`)).status).toBe(200);
  expect(await stranger.send("GET", `/uploads/${theirs}`)).toMatchObject({ reserved: 100 });
});

it("[T4] a commit of which nothing succeeded closes nothing, and a replay names the same uploads", async () => {
  const open = await upload();
  const failing = { operationId: newId(), operations: [folder(newId())], closeUploads: [open] };
  expect(await (await commit(failing)).json()).toMatchObject({ results: [{ code: "parent_not_found" }] });
  expect((await account.api(`/uploads/${open}`)).status).toBe(200);
  const request = { operationId: newId(), operations: [folder()], closeUploads: [open] };
  expect(await (await commit(request)).json()).toMatchObject({ replayed: false });
  expect(await (await commit(request)).json()).toMatchObject({ replayed: true });
  expect(await problemOf(await commit({ ...request, closeUploads: [newId()] }))).toBe("409 operation_mismatch");
  const many = Array.from({ length: 65 }, () => newId());
  expect(await problemOf(await commit({ ...request, operationId: newId(), closeUploads: many }))).toBe(
    "400 invalid_request",
  );
});
