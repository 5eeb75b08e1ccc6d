import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../protocol/new-id.ts";
import type { RunningDrive } from "../../../web/src/drive/create-drive.ts";
import { editsOf } from "../../../web/src/drive/edits.ts";
import { DriveWorld } from "./support/drive-world.ts";
import { MemoryBrowser, MemoryNetwork } from "./support/memory-drive-ports.ts";
import { entryOf, namesIn, opened, untilComplete } from "./support/open-drive.ts";
import type { SharedFolder } from "./support/shared-folder.ts";

let world: DriveWorld;
beforeEach(() => {
  world = new DriveWorld();
});
afterEach(() => world.close());

/** Makes folders below a shared one, as its owner. */
function makeIn(shared: SharedFolder, parent: string, ...names: string[]): string[] {
  return names.map((name) => {
    const id = newId();
    shared.owner.commit([{ type: "createFolder", id, parent, name }], newId());
    return id;
  });
}

async function shows(drive: RunningDrive, folder: string, ...names: string[]): Promise<void> {
  await vi.waitFor(() => expect(namesIn(drive, folder)).toEqual(names));
}

describe("a drive with shared folders", () => {
  it("[M5] shows what is in a mount, in the folder's own space, where the mount is", async () => {
    const [team = world.root] = world.make(world.root, "Team").map(({ id }) => id);
    const shared = world.share("Plans", team);
    const [inner = ""] = makeIn(shared, shared.id, "Drafts");
    const { drive } = await opened(world);
    drive.hold(team);
    await shows(drive, team, "Plans");
    const mount = entryOf(drive, shared.mount ?? "");
    expect(mount).toMatchObject({ mount: shared.id, sharedIn: null });
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    expect(namesIn(drive, shared.id)).toEqual(["Drafts"]);
    expect(entryOf(drive, inner)).toMatchObject({ space: shared.id, sharedIn: shared.id, parent: shared.id });
    expect(drive.ancestors(inner)?.map(({ id }) => id)).toEqual([world.root, team, shared.id]);
    expect(drive.ancestors(inner)?.at(-1)).toMatchObject({ name: "Plans", sharedIn: shared.id });
    expect(world.requests).toContain(`children in ${shared.id}`);
    // The name on the way is the mount's, which is the member's own.
    await editsOf(drive).rename(mount, "Our plans");
    expect(drive.ancestors(inner)?.at(-1)?.name).toBe("Our plans");
  });

  it("[M5] finds a folder deep in a shared one by its id alone, with the way to it", async () => {
    const [team = world.root] = world.make(world.root, "Team").map(({ id }) => id);
    world.share("Other");
    const shared = world.share("Plans", team);
    const [inner = ""] = makeIn(shared, shared.id, "Drafts");
    const [deep = ""] = makeIn(shared, inner, "May");
    const { drive } = world.open();
    drive.hold(deep);
    await untilComplete(drive, deep);
    await vi.waitFor(() =>
      expect(drive.ancestors(deep)?.map(({ name }) => name)).toEqual(["", "Team", "Plans", "Drafts"]),
    );
    expect(await drive.need(shared.id)).toMatchObject({ id: shared.id, name: "Plans", parent: team });
  });

  it("[M8] follows a shared folder that was read, by its own cursor, when it is told that something changed", async () => {
    const shared = world.share("Plans");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    makeIn(shared, shared.id, "New");
    await shows(drive, shared.id, "New");
    // What the owner does elsewhere is not told of.
    makeIn(shared, shared.owner.space.rootId, "Private");
    makeIn(shared, shared.id, "Newer");
    await shows(drive, shared.id, "New", "Newer");
    expect(namesIn(drive, world.root)).toEqual(["Plans"]);
  });

  it("[M13] shows a folder that was the account's own where its mount is, as what the new owner has under the same ids", async () => {
    const [plans, drafts] = [newId(), newId()];
    world.server.commit(
      [
        { type: "createFolder", id: plans, parent: world.root, name: "Plans" },
        { type: "createFolder", id: drafts, parent: plans, name: "Drafts" },
        { type: "createFolder", parent: drafts, name: "May" },
      ],
      newId(),
    );
    for (const name of ["One", "Two", "Drafts"]) world.server.commit([{ type: "move", node: drafts, name }], newId());
    const shared = world.own(plans);
    const { drive } = await opened(world);
    drive.hold(plans);
    drive.hold(drafts);
    await shows(drive, drafts, "May");
    shared.owner.commit([{ type: "createFolder", id: drafts, parent: plans, name: "Drafts" }], newId());
    world.handOver(shared, "manager");
    await vi.waitFor(() => expect(entryOf(drive, plans)).toMatchObject({ sharedIn: plans, canEdit: true }));
    await shows(drive, plans, "Drafts");
    await shows(drive, drafts);
    expect(entryOf(drive, drafts)).toMatchObject({ space: plans, sharedIn: plans });
    expect(namesIn(drive, world.root)).toEqual(["Plans"]);
    expect(drive.ancestors(drafts)?.map(({ id }) => id)).toEqual([world.root, plans]);
    const later = await opened(world);
    expect(await later.drive.need(drafts), "its trashed namesake is not what is meant").toMatchObject({ space: plans });
  });

  it("[M13] shows a folder that became the account's own as such, with what is in it now", async () => {
    const shared = world.share("Plans");
    const [drafts = ""] = makeIn(shared, shared.id, "Drafts");
    for (const name of ["One", "Two", "Drafts"]) shared.owner.commit([{ type: "move", node: drafts, name }], newId());
    const { drive } = await opened(world);
    drive.hold(shared.id);
    drive.hold(drafts);
    await shows(drive, shared.id, "Drafts");
    expect(entryOf(drive, drafts).sharedIn).toBe(shared.id);
    world.handOver(shared, "owner", [{ type: "createFolder", id: drafts, parent: shared.id, name: "Drafts" }]);
    await vi.waitFor(() => expect(entryOf(drive, shared.id)).toMatchObject({ sharedIn: null, parent: world.root }));
    await shows(drive, shared.id, "Drafts");
    await vi.waitFor(() => expect(entryOf(drive, drafts).sharedIn).toBeNull());
    expect(namesIn(drive, world.root)).toEqual(["Plans"]);
    world.make(drafts, "June");
    await shows(drive, drafts, "June");
  });

  it("[M7] lists what comes into a shared folder, and takes out what leaves it, with all that is below", async () => {
    const shared = world.share("Plans");
    const { root } = { root: shared.owner.space.rootId };
    const [moved = ""] = makeIn(shared, root, "Moved");
    const [below = ""] = makeIn(shared, moved, "Below");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    shared.owner.commit([{ type: "move", node: moved, parent: shared.id }], newId());
    await shows(drive, shared.id, "Moved");
    drive.hold(moved);
    drive.hold(below);
    await shows(drive, moved, "Below");
    await untilComplete(drive, below);
    shared.owner.commit([{ type: "move", node: moved, parent: root }], newId());
    await shows(drive, shared.id);
    await vi.waitFor(() =>
      expect([drive.folder(moved).state, drive.folder(below).state]).toEqual(["missing", "missing"]),
    );
    // While it was outside, nothing was told of what is in it.
    shared.owner.commit([{ type: "move", node: below, name: "Renamed" }], newId());
    shared.owner.commit([{ type: "move", node: moved, parent: shared.id }], newId());
    await shows(drive, shared.id, "Moved");
    await shows(drive, moved, "Renamed");
    await untilComplete(drive, below);
  });

  it("[B6] [B7] shows edits in a shared folder at once, sends them there, and undoes them there", async () => {
    const shared = world.share("Plans");
    const [draft = ""] = makeIn(shared, shared.id, "Draft");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    const edits = editsOf(drive);
    const renaming = edits.rename(entryOf(drive, draft), "Final");
    expect(namesIn(drive, shared.id)).toEqual(["Final"]);
    const renamed = await renaming;
    expect(renamed.failed).toEqual([]);
    const { id, outcome } = edits.createFolder(shared.id, "Made");
    expect(entryOf(drive, id)).toMatchObject({ pending: true, sharedIn: shared.id });
    expect((await outcome).failed).toEqual([]);
    expect(shared.children(shared.id).map(({ name }) => name)).toEqual(["Final", "Made"]);
    await drive.undoLast();
    await drive.undoLast();
    await shows(drive, shared.id, "Draft");
    expect(shared.children(shared.id).map(({ name }) => name)).toEqual(["Draft"]);
    expect(world.requests.filter((request) => request.startsWith("commit"))).toEqual(
      Array.from({ length: 4 }, () => `commit in ${shared.id}`),
    );
  });

  it("[B7] does not undo what another member has changed since, though no message came yet", async () => {
    const shared = world.share("Plans");
    const [draft = ""] = makeIn(shared, shared.id, "Draft");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    await editsOf(drive).rename(entryOf(drive, draft), "Mine");
    shared.listeners.clear();
    shared.owner.commit([{ type: "move", node: draft, name: "Theirs" }], newId());
    const outcome = await drive.undoLast();
    expect(outcome?.failed).toMatchObject([{ node: draft, code: "stale_base" }]);
    expect(shared.children(shared.id).map(({ name }) => name)).toEqual(["Theirs"]);
  });

  it("[B6] sends what was edited offline to the space that it was edited in, after a reload", async () => {
    const shared = world.share("Plans");
    const browser = new MemoryBrowser();
    const network = new MemoryNetwork();
    const first = await opened(world, { browser, network });
    first.drive.hold(shared.id);
    await untilComplete(first.drive, shared.id);
    network.set(false);
    void editsOf(first.drive).createFolder(shared.id, "Offline").outcome;
    void editsOf(first.drive).createFolder(world.root, "Home").outcome;
    await vi.waitFor(() => expect(browser.store.edits).toHaveLength(2));
    first.drive.stop();
    const again = world.open({ browser });
    again.drive.hold(shared.id);
    await vi.waitFor(() => expect(world.names(world.root)).toEqual(["Home", "Plans"]));
    expect(shared.children(shared.id).map(({ name }) => name)).toEqual(["Offline"]);
    await vi.waitFor(() => expect(again.drive.status().waiting).toBe(0));
  });

  it("[B19] shows offline what was seen of a shared folder, with the way to it, and what changed once online", async () => {
    const shared = world.share("Plans");
    const [inner = ""] = makeIn(shared, shared.id, "Drafts");
    makeIn(shared, inner, "May");
    const browser = new MemoryBrowser();
    const first = await opened(world, { browser });
    first.drive.hold(inner);
    await untilComplete(first.drive, inner);
    await vi.waitFor(() => expect(browser.store.folders.get(inner)).toMatchObject({ space: shared.id }));
    first.drive.stop();
    makeIn(shared, inner, "June");
    const network = new MemoryNetwork();
    network.set(false);
    const { drive } = world.open({ browser, network });
    drive.hold(inner);
    await vi.waitFor(() => expect(drive.folder(inner).state).toBe("kept"));
    expect(namesIn(drive, inner)).toEqual(["May"]);
    expect(drive.ancestors(inner)?.map(({ name }) => name)).toEqual(["", "Plans"]);
    network.set(true);
    await shows(drive, inner, "June", "May");
  });

  it("[M9] closes a shared folder live for a member who was removed, and keeps nothing of it", async () => {
    const shared = world.share("Plans");
    const [inner = ""] = makeIn(shared, shared.id, "Drafts");
    const { drive, browser } = await opened(world);
    drive.hold(shared.id);
    drive.hold(inner);
    await untilComplete(drive, shared.id);
    await untilComplete(drive, inner);
    await vi.waitFor(() => expect(browser.store.folders.has(inner)).toBe(true));
    world.remove(shared);
    await vi.waitFor(() => {
      expect(drive.folder(shared.id).state).toBe("unshared");
      expect(drive.folder(inner).state).toBe("unshared");
    });
    await shows(drive, world.root);
    expect(drive.folder(inner).entries).toEqual([]);
    expect(drive.entry(inner)).toBeUndefined();
    await vi.waitFor(() => expect(browser.store.folders.has(inner)).toBe(false));
    // Its changes are not asked for any more.
    const asked = world.requests.length;
    makeIn(shared, shared.id, "Later");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.requests.slice(asked).filter((request) => request.startsWith("changes in"))).toEqual([]);
  });

  it("[M9] [M10] finds out by itself where nobody tells, and comes back when the folder does", async () => {
    const shared = world.share("Plans");
    makeIn(shared, shared.id, "Draft");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    shared.isShared = false;
    for (const tell of shared.listeners) tell();
    await vi.waitFor(() => expect(drive.folder(shared.id).state).toBe("unshared"));
    shared.isShared = true;
    world.notice("spaces");
    await vi.waitFor(() => expect(drive.folder(shared.id).state).toBe("complete"));
    expect(namesIn(drive, shared.id)).toEqual(["Draft"]);
    makeIn(shared, shared.id, "More");
    await shows(drive, shared.id, "Draft", "More");
  });

  it("[M2] knows the roles, and what a role does not allow is taken back and said", async () => {
    const shared = world.share("Plans");
    const [draft = ""] = makeIn(shared, shared.id, "Draft");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    await vi.waitFor(() =>
      expect(drive.spaces()).toMatchObject([{ id: shared.id, role: "editor", mount: shared.mount }]),
    );
    shared.role = "viewer";
    const outcome = await editsOf(drive).rename(entryOf(drive, draft), "Not mine");
    expect(outcome.failed).toMatchObject([{ node: draft, code: "forbidden" }]);
    expect(namesIn(drive, shared.id)).toEqual(["Draft"]);
    world.notice("spaces");
    await vi.waitFor(() => expect(drive.spaces()).toMatchObject([{ role: "viewer" }]));
  });

  it("[B7] carries one edit of several spaces out in each, in its order", async () => {
    const shared = world.share("Plans");
    const [draft = ""] = makeIn(shared, shared.id, "Draft");
    const [own] = world.make(world.root, "Own");
    const { drive } = await opened(world);
    drive.hold(shared.id);
    await untilComplete(drive, shared.id);
    await vi.waitFor(() => expect(drive.entry(own?.id ?? "")).toBeDefined());
    const outcome = await editsOf(drive).trash([entryOf(drive, own?.id), entryOf(drive, draft)]);
    expect(outcome.failed).toEqual([]);
    await shows(drive, world.root, "Plans");
    await shows(drive, shared.id);
    await drive.undoLast();
    await shows(drive, world.root, "Own", "Plans");
    await shows(drive, shared.id, "Draft");
  });
});

describe("tabs with a shared folder", () => {
  it("[M8] pass on what the one with the socket is told of it, and each other's edits in it", async () => {
    const shared = world.share("Plans");
    const browser = new MemoryBrowser();
    const tabs = [await opened(world, { browser }), await opened(world, { browser })];
    for (const { drive } of tabs) {
      drive.hold(shared.id);
      await untilComplete(drive, shared.id);
    }
    makeIn(shared, shared.id, "New");
    for (const { drive } of tabs) await shows(drive, shared.id, "New");
    const [, second] = tabs;
    await editsOf(second?.drive ?? world.open().drive).createFolder(shared.id, "Second").outcome;
    for (const { drive } of tabs) await shows(drive, shared.id, "New", "Second");
  });
});
