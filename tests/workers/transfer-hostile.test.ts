import { beforeAll, describe, expect, it } from "vitest";
import { readTransfer } from "../../workers/storage/directory-transfers.ts";
import { runLeased } from "../../workers/transfers/run-transfer.ts";
import { HandedFolder, oneStep, stepsUntil } from "./support/handing-over.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { begin, defectsOf, env, requestOf, storedBelow, takeSteps, takeUp, WHOLE } from "./support/transferring.ts";

let owner: Sharer;
let member: Sharer;
let folder: string;

beforeAll(async () => {
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
});

describe("what moves while it is about to be walked", () => {
  /** A transfer that has met a folder which came in, and has yet to copy what is in that. */
  async function withArrived() {
    const top = await member.folder();
    await member.file(top.id);
    const arrived = await member.folder();
    await member.file(arrived.id);
    const row = await begin(member, requestOf(member, "home", top.id, folder, folder));
    await member.folder(top.id);
    expect(JSON.parse((await takeSteps(row.id, 2)).progress)).toMatchObject({ step: "follow" });
    await member.commitOne({ type: "move", node: arrived.id, parent: top.id, onConflict: "fail" });
    expect(JSON.parse((await takeSteps(row.id, 1)).progress)).toMatchObject({ walks: [{ top: arrived.id }] });
    return { row, top, arrived };
  }

  it("[M11] a folder that came in and goes on, into one that was made since, is copied there", async () => {
    const { row, top, arrived } = await withArrived();
    const made = await member.folder(top.id);
    await member.commitOne({ type: "move", node: arrived.id, parent: made.id, onConflict: "fail" });
    const before = await storedBelow(member, top.id);
    expect(await takeSteps(row.id, 20)).toMatchObject({ state: "done", error: null });
    expect(await storedBelow(owner, row.targetId)).toEqual(before);
  });

  it("[M11] a folder that came in and leaves again stays where it went", async () => {
    const { row, top, arrived } = await withArrived();
    await member.commitOne({ type: "move", node: arrived.id, parent: member.account.home.root, onConflict: "fail" });
    const before = await storedBelow(member, top.id);
    expect(await takeSteps(row.id, 20)).toMatchObject({ state: "done", error: null });
    expect(await storedBelow(owner, row.targetId)).toEqual(before);
    expect(await member.node(arrived.id)).toMatchObject({ state: "live" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });
});

describe("a folder that changes hands", () => {
  async function sealed() {
    const handed = await HandedFolder.share(owner, member, null);
    const file = await handed.as(member).fileOfTwoVersions();
    await handed.offer();
    const { id } = await handed.begin();
    await stepsUntil(id, ({ step, isSealed }) => isSealed && step === "appear");
    return { handed, file, id };
  }

  /** Objects of the former owner only. */
  function halfOut(): typeof env {
    const real = env.USER_SYNC;
    const own = real.idFromName(owner.id);
    const get = (id: DurableObjectId) => {
      if (id.equals(own)) return real.get(id);
      throw new Error("out of reach");
    };
    return { ...env, USER_SYNC: { idFromName: (name: string) => real.idFromName(name), get } as typeof real };
  }

  it("[M13] [I1] a former owner who empties the trash in that moment takes nothing from the folder", async () => {
    const { handed, file, id } = await sealed();
    await oneStep(id, halfOut());
    expect(await owner.node(handed.id), "it is given away").toMatchObject({ state: "trashed" });
    await owner.commitOne({ type: "purge", node: handed.id });
    expect(await takeUp(id)).toMatchObject({ state: "done", error: null });
    expect(await handed.space(member)).toMatchObject({ role: "owner" });
    expect(await member.node(file.id)).toMatchObject({ state: "live", version: 2 });
    expect(await handed.space(owner)).toMatchObject({ role: "manager" });
    for (const who of [owner, member]) expect(await defectsOf(who)).toEqual([]);
  });

  it("[M13] [I1] what the owner changes and puts in the trash in the last moment, at home, is copied as it is", async () => {
    const { handed, file, id } = await sealed();
    const chunks = [await owner.chunk()];
    await owner.commitOne({ type: "updateFile", node: file.id, baseVersion: 2, chunks, mtime: 3 });
    await owner.commitOne({ type: "trash", node: file.id });
    expect(await takeUp(id)).toMatchObject({ state: "done", error: null });
    expect(await handed.trash(member)).toEqual([file.id]);
    expect(await member.node(file.id)).toMatchObject({ state: "trashed", version: 3 });
  });

  it("[M13] what is to be put back is never given up, however long that takes", async () => {
    const { handed, id } = await sealed();
    await oneStep(id, halfOut());
    await env.DIRECTORY.prepare(
      "UPDATE transfers SET state = 'failed', progress = json_set(progress, '$.step', 'clear', '$.failures', 30) WHERE id = ?",
    )
      .bind(id)
      .run();
    await oneStep(id, halfOut());
    expect(await readTransfer(env.DIRECTORY, id)).toMatchObject({ isOpen: true });
    await takeUp(id);
    expect(await handed.space(owner)).toMatchObject({ role: "owner" });
    expect((await member.fetch("GET", `${handed.path}/folders/root/children`)).status).toBe(200);
  });
});

it("[M11] a runner whose lease has ended leaves the transfer to whoever has it", async () => {
  const top = await member.folder();
  await member.file(top.id);
  const row = await begin(member, requestOf(member, "home", top.id, folder, folder));
  const until = Date.now() + 1_000_000;
  await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = ? WHERE id = ?").bind(until, row.id).run();
  await runLeased(env, row, WHOLE);
  expect(await readTransfer(env.DIRECTORY, row.id)).toMatchObject({ state: "copying", leasedUntil: until, files: 0 });
  expect(await takeUp(row.id)).toMatchObject({ state: "done" });
});
