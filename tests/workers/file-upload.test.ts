import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Node, VersionPage } from "../../protocol/tree.ts";
import type { FileUpload } from "../../protocol/upload.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { randomChunks, refsOf } from "./support/storage.ts";

type Chunk = Awaited<ReturnType<typeof randomChunks>>[number];

const post = (json: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(json),
});

function begin(me: TestAccount, chunks: readonly Chunk[], more: object = {}): Promise<Response> {
  const size = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return me.api("/files/upload", post({ name: `${newId()}.bin`, size, chunks: refsOf(chunks), ...more }));
}

async function opened(answer: Response | Promise<Response>): Promise<FileUpload> {
  const it = await answer;
  if (it.status !== 200) throw new Error(await problemOf(it));
  return it.json<FileUpload>();
}

function send(me: TestAccount, fileId: string, { id, bytes }: Chunk): Promise<Response> {
  return me.api(`/files/${fileId}/chunks/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
  });
}

const complete = (me: TestAccount, fileId: string, upload?: string) =>
  me.api(`/files/${fileId}/complete`, post({ upload }));

async function upload(me: TestAccount, chunks: readonly Chunk[], more: object = {}): Promise<Node> {
  const { fileId, upload } = await opened(begin(me, chunks, more));
  for (const chunk of chunks) expect((await send(me, fileId, chunk)).status).toBe(200);
  return (await complete(me, fileId, upload)).json<Node>();
}

async function versions(me: TestAccount, file: string): Promise<number> {
  return (await (await me.api(`/files/${file}/versions`)).json<VersionPage>()).versions.length;
}

it("[U9] [I5] beginning a new version again, before and after its commit, answers the same upload", async () => {
  const me = await signUp();
  const file = await upload(me, await randomChunks(1));
  const chunks = await randomChunks(2);
  const request = { id: newId(), fileId: file.id, name: "ignored", mtime: 5 };
  const first = await opened(begin(me, chunks, request));
  expect(await opened(begin(me, chunks, { ...request, name: "ignored too" }))).toMatchObject({
    upload: first.upload,
    fileId: file.id,
    missing: chunks.map(({ id }) => id),
  });
  for (const chunk of chunks) await send(me, file.id, chunk);
  const made = await (await complete(me, file.id)).json<Node>();
  expect(made.version).toBe(2);

  const again = await opened(begin(me, chunks, request));
  expect(again).toMatchObject({ upload: first.upload, fileId: file.id, missing: [], reserved: 0 });
  expect(await (await complete(me, file.id, again.upload)).json()).toEqual(made);
  expect(await versions(me, file.id)).toBe(2);
});

it("[U9] [I5] beginning a file again answers the same file, whatever became of its folder", async () => {
  const me = await signUp();
  const folder = await (await me.api("/folders", post({ name: "F", parent: "root" }))).json<Node>();
  const chunks = await randomChunks(1);
  const request = { id: newId(), name: "a.bin", parent: folder.id };
  const first = await opened(begin(me, chunks, request));
  await me.api(`/files/${folder.id}`, { method: "DELETE" });
  expect(await opened(begin(me, chunks, request))).toMatchObject({ upload: first.upload, fileId: first.fileId });
});

it("[U9] the id of an upload with anything else asked for is operation_mismatch", async () => {
  const me = await signUp();
  const [one, two] = [await upload(me, await randomChunks(1)), await upload(me, await randomChunks(1))];
  const chunks = await randomChunks(1);
  const request = { id: newId(), fileId: one.id, mtime: 5 };
  await opened(begin(me, chunks, request));
  const others = [{ fileId: two.id }, { baseVersion: 1 }, { mtime: 6 }, { executable: true }, { fileId: undefined }];
  for (const other of others) {
    expect(await problemOf(await begin(me, chunks, { ...request, ...other }))).toBe("409 operation_mismatch");
  }
  expect(await problemOf(await begin(me, await randomChunks(1), request))).toBe("409 operation_mismatch");
  expect(await problemOf(await me.api("/uploads", post({ id: request.id, chunks: refsOf(chunks) })))).toBe(
    "409 operation_mismatch",
  );
});

it("[U9] [I5] complete sent several times at once makes one version and answers one node", async () => {
  const me = await signUp();
  const chunks = await randomChunks(2);
  const { fileId, upload } = await opened(begin(me, chunks));
  for (const chunk of chunks) await send(me, fileId, chunk);
  const answers = await Promise.all(Array.from({ length: 4 }, () => complete(me, fileId, upload)));
  const nodes = await Promise.all(answers.map((answer) => answer.json<Node>()));
  expect(nodes[0]).toMatchObject({ id: fileId, version: 1, size: 2_000 });
  for (const node of nodes) expect(node).toEqual(nodes[0]);
  expect(await versions(me, fileId)).toBe(1);
});

it("[U9] [T10] complete before all chunks names the missing ones, and works once they are sent", async () => {
  const me = await signUp();
  const chunks = await randomChunks(3);
  const [first, ...rest] = chunks;
  const { fileId } = await opened(begin(me, chunks));
  await send(me, fileId, first!);
  const early = await complete(me, fileId);
  expect(early.status).toBe(409);
  const { code, missing } = await early.json<{ code: string; missing: string[] }>();
  expect(code).toBe("chunks_missing");
  expect(new Set(missing)).toEqual(new Set(rest.map(({ id }) => id)));
  for (const chunk of rest) await send(me, fileId, chunk);
  expect(await (await complete(me, fileId)).json()).toMatchObject({ id: fileId, version: 1, size: 3_000 });
});

it("[U9] [U4] a client that lost every answer sends all of it again, and has one file", async () => {
  const me = await signUp();
  const chunks = await randomChunks(2);
  const request = { id: newId(), name: "once.bin" };
  const runs = [];
  for (let run = 0; run < 2; run++) {
    const { fileId, upload } = await opened(begin(me, chunks, request));
    for (const chunk of chunks) expect((await send(me, fileId, chunk)).status).toBe(200);
    runs.push(await (await complete(me, fileId, upload)).json<Node>());
  }
  expect(runs[1]).toEqual(runs[0]);
});

it("[I11] [U2] another user's file, a file without upload and an unannounced chunk take no chunk", async () => {
  const [me, stranger] = await Promise.all([signUp(), signUp()]);
  const [chunk, other] = await randomChunks(2);
  const { fileId, upload } = await opened(begin(me, [chunk!]));
  expect(await problemOf(await send(stranger, fileId, chunk!))).toBe("404 upload_not_found");
  expect(await problemOf(await complete(stranger, fileId, upload))).toBe("404 upload_not_found");
  expect(await problemOf(await send(me, newId(), chunk!))).toBe("404 upload_not_found");
  expect(await problemOf(await send(me, fileId, other!))).toBe("422 chunk_not_announced");
  expect(await problemOf(await send(me, fileId, { ...other!, id: chunk!.id }))).toMatch(/hash_mismatch/);
  expect((await send(me, fileId, chunk!)).status).toBe(200);
});
