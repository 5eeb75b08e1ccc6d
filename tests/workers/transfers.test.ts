import { beforeAll, describe, expect, it, vi } from "vitest";
import type { ActivityPage } from "../../protocol/activity.ts";
import type { Node } from "../../protocol/tree.ts";
import { connect } from "./support/push-socket.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { ask, begin, defectsOf, requestOf, shownBelow, shownNode, takeSteps, takeUp } from "./support/transferring.ts";

/** An owner with a shared folder, and a member on another shard. */
let owner: Sharer;
let member: Sharer;
let folder: string;

beforeAll(async () => {
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
});

describe("moving between owners", () => {
  it("[M11] a file moves into a shared folder of another shard with all versions, times and authors, at once", async () => {
    const file = await member.fileOfTwoVersions();
    const before = await shownNode(member, "home", file);
    const done = await ask(member, requestOf(member, "home", file.id, folder, folder));
    expect(done).toMatchObject({ state: "done", error: null, files: 1, bytes: 200, totalFiles: 1, totalBytes: 200 });
    const { node } = await owner.send<{ node: Node }>("GET", `/nodes/${done.node}`);
    expect(node.id).not.toBe(file.id);
    expect(node).toMatchObject({ parent: folder, name: file.name });
    expect(await shownNode(owner, "home", node)).toEqual(before);
    expect(await member.node(file.id)).toMatchObject({ state: "trashed" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] a folder moves out of a shared folder, whole; what is in its trash stays there", async () => {
    const top = await owner.folder(folder);
    const inner = await owner.folder(top.id);
    await owner.file(top.id);
    await owner.file(inner.id);
    const trashed = await owner.file(inner.id);
    await owner.commitOne({ type: "trash", node: trashed.id });
    const before = await shownBelow(owner, "home", top.id);
    const done = await ask(member, requestOf(member, folder, top.id, "home", member.account.home.root));
    expect(done).toMatchObject({ state: "done", error: null, files: 2 });
    expect(await shownBelow(member, "home", done.node!)).toEqual(before);
    expect(await owner.node(top.id)).toMatchObject({ state: "trashed" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] what changed while it was copied is copied again, and what left it meanwhile is not there", async () => {
    const top = await member.folder();
    const [kept, gone, inner] = [await member.file(top.id), await member.file(top.id), await member.folder(top.id)];
    const deep = await member.file(inner.id);
    const other = await member.folder();
    await member.file(other.id);
    const row = await begin(member, requestOf(member, "home", top.id, folder, folder));
    await member.folder(top.id);
    const walked = await takeSteps(row.id, 2);
    expect(JSON.parse(walked.progress)).toMatchObject({ step: "follow" });
    // A new version, names that change places, one that leaves, one that comes in, one in the trash and back.
    const chunks = [await member.chunk()];
    await member.commitOne({ type: "updateFile", node: kept.id, baseVersion: 1, chunks, mtime: 5 });
    await member.commitOne({ type: "move", node: kept.id, name: "aside", onConflict: "fail" });
    await member.commitOne({ type: "move", node: deep.id, parent: top.id, name: kept.name, onConflict: "fail" });
    await member.commitOne({ type: "move", node: gone.id, parent: member.account.home.root, onConflict: "fail" });
    await member.commitOne({ type: "move", node: other.id, parent: inner.id, onConflict: "fail" });
    await member.commitOne({ type: "trash", node: inner.id });
    await takeSteps(row.id, 1);
    await member.commitOne({ type: "restore", node: inner.id, onConflict: "fail" });
    const before = await shownBelow(member, "home", top.id);
    expect(await takeUp(row.id)).toMatchObject({ state: "done", error: null });
    expect(await shownBelow(owner, "home", row.targetId)).toEqual(before);
    expect(await member.node(top.id)).toMatchObject({ state: "trashed" });
    expect(await member.node(gone.id)).toMatchObject({ state: "live" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] what changed in the instant of its appearing stays where it was, and that is told", async () => {
    const top = await member.folder();
    await member.file(top.id);
    const row = await begin(member, requestOf(member, "home", top.id, folder, folder));
    const appeared = await takeSteps(row.id, 2);
    expect(JSON.parse(appeared.progress)).toMatchObject({ step: "finish" });
    await member.file(top.id);
    const done = await takeUp(row.id);
    expect(done).toMatchObject({ state: "done", error: { code: "original_kept" } });
    expect(await member.node(top.id)).toMatchObject({ state: "live" });
    expect(Object.keys(await shownBelow(owner, "home", row.targetId))).toHaveLength(1);
  });

  it("[M11] [B20] the sockets of who asked are told that its state changed", async () => {
    const socket = await connect(member.account);
    const { id } = await member.file();
    await ask(member, requestOf(member, "home", id, folder, folder));
    await vi.waitFor(() => expect(socket.messages).toContainEqual({ type: "notice", about: "transfers" }));
    socket.close();
  });

  it("[M11] [V1] [V2] both spaces have a record of it, with who asked as its author", async () => {
    const file = await member.file();
    const { node } = await ask(member, requestOf(member, "home", file.id, folder, folder));
    const there = await owner.send<ActivityPage>("GET", `/files/${node}/activity`);
    expect(there.activities.map(({ action, actor }) => [action, actor.id])).toContainEqual(["move", member.id]);
    const here = await member.send<ActivityPage>("GET", `/files/${file.id}/activity`);
    expect(here.activities[0]).toMatchObject({ action: "trash", actor: { id: member.id } });
  });
});
