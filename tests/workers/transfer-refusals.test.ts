import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Transfer, TransferRequest, Transfers } from "../../protocol/transfers.ts";
import { problemOf } from "./support/accounts.ts";
import { sharer, sharerElsewhere, type Sharer } from "./support/people.ts";
import { setRole } from "./support/shared-folder.ts";
import { ask, begin, defectsOf, env, requestOf, shownBelow, takeSteps, takeUp } from "./support/transferring.ts";

let owner: Sharer;
let member: Sharer;
let folder: string;

beforeAll(async () => {
  await sharer();
  owner = await sharer();
  member = await sharerElsewhere(owner);
  folder = (await owner.folder()).id;
  await member.join(owner, folder);
});

const root = () => member.account.home.root;
const intoFolder = (node: string) => requestOf(member, "home", node, folder, folder);
const post = async (who: Sharer, request: TransferRequest) => problemOf(await who.fetch("POST", "/transfers", request));

describe("what is not moved", () => {
  it("[M11] what is not there, or is somebody else's, is told alike", async () => {
    const stranger = await sharer();
    const file = await member.file();
    const answers = [
      await post(member, intoFolder(newId())),
      await post(member, requestOf(member, newId(), file.id, folder, folder)),
      await post(member, requestOf(member, "home", file.id, newId(), newId())),
      await post(stranger, requestOf(stranger, folder, file.id, "home", stranger.account.home.root)),
      await post(member, requestOf(member, owner.account.home.space, file.id, "home", root())),
      // What is the owner's, beside the folder.
      await post(member, requestOf(member, folder, (await owner.file()).id, "home", root())),
    ];
    expect(new Set(answers)).toEqual(new Set(["404 not_found"]));
    const outside = (await owner.folder()).id;
    expect(await post(member, requestOf(member, "home", file.id, folder, outside))).toBe("404 parent_not_found");
    expect(await post(member, requestOf(member, "home", file.id, folder, newId()))).toBe("404 parent_not_found");
  });

  it("[M11] [M2] it takes an editor's role in both spaces, and is asked again at each step", async () => {
    const viewed = (await owner.folder()).id;
    await member.join(owner, viewed, "viewer");
    const inside = await owner.file(viewed);
    const file = await member.file();
    expect(await post(member, requestOf(member, "home", file.id, viewed, viewed))).toBe("403 forbidden");
    expect(await post(member, requestOf(member, viewed, inside.id, "home", root()))).toBe("403 forbidden");

    await setRole(viewed, member.id, "editor");
    const row = await begin(member, requestOf(member, "home", file.id, viewed, viewed));
    await setRole(viewed, member.id, "viewer");
    expect(await takeUp(row.id)).toMatchObject({ state: "failed", isOpen: false, error: { code: "forbidden" } });
    await setRole(viewed, member.id, null);
    const other = await begin(member, intoFolder(file.id));
    await env.DIRECTORY.prepare("UPDATE users SET suspended_at = 1 WHERE id = ?").bind(owner.id).run();
    expect(await takeUp(other.id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
    await env.DIRECTORY.prepare("UPDATE users SET suspended_at = NULL WHERE id = ?").bind(owner.id).run();
    expect(await member.node(file.id)).toMatchObject({ state: "live" });
  });

  it("[M11] roots, mounts, and folders that are shared or have mounts in them stay where they are", async () => {
    expect(await post(member, intoFolder(root()))).toBe("409 root_immutable");
    expect(await post(member, requestOf(member, folder, folder, "home", root()))).toBe("409 root_immutable");
    const { mount } = (await member.spaces()).find(({ id }) => id === folder)!;
    expect(await post(member, intoFolder(mount!))).toBe("409 mount_in_shared");

    const other = await sharer();
    const theirs = (await other.folder()).id;
    await member.join(other, theirs);
    const within = (await member.spaces()).find(({ id }) => id === theirs)!;
    const outer = await member.folder();
    await member.commitOne({ type: "move", node: within.mount!, parent: outer.id, onConflict: "fail" });
    expect(await post(member, intoFolder(outer.id))).toBe("409 mount_in_shared");
    const mine = await member.folder();
    const shared = await member.folder(mine.id);
    await other.join(member, shared.id);
    expect(await post(member, intoFolder(mine.id))).toBe("409 mount_in_shared");
    expect(await post(member, intoFolder(shared.id))).toBe("409 mount_in_shared");
  });

  it("[M11] a mount that comes in meanwhile fails it, and nothing is in the target", async () => {
    const other = await sharer();
    const theirs = (await other.folder()).id;
    await member.join(other, theirs);
    const { mount } = (await member.spaces()).find(({ id }) => id === theirs)!;
    const top = await member.folder();
    await member.file(top.id);
    const row = await begin(member, intoFolder(top.id));
    await member.folder();
    await takeSteps(row.id, 2);
    await member.commitOne({ type: "move", node: mount!, parent: top.id, onConflict: "fail" });
    expect(await takeUp(row.id)).toMatchObject({ state: "failed", error: { code: "mount_in_shared" } });
    expect(await member.node(top.id)).toMatchObject({ state: "live" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] a name that is taken is told before anything is copied, or once it is to appear; `rename` takes another", async () => {
    const file = await member.file();
    await owner.file(folder, file.name);
    expect(await post(member, intoFolder(file.id))).toBe("409 name_conflict");
    const renamed = await ask(member, { ...intoFolder(file.id), onConflict: "rename" });
    expect(renamed).toMatchObject({ state: "done", name: file.name.replace(".txt", " (2).txt") });

    const late = await member.file();
    const row = await begin(member, { ...intoFolder(late.id), name: "named else" });
    await owner.file(folder, "Named Else");
    expect(await takeUp(row.id)).toMatchObject({ state: "failed", error: { code: "name_conflict" } });
    expect(await member.node(late.id)).toMatchObject({ state: "live" });
    expect(await post(member, { ...intoFolder(late.id), name: "a/b" })).toBe("422 invalid_name");
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] what leaves reach meanwhile, or whose target does, fails, and the original is untouched", async () => {
    const inside = await owner.folder(folder);
    const file = await owner.file(inside.id);
    const row = await begin(member, requestOf(member, folder, inside.id, "home", root()));
    await owner.folder();
    await takeSteps(row.id, 2);
    await owner.commitOne({ type: "move", node: inside.id, parent: owner.account.home.root, onConflict: "fail" });
    expect(await takeUp(row.id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
    expect(await owner.node(file.id)).toMatchObject({ state: "live", parent: inside.id });

    const target = await owner.folder(folder);
    const own = await member.file();
    const other = await begin(member, requestOf(member, "home", own.id, folder, target.id));
    await owner.commitOne({ type: "trash", node: target.id });
    expect(await takeUp(other.id)).toMatchObject({ state: "failed", error: { code: "parent_not_found" } });
    expect(await member.node(own.id)).toMatchObject({ state: "live" });
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);
  });

  it("[M11] [M6] what there is no room for fails before a byte is copied; a member is told no figures", async () => {
    const poor = await sharer();
    const theirs = (await poor.folder()).id;
    await member.join(poor, theirs);
    await (await poor.shard()).db.prepare("UPDATE owners SET quota = 150 WHERE id = ?").bind(poor.id).run();
    const top = await member.folder();
    for (let i = 0; i < 3; i++) await member.file(top.id);
    const failed = await ask(member, requestOf(member, "home", top.id, theirs, theirs));
    expect(failed).toMatchObject({ state: "failed", node: null, bytes: 0, error: { code: "over_quota" } });
    expect(failed.error!.detail).not.toMatch(/\d/);
    const { db } = await poor.shard();
    expect(await db.prepare("SELECT used FROM owners WHERE id = ?").bind(poor.id).first()).toEqual({ used: 0 });
    expect(await member.node(top.id)).toMatchObject({ state: "live" });

    // Three copies of one file take the room of one.
    const same = await member.folder();
    const chunks = [await member.chunk()];
    for (const name of ["a", "b", "c"])
      await member.commitOne({
        type: "createFile",
        parent: same.id,
        name,
        chunks,
        mtime: 1,
        onConflict: "fail",
        executable: false,
      });
    expect(await ask(member, requestOf(member, "home", same.id, theirs, theirs))).toMatchObject({
      state: "done",
      bytes: 300,
    });
  });
});

describe("transfers", () => {
  it("[M11] are sent again with the same id, and are refused with another request", async () => {
    const request = intoFolder((await member.file()).id);
    const first = await ask(member, request);
    expect(await ask(member, request)).toEqual(first);
    expect(await post(member, { ...request, name: "other" })).toBe("409 operation_mismatch");
    expect(await post(owner, { ...request, from: { space: owner.account.home.space, node: newId() } })).toBe(
      "409 operation_mismatch",
    );
  });

  it("[M11] are their asker's own, newest first", async () => {
    const made = await ask(member, intoFolder((await member.file()).id));
    const { transfers } = await member.send<Transfers>("GET", "/transfers");
    expect(transfers[0]).toEqual(made);
    expect(await member.send<Transfer>("GET", `/transfers/${made.id}`)).toEqual(made);
    expect((await owner.send<Transfers>("GET", "/transfers")).transfers).toEqual([]);
    expect(await problemOf(await owner.fetch("GET", `/transfers/${made.id}`))).toBe("404 not_found");
    expect(await problemOf(await owner.fetch("DELETE", `/transfers/${made.id}`))).toBe("404 not_found");
  });

  it("[M11] are cancelled until they appear: nothing is in the target, and the original is as it was", async () => {
    const top = await member.folder();
    const file = await member.file(top.id);
    const row = await begin(member, intoFolder(top.id));
    await member.folder();
    await takeSteps(row.id, 2);
    const before = Object.keys(await shownBelow(owner, folder, folder));
    expect(await member.send<Transfer>("DELETE", `/transfers/${row.id}`)).toMatchObject({
      state: "cancelled",
      node: null,
    });
    expect(await member.send<Transfer>("DELETE", `/transfers/${row.id}`)).toMatchObject({ state: "cancelled" });
    expect(await takeUp(row.id)).toMatchObject({ state: "cancelled", isOpen: false });
    expect(await member.node(file.id)).toMatchObject({ state: "live" });
    expect(Object.keys(await shownBelow(owner, folder, folder))).toEqual(before);
    expect([await defectsOf(owner), await defectsOf(member)]).toEqual([[], []]);

    const other = await begin(member, intoFolder(top.id));
    await takeSteps(other.id, 2);
    expect(await problemOf(await member.fetch("DELETE", `/transfers/${other.id}`))).toBe("409 transfer_ended");
    expect(await takeUp(other.id)).toMatchObject({ state: "done", error: null });
  });

  it("[M11] at most ten of an account's are under way", async () => {
    const other = await sharer();
    const theirs = (await owner.folder()).id;
    await other.join(owner, theirs);
    const home = (node: string) => requestOf(other, "home", node, theirs, theirs);
    const begun = [];
    for (let i = 0; i < LIMITS.transfers; i++) begun.push(await begin(other, home((await other.file()).id)));
    const one = home((await other.file()).id);
    expect(await post(other, one)).toBe("409 too_many_transfers");
    await takeUp(begun[0]!.id);
    expect(await ask(other, one)).toMatchObject({ state: "done" });
  });
});

describe("moving between spaces of one owner", () => {
  it("[M11] is one move, which keeps the id, for whoever edits in both", async () => {
    const [one, two] = [(await owner.folder()).id, (await owner.folder()).id];
    await member.join(owner, one);
    await member.join(owner, two);
    const inner = await owner.folder(one);
    await owner.file(inner.id);
    const request = requestOf(member, one, inner.id, two, two);
    expect(await ask(member, { ...request, name: "moved" })).toMatchObject({
      state: "done",
      node: inner.id,
      name: "moved",
      error: null,
    });
    expect(await owner.node(inner.id)).toMatchObject({ parent: two, name: "moved" });

    const own = await owner.file();
    expect(await ask(owner, requestOf(owner, "home", own.id, two, two))).toMatchObject({ state: "done", node: own.id });
    const back = requestOf(owner, two, own.id, "home", owner.account.home.root);
    expect(await ask(owner, back)).toMatchObject({ state: "done", node: own.id });
  });

  it("[M11] [M3] is decided where both ends are at that moment", async () => {
    const [one, two] = [(await owner.folder()).id, (await owner.folder()).id];
    await member.join(owner, one);
    await member.join(owner, two);
    const [leaving, staying, target] = [await owner.file(one), await owner.file(one), await owner.folder(two)];
    const out = await begin(member, requestOf(member, one, leaving.id, two, two));
    const into = await begin(member, requestOf(member, one, staying.id, two, target.id));
    const home = owner.account.home.root;
    for (const node of [leaving.id, target.id])
      await owner.commitOne({ type: "move", node, parent: home, onConflict: "fail" });
    expect(await takeUp(out.id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
    expect(await takeUp(into.id)).toMatchObject({ state: "failed", error: { code: "parent_not_found" } });
    expect(await owner.node(leaving.id)).toMatchObject({ parent: home });
    expect(await owner.node(staying.id)).toMatchObject({ parent: one });
  });
});
