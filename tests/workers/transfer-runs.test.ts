import { createMessageBatch } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { encodePack } from "../../protocol/pack-frame.ts";
import type { TransferMessage } from "../../workers/env.ts";
import { readTransfer } from "../../workers/storage/directory-transfers.ts";
import { consumeTransfers, isTransferBatch, takeUpTransfers } from "../../workers/transfers/queue.ts";
import { runTransfer } from "../../workers/transfers/run-transfer.ts";
import { frameOf } from "./support/belongings.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { randomBytes } from "./support/storage.ts";
import { begin, defectsOf, env, requestOf, takeSteps, takeUp, WHOLE } from "./support/transferring.ts";

let owner: Sharer;
let member: Sharer;
let folder: string;

beforeAll(async () => {
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
});

const intoFolder = (node: string) => requestOf(member, "home", node, folder, folder);

/** The environment with a queue that keeps what is sent. */
function recording() {
  const sent: TransferMessage[] = [];
  const TRANSFER_QUEUE = {
    send: (body: TransferMessage) => Promise.resolve(void sent.push(body)),
    sendBatch: (messages: { body: TransferMessage }[]) =>
      Promise.resolve(void sent.push(...messages.map(({ body }) => body))),
  };
  return { sent, bindings: { ...env, TRANSFER_QUEUE: TRANSFER_QUEUE as unknown as Queue<TransferMessage> } };
}

it("[M11] a large file is copied in steps, none of which is done twice", async () => {
  const frames = await Promise.all([0, 1, 2].map(() => frameOf(randomBytes(4 * 1024 * 1024))));
  for (const frame of frames) await member.send("POST", "/chunks", encodePack([frame]));
  const chunks = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
  const file = await member.commitOne({
    type: "createFile",
    parent: member.account.home.root,
    name: "large",
    chunks,
    mtime: 1,
  });
  const row = await begin(member, intoFolder(file.id));
  await takeSteps(row.id, 1);
  const cut = await takeSteps(row.id, 1, { stepBytes: 1 });
  expect(cut.progress).toContain('"walk"');
  expect(cut).toMatchObject({ state: "copying", totalBytes: file.size });
  expect(cut.bytes).toBeGreaterThan(0);
  expect(cut.bytes).toBeLessThan(file.size);
  const packs = async () =>
    (await (
      await owner.shard()
    ).db
      .prepare("SELECT sum(size) AS n FROM packs WHERE owner_id = ?")
      .bind(owner.id)
      .first<{ n: number }>())!.n;
  const first = await packs();
  expect(await takeUp(row.id)).toMatchObject({ state: "done", bytes: file.size, files: 1 });
  expect((await packs()) - first).toBeLessThan(file.size - cut.bytes + 10_000);
  expect(await defectsOf(owner)).toEqual([]);
});

it("[M11] the cron takes up what stands still, the queue takes it on, and nobody else has it meanwhile", async () => {
  const row = await begin(member, intoFolder((await member.file()).id));
  const { sent, bindings } = recording();
  expect(await runTransfer(env, row.id, WHOLE)).toBe(null);
  await takeUpTransfers(bindings);
  expect(sent).toEqual([]);
  await takeUpTransfers(bindings, Date.now() + 20 * 60_000);
  expect(sent).toEqual([{ transfer: row.id }]);

  await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ?").bind(row.id).run();
  const messages = [
    { id: "1", timestamp: new Date(), attempts: 1, body: { transfer: row.id } },
    { id: "2", timestamp: new Date(), attempts: 1, body: { transfer: row.id } },
  ];
  const batch = createMessageBatch<TransferMessage>("ledge-transfers", messages);
  expect(isTransferBatch(batch)).toBe(true);
  await consumeTransfers(batch, bindings);
  expect(await readTransfer(env.DIRECTORY, row.id)).toMatchObject({ state: "done", isOpen: false });
  expect(sent).toHaveLength(1);
});

it("[M11] transfers that ended a month ago are forgotten, those that are open are not", async () => {
  const done = await begin(member, intoFolder((await member.file()).id));
  await takeUp(done.id);
  const open = await begin(member, intoFolder((await member.file()).id));
  await takeUpTransfers(recording().bindings, Date.now() + 31 * 86_400_000);
  expect(await readTransfer(env.DIRECTORY, done.id)).toBe(null);
  expect(await readTransfer(env.DIRECTORY, open.id)).toMatchObject({ state: "copying" });
});
