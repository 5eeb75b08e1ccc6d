import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../protocol/new-id.ts";
import type { EditOutcome } from "../../../web/src/drive/drive.ts";
import { editsOf } from "../../../web/src/drive/edits.ts";
import { DriveWorld } from "./support/drive-world.ts";
import { entryOf, namesIn, opened, untilComplete } from "./support/open-drive.ts";

let world: DriveWorld;

beforeEach(() => {
  world = new DriveWorld();
});

afterEach(() => {
  world.close();
});

describe("a drive", () => {
  it("[B5] loads a folder of several pages, and what changed while it was read", async () => {
    world.make(world.root, ...Array.from({ length: 3000 }, (_, i) => `f${String(i).padStart(4, "0")}`));
    const { drive } = world.open();
    let pages = 0;
    world.weather = (request, when) => {
      if (request === "children" && when === "after" && ++pages === 2) world.make(world.root, "a new one");
      return Promise.resolve();
    };
    drive.hold(world.root);
    await untilComplete(drive, world.root);
    await vi.waitFor(() => expect(namesIn(drive, world.root)).toEqual(world.names(world.root)));
  });

  it("[B5] misses nothing where the first reads overtake each other", async () => {
    const [docs] = world.make(world.root, "docs");
    const id = docs?.id ?? "";
    const { drive } = world.open();
    let listings = 0;
    world.weather = async (request, when) => {
      if (request !== "children" || when === "before" || ++listings > 1) return;
      // The first listing was read before this, and arrives after the second.
      world.make(id, "meanwhile");
      await vi.waitFor(() => expect(drive.folder(world.root).state).toBe("complete"));
    };
    drive.hold(id);
    drive.hold(world.root);
    await untilComplete(drive, id);
    await vi.waitFor(() => expect(namesIn(drive, id)).toEqual(["meanwhile"]));
  });

  it("[B5] does not take a listing's older state for what has left the folder", async () => {
    const [docs, moving] = world.make(world.root, "docs", "moving");
    const { drive } = world.open();
    drive.hold(docs?.id ?? "");
    await untilComplete(drive, docs?.id ?? "");
    await vi.waitFor(() => expect(drive.status().connection).toBe("live"));
    const [other] = world.make(docs?.id ?? "", "other");
    world.weather = async (request, when) => {
      if (request !== "children" || when === "before") return;
      world.server.commit([{ type: "move", node: moving?.id ?? "", parent: other?.id ?? "" }], newId());
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    drive.hold(world.root);
    await untilComplete(drive, world.root);
    expect(namesIn(drive, world.root)).toEqual(["docs"]);
  });

  it("[B8] shows what is changed elsewhere, and keeps the other entries as they were", async () => {
    const [docs, rest] = world.make(world.root, "docs", "rest");
    const { drive } = await opened(world);
    const before = entryOf(drive, rest?.id);
    world.server.commit([{ type: "move", node: docs?.id ?? "", name: "papers" }], newId());
    world.make(world.root, "new");
    await vi.waitFor(() => expect(namesIn(drive, world.root)).toEqual(["new", "papers", "rest"]));
    expect(drive.folder(world.root).entries).toContain(before);
    expect(drive.folder(world.root)).toBe(drive.folder(world.root));
  });

  it("[B8] tells of what is changed where nobody looks, and where nothing was read that it may have", async () => {
    const [docs] = world.make(world.root, "docs");
    const [inner] = world.make(docs?.id ?? "", "inner");
    const { drive } = await opened(world);
    const news: string[] = [];
    drive.onNews((nodes) => news.push(...(nodes?.map(({ name, state }) => `${name} ${state}`) ?? [])));
    world.server.commit([{ type: "trash", node: inner?.id ?? "" }], newId());
    await vi.waitFor(() => expect(news).toContain("inner trashed"));

    const { drive: idle } = world.open();
    await vi.waitFor(() => expect(idle.status().connection).toBe("live"));
    const told = vi.fn();
    idle.onNews(told);
    world.server.commit([{ type: "restore", node: inner?.id ?? "" }], newId());
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(null));
  });

  it("[B8] says that a folder is gone when one above it goes to the trash, and that it is back", async () => {
    const [docs] = world.make(world.root, "docs");
    const [inner] = world.make(docs?.id ?? "", "inner");
    const { drive } = await opened(world);
    drive.hold(inner?.id ?? "");
    await drive.need(inner?.id ?? "");
    await untilComplete(drive, inner?.id ?? "");
    world.server.commit([{ type: "trash", node: docs?.id ?? "" }], newId());
    await vi.waitFor(() => expect(drive.folder(inner?.id ?? "").state).toBe("missing"));
    world.server.commit([{ type: "restore", node: docs?.id ?? "" }], newId());
    await untilComplete(drive, inner?.id ?? "");
  });

  it("[B8] finds an entry of which it knows nothing, with the folders above it", async () => {
    const [docs] = world.make(world.root, "docs");
    const [inner] = world.make(docs?.id ?? "", "inner");
    const { drive } = world.open();
    expect(drive.entry(inner?.id ?? "")).toBeUndefined();
    expect(await drive.need(inner?.id ?? "")).toMatchObject({ name: "inner" });
    expect(drive.ancestors(inner?.id ?? "")?.map(({ name }) => name)).toEqual(["", "docs"]);
    expect(await drive.need(newId())).toBeNull();
    world.server.commit([{ type: "move", node: docs?.id ?? "", name: "papers" }], newId());
    await vi.waitFor(() => expect(drive.ancestors(inner?.id ?? "")?.map(({ name }) => name)).toEqual(["", "papers"]));
  });

  it("[B8] says that what is below a trashed folder is missing, where it knows of that only so", async () => {
    const [docs] = world.make(world.root, "docs");
    const [inner] = world.make(docs?.id ?? "", "inner");
    world.server.commit([{ type: "trash", node: docs?.id ?? "" }], newId());
    const { drive } = world.open();
    drive.hold(inner?.id ?? "");
    await drive.need(inner?.id ?? "");
    expect(drive.folder(inner?.id ?? "").state).toBe("missing");
  });

  it("[B6] shows an edit at once, and keeps it once it is answered", async () => {
    const { drive } = await opened(world);
    const { id, outcome } = editsOf(drive).createFolder(world.root, "docs");
    expect(drive.entry(id)).toMatchObject({ name: "docs", pending: true });
    expect(namesIn(drive, world.root)).toEqual(["docs"]);
    expect(drive.status().waiting).toBe(1);
    expect(await outcome).toMatchObject({ failed: [] });
    expect(drive.entry(id)).toMatchObject({ name: "docs", pending: false });
    expect(world.names(world.root)).toEqual(["docs"]);
  });

  it("[B6] opens a folder that is still on its way", async () => {
    const { drive, network } = await opened(world);
    network.set(false);
    const { id, outcome } = editsOf(drive).createFolder(world.root, "docs");
    drive.hold(id);
    expect(drive.folder(id)).toMatchObject({ state: "complete", entries: [] });
    expect(drive.ancestors(id)).toHaveLength(1);
    network.set(true);
    await outcome;
    world.make(id, "inner");
    await vi.waitFor(() => expect(namesIn(drive, id)).toEqual(["inner"]));
    await untilComplete(drive, id);
  });

  it("[B6] takes back what the server refuses, and says why", async () => {
    const [a] = world.make(world.root, "a", "b");
    const { drive } = await opened(world);
    const outcome = editsOf(drive).rename(entryOf(drive, a?.id), "b");
    expect(namesIn(drive, world.root)).toEqual(["b", "b"]);
    expect((await outcome).failed).toMatchObject([{ node: a?.id, code: "name_conflict" }]);
    expect(namesIn(drive, world.root)).toEqual(["a", "b"]);
  });

  it("[B6] says which refusals are asked about by whoever made the edit, so that nobody else tells of them", async () => {
    const [a, docs] = world.make(world.root, "a", "docs");
    world.make(docs?.id ?? "", "a");
    const { drive } = await opened(world);
    const told: EditOutcome[] = [];
    drive.onOutcome((outcome) => told.push(outcome));
    await editsOf(drive).move([entryOf(drive, a?.id)], docs?.id ?? "", "ask");
    await editsOf(drive).move([entryOf(drive, a?.id)], docs?.id ?? "");
    expect(told.map(({ asksAbout, failed }) => [asksAbout, failed[0]?.code])).toEqual([
      ["name_conflict", "name_conflict"],
      [undefined, "name_conflict"],
    ]);
  });

  it("[B6] sends an edit of more operations than a commit takes in several, and tells of it once", async () => {
    world.make(world.root, ...Array.from({ length: 1_500 }, (_, at) => `f${at}`));
    const { drive } = await opened(world);
    let outcomes = 0;
    drive.onOutcome(() => (outcomes += 1));
    const { done, failed } = await editsOf(drive).trash(drive.folder(world.root).entries);
    expect([done.length, failed.length, outcomes]).toEqual([1_500, 0, 1]);
    expect(world.names(world.root)).toEqual([]);
  });

  it("[B20] shows stars at once, sends them, and hears of those given elsewhere", async () => {
    const [a, b] = world.make(world.root, "a", "b");
    const { drive } = await opened(world);
    const { drive: other } = await opened(world);
    const given = editsOf(drive).star([entryOf(drive, a?.id)], true);
    expect(entryOf(drive, a?.id).starred).toBe(true);
    const outcome = await given;
    expect([...world.stars]).toEqual([a?.id]);
    await vi.waitFor(() => expect(entryOf(other, a?.id).starred).toBe(true));
    await outcome.undo?.();
    expect([...world.stars]).toEqual([]);
    await editsOf(other).star([entryOf(other, b?.id)], true);
    await vi.waitFor(() => expect([a, b].map((each) => entryOf(drive, each?.id).starred)).toEqual([false, true]));
  });
});
