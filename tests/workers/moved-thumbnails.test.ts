import { beforeAll, describe, expect, it } from "vitest";
import type { ThumbnailInfo } from "../../protocol/thumbnails.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import type { CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import { LACKING_QUERY, LEAVING_QUERY } from "../../workers/storage/brought-thumbnails.ts";
import { collectContents } from "../../workers/storage/collect-contents.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { collectThumbnails, putThumbnail } from "../../workers/storage/thumbnail-objects.ts";
import { claimThumbnail, keepThumbnail, wantThumbnails } from "../../workers/storage/thumbnails.ts";
import { frameOf, someBytes } from "./support/belongings.ts";
import { give, pdf } from "./support/given-thumbnails.ts";
import { HandedFolder, ended, oneStep } from "./support/handing-over.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { planOf } from "./support/query-plan.ts";
import { ask, begin, requestOf, takeSteps, takeUp } from "./support/transferring.ts";
import { bindings, fileOf, infoOf, make, newcomer, picture, rowsOf, SHARDS, shardOf } from "./support/thumbnails.ts";

/** A thumbnail's bytes as somebody is shown them. */
async function shown(who: Sharer, file: Pick<Node, "id">, version = 1, base = ""): Promise<string> {
  const answer = await who.account.api(`${base}/files/${file.id}/thumbnail?version=${version}`);
  return answer.ok ? Buffer.from(await answer.arrayBuffer()).toString("hex") : `${answer.status}`;
}

async function objectKeys(): Promise<string[]> {
  return (await bindings.PACKS.list({ prefix: "thumbnails/" })).objects.map(({ key }) => key).toSorted();
}

/** The keys of what is left once the collector was there: each is some row's. */
async function expectNoneLeftOver(): Promise<void> {
  const named: string[] = [];
  for (const name of SHARDS) {
    await collectContents(shardOf(name), Date.now(), 500);
    await collectThumbnails(bindings.PACKS, shardOf(name), Date.now() + 3 * 3_600_000, 500);
    const { results } = await shardOf(name)
      .db.prepare("SELECT object_id FROM thumbnails WHERE state = 'made'")
      .all<{ object_id: string }>();
    named.push(...results.map(({ object_id }) => `thumbnails/${object_id}`));
  }
  expect(await objectKeys()).toEqual(named.toSorted());
}

/** A picture that the Worker draws, in two versions, and a document that a browser drew. */
async function someDrawn(who: Sharer, parent: string) {
  const image = await fileOf(who, "picture.png", picture("png"), parent);
  await make(who);
  const chunks = [await who.chunk(new Uint8Array(picture("jpeg")))];
  await who.commitOne({ type: "updateFile", node: image.id, baseVersion: 1, chunks, mtime: 2 });
  await make(who);
  const document = await pdf(who, parent);
  expect((await give(who, document)).status).toBe(200);
  return { image, document };
}

/** Files with thumbnails that were never drawn: their bytes say which they are. */
async function manyDrawn(who: Sharer, parent: string, count: number): Promise<Node[]> {
  const frames = await Promise.all(Array.from({ length: count }, () => frameOf(someBytes())));
  await who.send("POST", "/chunks", encodePack(frames));
  const operations = frames.map(({ id, bytes }, i): OperationInput => ({
    type: "createFile",
    parent,
    name: `${i}.bin`,
    chunks: [{ id, size: bytes.length }],
    mtime: 1,
  }));
  const { results } = await who.send<CommitResponse>("POST", "/commits", { operationId: newId(), operations });
  const files = results.flatMap((result) => (result.ok ? [result.node] : []));
  const shard = await who.shard();
  await wantThumbnails(
    shard,
    who.id,
    files.flatMap(({ content }) => content ?? []),
    0,
  );
  const store = { bucket: bindings.PACKS, keys: new PackKeys(bindings.MASTER_KEYS), shard };
  const objects = new Map((await rowsOf(who)).map((row) => [row["content_id"], row["object_id"] as string]));
  const draw = async ({ content }: Node, i: number): Promise<void> => {
    const objectId = objects.get(content) ?? "";
    const bytes = new Uint8Array(new TextEncoder().encode(`drawing ${i}`));
    const keyId = await putThumbnail(store, { ownerId: who.id, contentId: content ?? "", objectId }, bytes);
    const drawn = { kind: "image", keyId, width: 1, height: 1, placeholder: new Uint8Array(5) } as const;
    await keepThumbnail(shard, objectId, drawn);
  };
  await Promise.all(files.map(draw));
  return files;
}

beforeAll(() => newcomer());

describe("[H6] thumbnails of a folder that gets another owner", () => {
  it("[H6] come along, of older versions as well, as the new owner's own, and nothing is made anew", async () => {
    const owner = await sharer();
    const receiver = await sharerElsewhere(owner);
    const handed = await HandedFolder.share(owner, receiver, null);
    const { image, document } = await someDrawn(owner, handed.id);
    const [first, second, drawn] = [
      await shown(owner, image, 1),
      await shown(owner, image, 2),
      await shown(owner, document),
    ];
    const info = await infoOf(owner, image, document);
    await handed.offer();
    await handed.accept();
    const told = await receiver.send<{ thumbnails: ThumbnailInfo[] }>("POST", "/files/thumbnails", {
      ids: [image.id, document.id],
    });
    expect(told.thumbnails).toEqual(info);
    expect(
      await Promise.all([shown(receiver, image, 1), shown(receiver, image, 2), shown(receiver, document)]),
    ).toEqual([first, second, drawn]);
    const [before, after] = [await rowsOf(owner), await rowsOf(receiver)];
    expect(after.map(({ state, reason, kind }) => [state, reason, kind].join()).toSorted()).toEqual(
      before.map(({ state, reason, kind }) => [state, reason, kind].join()).toSorted(),
    );
    const objects = new Set([...before, ...after].map(({ object_id }) => object_id));
    expect(objects.size).toBe(before.length + after.length);
    await make(receiver);
    expect(await rowsOf(receiver)).toEqual(after);
    // They are gone with the former owner's, and stay the new one's.
    await owner.commitOne({ type: "purge", node: handed.id });
    await expectNoneLeftOver();
    expect(await shown(receiver, document)).toBe(drawn);
  });

  it("[H6] come a bounded number a step, whatever is cut off between", async () => {
    const owner = await sharer();
    const receiver = await sharerElsewhere(owner);
    const handed = await HandedFolder.share(owner, receiver, null);
    const files = await manyDrawn(owner, handed.id, 150);
    await handed.offer();
    const row = await handed.begin();
    const counts: number[] = [];
    for (let steps = 0; steps < 12 && (counts.at(-1) ?? 0) < 150; steps++) {
      await oneStep(row.id);
      counts.push((await rowsOf(receiver)).length);
    }
    expect(counts.filter((count) => count > 0)).toEqual([64, 128, 150]);
    expect(await ended(row.id)).toMatchObject({ state: "done", error: null, files: 150 });
    expect(await shown(receiver, files[149]!)).toBe(Buffer.from("drawing 149").toString("hex"));
    await expectNoneLeftOver();
  });

  it("[H6] are left behind where they are lost, and their row says so", async () => {
    const owner = await sharer();
    const receiver = await sharerElsewhere(owner);
    const handed = await HandedFolder.share(owner, receiver, null);
    const [lost, kept] = await manyDrawn(owner, handed.id, 2);
    const rows = await rowsOf(owner);
    const row = rows.find(({ content_id }) => content_id === lost?.content);
    await bindings.PACKS.delete(`thumbnails/${row?.["object_id"] as string}`);
    await handed.offer();
    expect(await takeUp((await handed.begin()).id)).toMatchObject({ state: "done", error: null });
    expect(await Promise.all([shown(receiver, lost!), shown(receiver, kept!)])).toEqual([
      "404",
      Buffer.from("drawing 1").toString("hex"),
    ]);
    expect((await rowsOf(owner)).find(({ content_id }) => content_id === lost?.content)).toMatchObject({
      state: "wanted",
    });
  });
});

describe("[H6] thumbnails of what moves between owners", () => {
  it("[H6] come along to who takes things home, with what was moved, and at once", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const top = await owner.folder(folder);
    const { image, document } = await someDrawn(owner, top.id);
    const drawn = [await shown(owner, image, 2), await shown(owner, document)];
    const done = await ask(member, requestOf(member, folder, top.id, "home", member.account.home.root));
    expect(done).toMatchObject({ state: "done", error: null });
    const { nodes } = await member.send<{ nodes: Node[] }>("GET", `/folders/${done.node}/children`);
    const [moved, movedDocument] = [
      nodes.find(({ name }) => name === image.name),
      nodes.find(({ name }) => name === document.name),
    ];
    expect([await shown(member, moved!, 2), await shown(member, movedDocument!)]).toEqual(drawn);
    await expectNoneLeftOver();
  });

  it("[H5] [H6] a picture that an editor gave does not come into the owner's folder with a file, what the Worker made does", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const top = await member.folder();
    const { image } = await someDrawn(member, top.id);
    const done = await ask(member, requestOf(member, "home", top.id, folder, folder));
    const { nodes } = await owner.send<{ nodes: Node[] }>("GET", `/folders/${done.node}/children`);
    const infos = await infoOf(owner, ...nodes);
    const told = new Map(nodes.map(({ name }, i) => [name === image.name, infos[i]]));
    expect(told.get(true)).toMatchObject({ kind: "image", reason: null });
    expect(told.get(false)).toMatchObject({ kind: "none", reason: "unknown_kind" });
    expect(await rowsOf(owner)).toMatchObject([
      { state: "made", reason: null },
      { state: "made", reason: null },
    ]);
  });

  it("[H5] [H6] a picture that somebody gave stands for nothing that who takes it over had before", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const bytes = someBytes();
    const mine = await fileOf(member, "mine.pdf", bytes);
    const theirs = await fileOf(owner, "theirs.pdf", bytes, folder);
    expect((await give(owner, theirs)).status).toBe(200);
    const done = await ask(member, requestOf(member, folder, theirs.id, "home", member.account.home.root));
    expect(done).toMatchObject({ state: "done", error: null });
    expect(await infoOf(member, mine, { ...theirs, id: done.node! })).toMatchObject([
      { kind: "none" },
      { kind: "none" },
    ]);
    expect(await rowsOf(member)).toEqual([]);
  });

  it("[H6] take the place of one that is being made, whose maker's object is left to nobody", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const bytes = picture("png");
    const theirs = await fileOf(owner, "a.png", bytes, folder);
    await make(owner);
    const mine = await fileOf(member, "mine.png", bytes);
    const shard = await member.shard();
    await wantThumbnails(shard, member.id, [mine.content ?? ""], 0);
    const claim = await claimThumbnail(shard, Date.now());
    await ask(member, requestOf(member, folder, theirs.id, "home", member.account.home.root));
    expect(await shown(member, mine)).toBe(await shown(owner, theirs));
    expect(await keepThumbnail(shard, claim?.objectId ?? "", { kind: "none", reason: "damaged" })).toBe(false);
    expect(await rowsOf(member)).toMatchObject([{ state: "made", attempts: 0 }]);
    await expectNoneLeftOver();
  });

  it("[H3] [H6] what ended its maker is not begun again by the move", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const file = await fileOf(owner, "bad.png", picture("png"), folder);
    const shard = await owner.shard();
    await wantThumbnails(shard, owner.id, [file.content ?? ""], 0);
    const claim = await claimThumbnail(shard, Date.now());
    await keepThumbnail(shard, claim?.objectId ?? "", { kind: "none", reason: "ended_the_maker" });
    await ask(member, requestOf(member, folder, file.id, "home", member.account.home.root));
    expect(await rowsOf(member)).toMatchObject([{ state: "none", reason: "ended_the_maker" }]);
    await make(member);
    expect(await rowsOf(member)).toMatchObject([{ state: "none", reason: "ended_the_maker" }]);
  });

  it("[H6] of more than come at once are there when what was moved appears", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = (await owner.folder()).id;
    await member.join(owner, folder);
    const top = await owner.folder(folder);
    await manyDrawn(owner, top.id, 70);
    const row = await begin(member, requestOf(member, folder, top.id, "home", member.account.home.root));
    await takeSteps(row.id, 2);
    expect(await rowsOf(member)).toHaveLength(64);
    expect((await member.account.api(`/nodes/${row.targetId}`)).status).toBe(404);
    expect(await takeUp(row.id)).toMatchObject({ state: "done", error: null, files: 70 });
    expect(await rowsOf(member)).toHaveLength(70);
    await expectNoneLeftOver();
  });
});

it("[H6] are looked up, not scanned", async () => {
  const { META_0: db } = bindings as unknown as { META_0: D1Database };
  for (const query of [LEAVING_QUERY, LACKING_QUERY]) {
    const plan = await planOf(db, query);
    expect(plan, query).toMatch(/SEARCH t USING PRIMARY KEY \(owner_id=\? AND content_id=\?\)/);
    expect(plan, query).not.toMatch(/SCAN [vtc]\b/);
  }
});
