import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../protocol/new-id.ts";
import type { EditOutcome } from "../../../web/src/drive/drive.ts";
import { editsOf, type Edits } from "../../../web/src/drive/edits.ts";
import type { RunningDrive } from "../../../web/src/drive/create-drive.ts";
import { DriveWorld } from "./support/drive-world.ts";
import { entryOf, namesIn, opened, untilComplete } from "./support/open-drive.ts";

let world: DriveWorld;
let drive: RunningDrive;
let edits: Edits;
let docs: string;
let plan: string;

beforeEach(async () => {
  world = new DriveWorld();
  const [a, b] = world.make(world.root, "docs", "plan");
  docs = a?.id ?? "";
  plan = b?.id ?? "";
  ({ drive } = await opened(world));
  drive.hold(docs);
  await untilComplete(drive, docs);
  edits = editsOf(drive);
});

afterEach(() => {
  world.close();
});

const elsewhere = (operation: Parameters<DriveWorld["server"]["commit"]>[0][number]): void => {
  world.server.commit([operation], newId());
};

describe("undoing", () => {
  it("[B7] takes back a rename, a move, a copy, a new folder, a trash and a restore, the last first", async () => {
    await edits.rename(entryOf(drive, plan), "Plan");
    await edits.move([entryOf(drive, plan)], docs);
    await edits.copy([entryOf(drive, plan)], world.root);
    await edits.createFolder(world.root, "new").outcome;
    await edits.trash([entryOf(drive, plan)]);
    expect([world.names(world.root), world.names(docs)]).toEqual([["Plan", "docs", "new"], []]);
    await edits.restore([entryOf(drive, plan)]);
    const states: string[][] = [];
    for (let undone = drive.undoLast(); undone; undone = drive.undoLast()) {
      expect((await undone).failed).toEqual([]);
      states.push([...namesIn(drive, world.root), "|", ...namesIn(drive, docs)]);
    }
    expect(states).toEqual([
      ["Plan", "docs", "new", "|"],
      ["Plan", "docs", "new", "|", "Plan"],
      ["Plan", "docs", "|", "Plan"],
      ["docs", "|", "Plan"],
      ["Plan", "docs", "|"],
      ["docs", "plan", "|"],
    ]);
    expect(world.names(world.root)).toEqual(["docs", "plan"]);
  });

  it("[B7] means the edit made last also where its answer is yet to come, and not the one before it", async () => {
    await edits.rename(entryOf(drive, plan), "Plan");
    const { promise: answer, resolve: letThrough } = Promise.withResolvers<void>();
    world.weather = (request) => (request === "commit" ? answer : Promise.resolve());
    void edits.rename(entryOf(drive, plan), "Plan 2");
    void edits.move([entryOf(drive, plan)], docs);
    void edits.createFolder(world.root, "new");
    const undone = [1, 2, 3, 4].map(async () => drive.undoLast());
    world.weather = () => Promise.resolve();
    letThrough();
    expect((await Promise.all(undone)).map((outcome) => outcome?.failed)).toEqual([[], [], [], []]);
    expect(world.names(world.root)).toEqual(["docs", "plan"]);
    expect(drive.undoLast()).toBeNull();
  });

  it("[B7] leaves alone what somebody else has renamed since, and says so", async () => {
    const outcome = await edits.rename(entryOf(drive, plan), "Plan");
    elsewhere({ type: "move", node: plan, name: "theirs" });
    await expect.poll(() => namesIn(drive, world.root)).toEqual(["docs", "theirs"]);
    expect((await outcome.undo?.())?.failed).toMatchObject([{ node: plan, code: "stale_base" }]);
    expect(world.names(world.root)).toEqual(["docs", "theirs"]);
  });

  it("[B7] does not send a new folder to the trash that somebody else has put something in", async () => {
    const { id, outcome } = edits.createFolder(world.root, "new");
    const done = await outcome;
    elsewhere({ type: "createFolder", parent: id, name: "theirs" });
    expect((await done.undo?.())?.failed).toMatchObject([{ node: id, code: "stale_base" }]);
    expect(world.names(world.root)).toContain("new");
  });

  it("[B7] undoes what it can of an edit of several entries", async () => {
    const [other] = world.make(world.root, "other");
    await expect.poll(() => drive.entry(other?.id ?? "")).toBeDefined();
    const outcome = await edits.trash([entryOf(drive, plan), entryOf(drive, other?.id)]);
    elsewhere({ type: "purge", node: plan });
    await expect.poll(() => drive.entry(plan)?.state).toBe("purged");
    const undone = await outcome.undo?.();
    expect(undone?.failed).toMatchObject([{ node: plan }]);
    expect(world.names(world.root)).toEqual(["docs", "other"]);
  });

  it("[B7] undoes an edit once, from the notice or by keys", async () => {
    const told: EditOutcome[] = [];
    drive.onOutcome((outcome) => told.push(outcome));
    const outcome = await edits.rename(entryOf(drive, plan), "Plan");
    const [first, second] = await Promise.all([outcome.undo?.(), outcome.undo?.()]);
    expect(second).toBe(first);
    expect(drive.undoLast()).toBeNull();
    expect(told).toEqual([outcome, first]);
    expect(world.names(world.root)).toEqual(["docs", "plan"]);
  });

  it("[B7] undoes the edit before the one that is being undone", async () => {
    await edits.rename(entryOf(drive, docs), "Docs");
    const second = await edits.rename(entryOf(drive, plan), "Plan");
    await Promise.all([second.undo?.(), drive.undoLast()]);
    expect(world.names(world.root)).toEqual(["docs", "plan"]);
  });

  it("[B7] takes nothing back by seqs of another history", async () => {
    const { id, outcome } = edits.createFolder(world.root, "new");
    const done = await outcome;
    await drive.need(id);
    drive.retry();
    await expect.poll(() => world.requests.at(-1)).toBe("changes");
    world.server.backUp();
    world.server.rollBack(0, false);
    expect((await done.undo?.())?.failed).toMatchObject([{ node: id, code: "cursor_expired" }]);
    expect(world.names(world.root)).toContain("new");
  });

  it("[B7] cannot take back what was deleted for ever", async () => {
    await edits.trash([entryOf(drive, plan)]);
    expect((await edits.purge([entryOf(drive, plan)])).undo).toBeNull();
  });
});
