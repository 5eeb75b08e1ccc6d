import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { editsOf } from "../../../web/src/drive/edits.ts";
import { DriveWorld } from "./support/drive-world.ts";
import { entryOf, namesIn, opened } from "./support/open-drive.ts";

let world: DriveWorld;

beforeEach(() => {
  world = new DriveWorld();
});

afterEach(() => {
  world.close();
});

describe("several tabs of a browser", () => {
  it("[B8] share a socket: all of them are live, and see what is changed elsewhere", async () => {
    const first = await opened(world);
    const second = await opened(world, { browser: first.browser });
    expect(world.server.listeners.size).toBe(1);
    world.make(world.root, "new");
    await vi.waitFor(() => expect(namesIn(second.drive, world.root)).toEqual(["new"]));
    expect(namesIn(first.drive, world.root)).toEqual(["new"]);
  });

  it("[B6] show each other's edits at once, and one of them sends each once", async () => {
    const first = await opened(world);
    const second = await opened(world, { browser: first.browser });
    const before = world.server.space.seq;
    let isSlow = Promise.withResolvers<void>();
    world.weather = (request, when) => (request === "commit" && when === "before" ? isSlow.promise : Promise.resolve());
    const { id, outcome } = editsOf(second.drive).createFolder(world.root, "docs");
    await vi.waitFor(() => expect(entryOf(first.drive, id).pending).toBe(true));
    isSlow.resolve();
    expect((await outcome).failed).toEqual([]);
    await vi.waitFor(() => expect(entryOf(first.drive, id).pending).toBe(false));
    expect(world.server.space.seq - before).toBe(1);
    expect(world.requests.filter((request) => request === "commit")).toHaveLength(1);
    isSlow = Promise.withResolvers();
    isSlow.resolve();
  });

  it("[B6] go on where the one that sends is closed amid an edit: it is done once", async () => {
    const first = await opened(world);
    const second = await opened(world, { browser: first.browser });
    const before = world.server.space.seq;
    let isClosed = false;
    world.weather = async (request, when) => {
      if (request !== "commit" || when !== "after" || isClosed) return;
      isClosed = true;
      first.drive.stop();
    };
    const { outcome } = editsOf(second.drive).createFolder(world.root, "docs");
    expect((await outcome).failed).toEqual([]);
    expect(world.requests.filter((request) => request === "commit")).toHaveLength(2);
    expect(world.server.space.seq - before).toBe(1);
    await vi.waitFor(() => expect(second.drive.status()).toEqual({ connection: "live", waiting: 0 }));
    world.make(world.root, "new");
    await vi.waitFor(() => expect(namesIn(second.drive, world.root)).toEqual(["docs", "new"]));
  });
});
