import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { EditOutcome } from "../../../web/src/drive/drive.ts";
import { editsOf } from "../../../web/src/drive/edits.ts";
import { DriveWorld } from "./support/drive-world.ts";
import { MemoryBrowser, MemoryNetwork, MemoryPage } from "./support/memory-drive-ports.ts";
import { entryOf, namesIn, opened, untilComplete } from "./support/open-drive.ts";

let world: DriveWorld;

beforeEach(() => {
  world = new DriveWorld();
});

afterEach(() => {
  world.close();
});

describe("a drive without a network", () => {
  it("[B6] keeps edits, also over a reload, and sends each once and in order when it is back", async () => {
    const first = await opened(world);
    first.network.set(false);
    expect(first.drive.status().connection).toBe("offline");
    const { id } = editsOf(first.drive).createFolder(world.root, "docs");
    void editsOf(first.drive).createFolder(id, "inner").outcome;
    void editsOf(first.drive).rename(entryOf(first.drive, id), "papers");
    await vi.waitFor(() => expect(first.browser.store.edits).toHaveLength(3));
    first.drive.stop();

    const { drive, network } = world.open({ browser: first.browser, network: first.network });
    drive.hold(world.root);
    await vi.waitFor(() => expect(namesIn(drive, world.root)).toEqual(["papers"]));
    expect(drive.status().waiting).toBe(3);
    const before = world.server.space.seq;
    network.set(true);
    await vi.waitFor(() => expect(drive.status().waiting).toBe(0));
    expect(world.names(world.root)).toEqual(["papers"]);
    expect(world.names(id)).toEqual(["inner"]);
    expect(world.server.space.seq - before).toBe(3);
    expect(first.browser.store.edits).toEqual([]);
  });

  it("[B6] sends an edit again whose answer was lost, and it is done once", async () => {
    const { drive } = await opened(world);
    let cuts = 2;
    world.weather = (request, when) =>
      request === "commit" && when === "after" && cuts-- > 0
        ? Promise.reject(new NetworkError("cut off"))
        : Promise.resolve();
    const before = world.server.space.seq;
    const { outcome } = editsOf(drive).createFolder(world.root, "docs");
    expect((await outcome).failed).toEqual([]);
    expect(world.requests.filter((request) => request === "commit")).toHaveLength(3);
    expect(world.server.space.seq - before).toBe(1);
    expect(namesIn(drive, world.root)).toEqual(["docs"]);
  });

  it("[B6] tells of an edit that was refused though the page that made it is no more", async () => {
    world.make(world.root, "docs");
    const first = await opened(world);
    first.network.set(false);
    void editsOf(first.drive).createFolder(world.root, "docs").outcome;
    await vi.waitFor(() => expect(first.browser.store.edits).toHaveLength(1));
    first.drive.stop();
    first.network.set(true);
    const { drive } = world.open({ browser: first.browser, network: first.network });
    const outcomes: EditOutcome[] = [];
    drive.onOutcome((outcome) => outcomes.push(outcome));
    await vi.waitFor(() => expect(outcomes).toMatchObject([{ undo: null, failed: [{ code: "name_conflict" }] }]));
  });

  it("[B6] gives up an edit that the server cannot carry out, so that those behind it go on", async () => {
    const { drive } = await opened(world);
    let isFirst = true;
    let first = "";
    world.weather = (request, when) => {
      if (request !== "commit" || when === "after") return Promise.resolve();
      first ||= drive.status().waiting === 2 ? "a" : "";
      return isFirst ? Promise.reject(new LedgeError("internal")) : Promise.resolve();
    };
    const a = editsOf(drive).createFolder(world.root, "a").outcome;
    const b = editsOf(drive).createFolder(world.root, "b").outcome;
    expect((await a).failed).toMatchObject([{ code: "internal" }]);
    isFirst = false;
    expect((await b).failed).toEqual([]);
    expect(namesIn(drive, world.root)).toEqual(["b"]);
  });

  it("[B8] catches up from its cursor when it is back", async () => {
    const [docs] = world.make(world.root, "docs");
    const { drive, network } = await opened(world);
    network.set(false);
    world.server.commit([{ type: "move", node: docs?.id ?? "", name: "papers" }], newId());
    world.make(world.root, "new");
    const listings = world.requests.filter((request) => request === "children").length;
    network.set(true);
    await vi.waitFor(() => expect(namesIn(drive, world.root)).toEqual(["new", "papers"]));
    await vi.waitFor(() => expect(drive.status().connection).toBe("live"));
    expect(world.requests.filter((request) => request === "children")).toHaveLength(listings);
  });

  it("[B5] reads everything anew where the server's history was replaced", async () => {
    world.make(world.root, "kept");
    world.server.backUp();
    world.make(world.root, "lost");
    const { drive, network } = await opened(world);
    network.set(false);
    world.server.rollBack(0, true);
    world.make(world.root, "new");
    network.set(true);
    await vi.waitFor(() => expect(namesIn(drive, world.root)).toEqual(["kept", "new"]));
    expect(drive.folder(world.root).state).toBe("complete");
  });

  it("[B5] reads everything anew rather than follow very many changes", async () => {
    world.server.pageSize = 10;
    const { drive, network } = await opened(world);
    network.set(false);
    world.make(world.root, ...Array.from({ length: 100 }, (_, at) => `f${at}`));
    network.set(true);
    await vi.waitFor(() => expect(drive.folder(world.root).entries).toHaveLength(100));
    expect(world.requests.filter((request) => request === "changes").length).toBeLessThan(10);
  });

  it("[B19] keeps folders that were seen for a moment only", async () => {
    const [docs] = world.make(world.root, "docs");
    const id = docs?.id ?? "";
    const { drive, browser } = await opened(world);
    const release = drive.hold(id);
    await untilComplete(drive, id);
    release();
    await vi.waitFor(() => expect(browser.store.folders.has(id)).toBe(true));
  });

  it("[B19] keeps what there was no room for when the page is left, if there is by then", async () => {
    const [page, browser] = [new MemoryPage(), new MemoryBrowser()];
    const keep = vi.spyOn(browser.store, "keep").mockRejectedValue(new Error("no room"));
    await opened(world, { page, browser });
    await vi.waitFor(() => expect(keep).toHaveBeenCalled());
    keep.mockRestore();
    expect(browser.store.folders.size).toBe(0);
    page.leave();
    await vi.waitFor(() => expect(browser.store.folders.has(world.root)).toBe(true));
  });

  it("[B19] shows what it saw last, and what has become of it when the network is back", async () => {
    const [docs, gone] = world.make(world.root, "docs", "gone");
    const [inner] = world.make(docs?.id ?? "", "inner");
    const first = await opened(world);
    first.drive.hold(docs?.id ?? "");
    await untilComplete(first.drive, docs?.id ?? "");
    await vi.waitFor(() => expect(first.browser.store.folders.size).toBe(2));
    first.drive.stop();
    world.server.commit([{ type: "trash", node: gone?.id ?? "" }], newId());
    world.server.commit([{ type: "move", node: docs?.id ?? "", name: "papers" }], newId());

    first.network.set(false);
    const { drive } = world.open({ browser: first.browser, network: first.network });
    drive.hold(world.root);
    drive.hold(docs?.id ?? "");
    await vi.waitFor(() => expect(drive.folder(world.root).state).toBe("kept"));
    expect(namesIn(drive, world.root)).toEqual(["docs", "gone"]);
    await vi.waitFor(() => expect(drive.folder(docs?.id ?? "").state).toBe("kept"));
    expect(drive.ancestors(inner?.id ?? "")?.map(({ name }) => name)).toEqual(["", "docs"]);
    first.network.set(true);
    await untilComplete(drive, world.root);
    expect(namesIn(drive, world.root)).toEqual(["papers"]);
    expect(drive.ancestors(inner?.id ?? "")?.map(({ name }) => name)).toEqual(["", "papers"]);
  });

  it("[B9] says that a folder failed, and loads it when asked to again", async () => {
    world.make(world.root, "docs");
    world.weather = (request) =>
      request === "children" ? Promise.reject(new NetworkError("down")) : Promise.resolve();
    const { drive } = world.open({ browser: new MemoryBrowser(), network: new MemoryNetwork() });
    drive.hold(world.root);
    await vi.waitFor(() => expect(drive.folder(world.root).state).toBe("failed"));
    expect(drive.folder(world.root).error).toBeInstanceOf(NetworkError);
    world.weather = () => Promise.resolve();
    drive.retry();
    await untilComplete(drive, world.root);
    expect(namesIn(drive, world.root)).toEqual(["docs"]);
  });
});
