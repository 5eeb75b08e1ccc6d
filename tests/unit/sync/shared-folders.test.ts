import { describe, expect, test } from "vitest";
import { SharedWorld } from "./support/shared-world.ts";

const LONG = 120_000;

describe("a shared folder on a disk", () => {
  test("[M5] is a folder like others: what is in it comes, and what changes here goes to its owner", async () => {
    const world = new SharedWorld();
    world.writeByOwner("a.txt", "from the owner");
    world.sync();
    await world.pass(LONG);
    expect(world.read("team/a.txt")).toBe("from the owner");

    world.write("team/b.txt", "from the member");
    world.disk.rename("team/a.txt", "team/renamed.txt");
    await world.pass(LONG);
    expect(world.ownerPaths()).toEqual(["Team", "Team/b.txt", "Team/renamed.txt"]);

    world.disk.remove("team/b.txt");
    world.byOwner({ type: "createFolder", parent: world.folder, name: "new" });
    await world.pass(LONG);
    expect(world.ownerPaths()).toEqual(["Team", "Team/new", "Team/renamed.txt"]);
    expect(world.paths()).toContain("team/new");
    expect(world.serverPaths()).toEqual(["team"]);
  });

  test("[M5] a server that moves nothing into it or out of it: it is made anew there, and goes from where it was after that", async () => {
    const world = new SharedWorld();
    world.mover.isThere = false;
    world.writeByOwner("theirs.txt", "theirs");
    world.disk.makeFolder("mine");
    world.disk.makeFolder("mine/deep");
    world.write("mine/deep/one.txt", "one");
    world.write("mine/two.txt", "two");
    world.sync();
    await world.pass(LONG);
    world.disk.rename("mine", "team/mine");
    world.disk.rename("team/theirs.txt", "theirs.txt");
    await world.pass(2 * LONG);
    expect(world.ownerPaths()).toEqual([
      "Team",
      "Team/mine",
      "Team/mine/deep",
      "Team/mine/deep/one.txt",
      "Team/mine/two.txt",
    ]);
    expect(world.serverPaths()).toEqual(["team", "theirs.txt"]);
    expect(world.read("team/mine/deep/one.txt")).toBe("one");
    expect(world.read("theirs.txt")).toBe("theirs");
    // Nothing was moved where it could not be: the originals are in their spaces' trashes.
    expect(world.sent.map(({ type }) => type)).not.toContain("move");
    expect([...world.server.space.nodes.values()].filter(({ state }) => state === "trashed")).toHaveLength(1);
    expect([...world.owner.space.nodes.values()].filter(({ state }) => state === "trashed")).toHaveLength(1);
  });

  test("[M5] the original stays until the copy is there, however long that cannot be sent", async () => {
    const world = new SharedWorld("viewer");
    world.mover.isThere = false;
    world.write("mine.txt", "mine");
    world.sync();
    await world.pass(LONG);
    world.disk.rename("mine.txt", "team/mine.txt");
    await world.pass(5 * LONG);
    expect(world.serverPaths()).toEqual(["mine.txt", "team"]);
    expect(world.read("team/mine.txt")).toBe("mine");
    expect(world.sent).toEqual([]);
  });

  test.each([true, false])(
    "[M5] files that change places across it end in each other's (moved there: %s)",
    async (isThere) => {
      const world = new SharedWorld();
      world.mover.isThere = isThere;
      world.writeByOwner("b", "b of theirs");
      world.write("a", "a of mine");
      world.sync();
      await world.pass(LONG);
      world.disk.rename("a", "kept");
      world.disk.rename("team/b", "a");
      world.disk.rename("kept", "team/b");
      await world.pass(10 * LONG);
      expect(world.serverPaths()).toEqual(["a", "team"]);
      expect(world.ownerPaths()).toEqual(["Team", "Team/b"]);
      expect([world.read("a"), world.read("team/b")]).toEqual(["b of theirs", "a of mine"]);
    },
  );

  test.each([true, false])(
    "[M5] [Y12] a file and a folder that change places across it do, one by way of a passing name (moved there: %s)",
    async (isThere) => {
      const world = new SharedWorld();
      world.mover.isThere = isThere;
      const theirs = world.newId();
      world.byOwner({ type: "createFolder", id: theirs, parent: world.folder, name: "x" });
      world.writeByOwner("theirs.txt", "theirs", theirs);
      world.write("x", "mine");
      world.sync();
      await world.pass(LONG);
      world.disk.rename("x", "kept");
      world.disk.rename("team/x", "x");
      world.disk.rename("kept", "team/x");
      await world.pass(10 * LONG);
      expect(world.serverPaths()).toEqual(["team", "x", "x/theirs.txt"]);
      expect(world.ownerPaths()).toEqual(["Team", "Team/x"]);
      expect([world.read("x/theirs.txt"), world.read("team/x")]).toEqual(["theirs", "mine"]);
      expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });
    },
  );

  test.each([true, false])(
    "[M5] [Y12] folders that change places across it do, though each waits for what the other one went on as (moved there: %s)",
    async (isThere) => {
      const world = new SharedWorld();
      world.mover.isThere = isThere;
      const theirs = world.newId();
      world.byOwner({ type: "createFolder", id: theirs, parent: world.folder, name: "b" });
      world.writeByOwner("theirs.txt", "theirs", theirs);
      world.disk.makeFolder("b");
      world.write("b/mine.txt", "mine");
      world.sync();
      await world.pass(LONG);
      world.disk.rename("b", "kept");
      world.disk.rename("team/b", "b");
      world.disk.rename("kept", "team/b");
      await world.pass(10 * LONG);
      expect(world.serverPaths()).toEqual(["b", "b/theirs.txt", "team"]);
      expect(world.ownerPaths()).toEqual(["Team", "Team/b", "Team/b/mine.txt"]);
      expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });
    },
  );

  test("[M2] what a viewer changes stays here, is told, and is sent to nobody", async () => {
    const world = new SharedWorld("viewer");
    world.writeByOwner("a.txt", "theirs");
    world.sync();
    await world.pass(LONG);
    world.write("team/a.txt", "changed here");
    world.write("team/new.txt", "new here");
    await world.pass(5 * LONG);
    expect(world.read("team/a.txt")).toBe("changed here");
    expect(world.sent).toEqual([]);
    const waiting = world.engine.status().waiting.filter(({ reason }) => reason === "read-only");
    expect(waiting.map(({ path }) => path).sort()).toEqual(["team/a.txt", "team/new.txt"]);

    world.shared.roles.set(world.folder, "editor");
    await world.syncAgain();
    await world.pass(LONG);
    expect(world.ownerPaths()).toEqual(["Team", "Team/a.txt", "Team/new.txt"]);
  });

  test("[M9] stays when it is lost, under a name that says so, and is no longer synced", async () => {
    const world = new SharedWorld();
    world.writeByOwner("a.txt", "theirs");
    world.sync();
    await world.pass(LONG);
    world.remove();
    await world.pass(LONG);
    expect(world.read("team (no longer shared)/a.txt")).toBe("theirs");
    expect(world.paths()).not.toContain("team");
    expect(world.engine.status().problems).toContainEqual([
      "team (no longer shared)",
      "is no longer shared with you: it stays as it is, and is not synced",
    ]);
    world.write("team (no longer shared)/more.txt", "more");
    world.disk.rename("team (no longer shared)", "moved");
    await world.syncAgain();
    await world.pass(2 * LONG);
    expect(world.serverPaths()).toEqual([]);
    expect(world.read("moved/more.txt")).toBe("more");
    expect(world.sent).toEqual([]);
  });

  test("[M5] goes from the disk where its member puts it into the trash, and comes back with it", async () => {
    const world = new SharedWorld();
    world.writeByOwner("a.txt", "theirs");
    world.sync();
    await world.pass(LONG);
    world.commit({ type: "trash", node: world.mount });
    await world.pass(LONG);
    expect(world.paths().filter((path) => !path.startsWith(".ledge"))).toEqual([]);
    world.byOwner({ type: "createFolder", parent: world.folder, name: "meanwhile" });
    world.commit({ type: "restore", node: world.mount });
    await world.pass(LONG);
    expect(world.paths()).toEqual(expect.arrayContaining(["team/a.txt", "team/meanwhile"]));
  });

  test("[M5] removing it here removes it from its member's tree alone, whatever changes in it meanwhile", async () => {
    const world = new SharedWorld();
    for (let i = 0; i < 4; i++) world.writeByOwner(`${i}.txt`, `${i} of theirs`);
    world.sync();
    await world.pass(LONG);
    world.disk.removeAll("team");
    world.writeByOwner("late.txt", "late");
    await world.pass(2 * LONG);
    expect(world.serverPaths()).toEqual([]);
    expect(world.ownerPaths()).toEqual([
      "Team",
      "Team/0.txt",
      "Team/1.txt",
      "Team/2.txt",
      "Team/3.txt",
      "Team/late.txt",
    ]);
  });

  test("[Y20] where its history was replaced, what is in it alone is reconciled, and all of it kept", async () => {
    const world = new SharedWorld();
    world.writeByOwner("a.txt", "theirs");
    world.sync();
    await world.pass(LONG);
    world.owner.backUp();
    world.write("team/b.txt", "after the backup");
    await world.pass(LONG);
    world.owner.rollBack(0, false);
    // Nobody says so: it shows when all is asked for again.
    await world.pass(10 * LONG);
    expect(world.ownerPaths()).toEqual(["Team", "Team/a.txt", "Team/b.txt"]);
    expect(world.read("team/b.txt")).toBe("after the backup");
  });
});
