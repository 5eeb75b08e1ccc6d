import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Drive } from "../../../web/src/drive/drive.ts";
import { editsOf } from "../../../web/src/drive/edits.ts";
import { DriveWorld } from "./support/drive-world.ts";

let world: DriveWorld;

beforeEach(() => {
  world = new DriveWorld();
});

afterEach(() => {
  world.close();
});

const names = (drive: Drive, folder: string): string[] =>
  drive
    .folder(folder)
    .entries.map(({ name }) => name)
    .sort();

async function untilComplete(drive: Drive, folder: string): Promise<void> {
  await vi.waitFor(() => expect(drive.folder(folder).state).toBe("complete"));
}

async function opened(options: Parameters<DriveWorld["open"]>[0] = {}): Promise<ReturnType<DriveWorld["open"]>> {
  const tab = world.open(options);
  tab.drive.hold(world.root);
  await untilComplete(tab.drive, world.root);
  await vi.waitFor(() => expect(tab.drive.status().connection).toBe(tab.network.isOnline() ? "live" : "offline"));
  return tab;
}

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
    await vi.waitFor(() => expect(names(drive, world.root)).toEqual(world.names(world.root)));
  });

  it("[B8] shows what is changed elsewhere", async () => {
    const [docs] = world.make(world.root, "docs");
    const { drive } = await opened();
    world.server.commit([{ type: "move", node: docs?.id ?? "", name: "papers" }], "01k00000000000000000000001");
    world.make(world.root, "new");
    await vi.waitFor(() => expect(names(drive, world.root)).toEqual(["new", "papers"]));
  });

  it("[B6] shows an edit at once, and keeps it once it is answered", async () => {
    const { drive } = await opened();
    const { id, outcome } = editsOf(drive).createFolder(world.root, "docs");
    expect(drive.entry(id)).toMatchObject({ name: "docs", pending: true });
    expect(names(drive, world.root)).toEqual(["docs"]);
    expect(drive.status().waiting).toBe(1);
    expect(await outcome).toMatchObject({ failed: [] });
    expect(drive.entry(id)).toMatchObject({ name: "docs", pending: false });
    expect(world.names(world.root)).toEqual(["docs"]);
  });

  it("[B6] takes back what the server refuses, and says why", async () => {
    const [a] = world.make(world.root, "a", "b");
    const { drive } = await opened();
    const entry = drive.entry(a?.id ?? "");
    if (!entry) throw new Error("a is not there");
    const outcome = editsOf(drive).rename(entry, "b");
    expect(names(drive, world.root)).toEqual(["b", "b"]);
    expect((await outcome).failed).toMatchObject([{ node: a?.id, code: "name_conflict" }]);
    expect(names(drive, world.root)).toEqual(["a", "b"]);
  });
});
