import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack, type Frame } from "../../protocol/pack-frame.ts";
import type { CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { FileUpload, PackReceipt, Upload } from "../../protocol/upload.ts";
import { forgetSent, sentChunks } from "../../workers/storage/sent-chunks.ts";
import { problemOf } from "./support/accounts.ts";
import { frameOf, someBytes, type Belongings } from "./support/belongings.ts";
import { makeSharedFolder, setRole, type SharedFolder, type SpaceAsker } from "./support/shared-folder.ts";

const shards = env as unknown as Record<"META_0" | "META_1", D1Database>;
const DAY_MS = 86_400_000;

function refOf({ id, bytes }: Frame): ChunkRef {
  return { id, size: bytes.length };
}

/** Bytes that the owner holds, and no file of the shared folder has. */
async function heldElsewhere(owner: Belongings): Promise<Frame> {
  const frame = await frameOf(someBytes());
  await owner.send("POST", "/chunks", encodePack([frame]));
  await owner.commitOne(fileOf(owner.account.home.root, [refOf(frame)]));
  return frame;
}

function fileOf(parent: string, chunks: ChunkRef[]): OperationInput & { type: "createFile" } {
  return { type: "createFile", parent, name: `file ${newId()}`, chunks, mtime: 1_700_000_000_000 };
}

/** A file of the shared folder, and its chunk. */
async function fileInside({ owner, folder }: SharedFolder): Promise<{ file: Node; frame: Frame }> {
  const frame = await frameOf(someBytes());
  await owner.send("POST", "/chunks", encodePack([frame]));
  return { file: await owner.commitOne(fileOf(folder.id, [refOf(frame)])), frame };
}

async function commit(asker: SpaceAsker, operations: OperationInput[], more: object = {}): Promise<CommitResponse> {
  return asker.send("POST", "/commits", { operationId: newId(), operations, ...more });
}

async function codes(asker: SpaceAsker, operations: OperationInput[]): Promise<string[]> {
  return (await commit(asker, operations)).results.map((result) => (result.ok ? "ok" : result.code));
}

/** All that the answers tell, but for what names the chunk or the moment. */
async function uploadStory(asker: SpaceAsker, frame: Frame): Promise<unknown> {
  const hide = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll(frame.id, "chunk"), (name, member: unknown) =>
      ["upload", "expiresAt"].includes(name) ? "·" : member,
    ) as unknown;
  const opened = await asker.send<Upload>("POST", "/uploads", { chunks: [refOf(frame)] });
  const shown = await asker.send("GET", `/uploads/${opened.upload}`);
  const sent = await asker.send("POST", `/uploads/${opened.upload}/packs`, encodePack([frame]));
  const after = await asker.send("GET", `/uploads/${opened.upload}`);
  const again = await asker.send("POST", `/uploads/${opened.upload}/packs`, encodePack([frame]));
  return [opened, shown, sent, after, again].map(hide);
}

describe("what the owner holds elsewhere is told to no member", () => {
  it("[M6] [I3] an upload goes the same way for a chunk that the owner holds as for one that nobody has", async () => {
    const shared = await makeSharedFolder();
    const { owner, as } = shared;
    const held = await uploadStory(as.editor, await heldElsewhere(owner));
    const fresh = await uploadStory(as.editor, await frameOf(someBytes()));
    expect(held).toEqual(fresh);
    expect(held).toMatchObject([
      { missing: ["chunk"], reserved: 100, space: shared.folder.id },
      { missing: ["chunk"], reserved: 100 },
      { accepted: 1, stored: 1, storedBytes: 100 },
      { missing: [], reserved: 0 },
      { accepted: 1, stored: 0, storedBytes: 0 },
    ]);
  });

  it("[M6] [I3] so does a pack that no upload announced, and a file's upload", async () => {
    const { owner, as } = await makeSharedFolder();
    for (const frame of [await heldElsewhere(owner), await frameOf(someBytes())]) {
      const send = () => as.editor.send<PackReceipt>("POST", "/chunks", encodePack([frame]));
      expect(await send()).toMatchObject({ accepted: 1, stored: 1, storedBytes: 100 });
      expect(await send()).toMatchObject({ accepted: 1, stored: 0, storedBytes: 0 });
    }
    for (const frame of [await heldElsewhere(owner), await frameOf(someBytes())]) {
      const request = { name: newId(), size: 100, chunks: [refOf(frame)] };
      const begun = await as.editor.send<FileUpload>("POST", "/files/upload", request);
      expect(begun).toMatchObject({ missing: [frame.id], reserved: 100 });
      const put = await as.editor.send("PUT", `/files/${begun.fileId}/chunks/${frame.id}`, frame.bytes);
      expect(put).toMatchObject({ accepted: 1, stored: 1, storedBytes: 100 });
      expect(await as.editor.send("POST", `/files/${begun.fileId}/complete`, {})).toMatchObject({ id: begun.fileId });
    }
  });

  it("[M6] [T10] a commit lacks what its author has not sent, of each operation by itself", async () => {
    const shared = await makeSharedFolder();
    const { folder, owner, as } = shared;
    const frames = [await heldElsewhere(owner), await frameOf(someBytes())];
    const mine = await frameOf(someBytes());
    await as.editor.send("POST", "/chunks", encodePack([mine]));
    const operations = [...frames, mine].map((frame) => fileOf(folder.id, [refOf(frame), refOf(mine)]));
    const { results } = await commit(as.editor, operations);
    expect(results).toMatchObject([
      { ok: false, code: "chunks_missing", missing: [frames[0]?.id] },
      { ok: false, code: "chunks_missing", missing: [frames[1]?.id] },
      { ok: true },
    ]);
    // A size that is not the chunk's tells nothing, either.
    const wrong = frames.map(({ id }) => fileOf(folder.id, [{ id, size: 99 }]));
    expect(await codes(as.editor, wrong)).toEqual(["chunks_missing", "chunks_missing"]);
    expect(await codes(as.manager, [fileOf(folder.id, [refOf(mine)])])).toEqual(["chunks_missing"]);
    await as.editor.send("POST", "/chunks", encodePack(frames));
    expect(await codes(as.editor, operations.slice(0, 2))).toEqual(["ok", "ok"]);
    expect(await codes(as.owner, [fileOf(folder.id, [refOf(mine)])])).toEqual(["ok"]);
  });

  it("[M6] [I9] quota is the owner's, its figures are not told, nor whether there is room for what is held", async () => {
    const shared = await makeSharedFolder();
    const { owner, as } = shared;
    const held = await heldElsewhere(owner);
    await as.editor.send("POST", "/chunks", encodePack([await frameOf(someBytes())]));
    const ownerId = owner.account.userId;
    for (const db of Object.values([shards.META_0, shards.META_1]))
      await db.prepare("UPDATE owners SET quota = used + reserved + 50 WHERE id = ?").bind(ownerId).run();
    for (const frame of [held, await frameOf(someBytes())]) {
      const opened = await as.editor.fetch("/uploads", { json: { chunks: [refOf(frame)] } });
      const body = {
        method: "POST",
        body: encodePack([frame]),
        headers: { "content-type": "application/octet-stream" },
      };
      const sent = await as.editor.fetch("/chunks", body);
      for (const answer of [opened, sent]) {
        expect(answer.status).toBe(413);
        const problem = await answer.json<object>();
        expect(problem).toMatchObject({ code: "over_quota" });
        expect(JSON.stringify(problem)).not.toMatch(/quota"?:|used|reserved|needed/);
      }
    }
  });
});

describe("what a member may name", () => {
  it("[M6] the chunks of the file that an operation updates, as they are in its newest versions", async () => {
    const shared = await makeSharedFolder();
    const { as } = shared;
    const { file, frame } = await fileInside(shared);
    const more = await frameOf(someBytes());
    await as.editor.send("POST", "/chunks", encodePack([more]));
    const update = (baseVersion: number, chunks: ChunkRef[]): OperationInput => ({
      type: "updateFile",
      node: file.id,
      baseVersion,
      chunks,
      mtime: 1_700_000_001_000,
    });
    expect(await codes(as.editor, [update(1, [refOf(frame), refOf(more)])])).toEqual(["ok"]);
    expect(await codes(as.editor, [update(2, [refOf(more)])])).toEqual(["ok"]);
    expect(await codes(as.manager, [update(3, [refOf(frame)])])).toEqual(["ok"]);
  });

  it("[M6] the chunks of files that an upload names, and no file that is elsewhere", async () => {
    const shared = await makeSharedFolder();
    const { folder, owner, as } = shared;
    const { file, frame } = await fileInside(shared);
    const outside = await owner.file();
    const make = fileOf(folder.id, [refOf(frame)]);
    const open = (from: string[]) => as.editor.fetch("/uploads", { json: { chunks: [refOf(frame)], from } });
    const refused = await open([file.id, outside.id]);
    expect(await refused.json()).toMatchObject({ status: 404, code: "not_found", ids: [outside.id] });
    expect(await problemOf(await open([folder.id]))).toBe("409 not_a_file");
    expect(await codes(as.editor, [make])).toEqual(["chunks_missing"]);
    expect(await (await open([file.id])).json()).toMatchObject({ missing: [], reserved: 0 });
    expect(await codes(as.editor, [make])).toEqual(["ok"]);
  });

  it("[M6] not those of a file that has left the folder", async () => {
    const shared = await makeSharedFolder();
    const { owner, as } = shared;
    const { file, frame } = await fileInside(shared);
    await owner.commitOne({ type: "move", node: file.id, parent: owner.account.home.root });
    const chunks = [refOf(frame)];
    const update = { type: "updateFile" as const, node: file.id, baseVersion: 1, chunks, mtime: 1 };
    expect(await codes(as.editor, [update])).toEqual(["not_found"]);
    expect(await problemOf(await as.editor.fetch("/uploads", { json: { chunks, from: [file.id] } }))).toBe(
      "404 not_found",
    );
  });
});

describe("reading chunks", () => {
  it("[M6] [D8] those in files of the folder that are named, older versions included, and those that one sent", async () => {
    const shared = await makeSharedFolder();
    const { folder, owner, as } = shared;
    const { file, frame } = await fileInside(shared);
    const chunks = [await owner.chunk()];
    await owner.commitOne({ type: "updateFile", node: file.id, baseVersion: 1, chunks, mtime: 2 });
    const held = await heldElsewhere(owner);
    const outside = await owner.file();
    const mine = await frameOf(someBytes());
    await as.editor.send("POST", "/chunks", encodePack([mine]));
    const read = async (asker: SpaceAsker, ids: string[], files?: string[]) => {
      const answer = await asker.fetch("/chunks/contents", { json: { chunks: ids, files } });
      await answer.clone().arrayBuffer();
      return answer.ok ? 200 : problemOf(answer);
    };
    expect(await read(as.viewer, [frame.id, chunks[0]?.id ?? ""], [file.id])).toBe(200);
    expect(await read(as.viewer, [frame.id])).toBe("404 not_found");
    expect(await read(as.viewer, [frame.id, held.id], [file.id])).toBe("404 not_found");
    expect(await read(as.viewer, [held.id], [outside.id])).toBe("404 not_found");
    expect(await read(as.viewer, [frame.id], [folder.id])).toBe("409 not_a_file");
    expect(await read(as.viewer, [mine.id])).toBe("404 not_found");
    expect(await read(as.editor, [mine.id])).toBe(200);
    expect(await read(as.owner, [held.id])).toBe(200);
  });
});

describe("uploads below a shared folder", () => {
  it("[M6] one member's are upload_not_found to another, the owner's to all, and no commit closes them", async () => {
    const shared = await makeSharedFolder();
    const { folder, owner, as } = shared;
    const frame = await frameOf(someBytes());
    const open = () => as.editor.send<Upload>("POST", "/uploads", { chunks: [refOf(frame)] });
    const theirs = [(await open()).upload, (await owner.upload([refOf(frame)])).upload];
    for (const id of theirs) {
      expect(await problemOf(await as.manager.fetch(`/uploads/${id}`))).toBe("404 upload_not_found");
      expect(await problemOf(await as.manager.fetch(`/uploads/${id}`, { method: "DELETE" }))).toBe(
        "404 upload_not_found",
      );
    }
    const make = { type: "createFolder" as const, parent: folder.id, name: newId() };
    await commit(as.manager, [make], { upload: theirs[0], closeUpload: true, closeUploads: theirs });
    expect((await as.editor.fetch(`/uploads/${theirs[0]}`)).status).toBe(200);
    expect((await owner.account.api(`/uploads/${theirs[1]}`)).status).toBe(200);
    const own = await open();
    await commit(as.editor, [{ ...make, name: newId() }], { upload: own.upload, closeUpload: true });
    expect(await problemOf(await as.editor.fetch(`/uploads/${own.upload}`))).toBe("404 upload_not_found");
  });

  it("[M2] [M9] who may no longer change the folder sends nothing more", async () => {
    const { folder, as } = await makeSharedFolder();
    const frame = await frameOf(someBytes());
    const { upload } = await as.editor.send<Upload>("POST", "/uploads", { chunks: [refOf(frame)] });
    const send = () =>
      as.editor.fetch(`/uploads/${upload}/packs`, {
        method: "POST",
        body: encodePack([frame]),
        headers: { "content-type": "application/octet-stream" },
      });
    await setRole(folder.id, as.editor.account.userId, "viewer");
    expect(await problemOf(await send())).toBe("403 forbidden");
    await setRole(folder.id, as.editor.account.userId, null);
    expect(await problemOf(await send())).toBe("404 not_found");
  });

  it("[M6] what was sent is forgotten after four days, and kept for three at least", async () => {
    const { owner, as } = await makeSharedFolder();
    const frame = await frameOf(someBytes());
    await as.editor.send("POST", "/chunks", encodePack([frame]));
    const uploader = { ownerId: owner.account.userId, userId: as.editor.account.userId };
    const now = Date.now();
    const shardOf = (name: "META_0" | "META_1") => ({ name, db: shards[name].withSession("first-primary") });
    const known = async (at: number) => {
      const both = await Promise.all(
        (["META_0", "META_1"] as const).map((name) => sentChunks(shardOf(name), uploader, [frame.id], at)),
      );
      return both.reduce((sum, { size }) => sum + size, 0);
    };
    expect(await known(now + 3 * DAY_MS)).toBe(1);
    for (const name of ["META_0", "META_1"] as const) await forgetSent(shardOf(name), now + 3 * DAY_MS);
    expect(await known(now)).toBe(1);
    expect(await known(now + 4 * DAY_MS)).toBe(0);
    for (const name of ["META_0", "META_1"] as const) await forgetSent(shardOf(name), now + 4 * DAY_MS);
    expect(await known(now)).toBe(0);
  });
});
