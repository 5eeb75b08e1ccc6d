import { describe, expect, test } from "vitest";
import { SharedWorld } from "./support/shared-world.ts";

const LONG = 120_000;

/** A member with a folder of three files at home, one with two versions, and one file in the shared folder. */
async function prepared(): Promise<SharedWorld> {
  const world = new SharedWorld();
  world.writeByOwner("theirs.txt", "theirs");
  world.disk.makeFolder("mine");
  world.disk.makeFolder("mine/deep");
  world.write("mine/deep/one.txt", "one");
  world.write("mine/two.txt", "two");
  world.write("mine/three.txt", "three");
  world.sync();
  await world.pass(LONG);
  world.write("mine/two.txt", "two, edited");
  await world.pass(LONG);
  return world;
}

function versionsAt(world: SharedWorld, path: string): string[] {
  const { space } = world.owner;
  const id = space.tree().get(path)?.id ?? "";
  const versions = [...space.versions].filter(([key]) => key.startsWith(`${id}/`)).sort(([a], [b]) => (a < b ? -1 : 1));
  return versions.map(([, { content }]) => new TextDecoder().decode(space.bytesOf(content)));
}

/** What the engine did since the last call, but for what is in the trees alone. */
function steps(world: SharedWorld): string[] {
  return world.events.splice(0).flatMap((event) => (event.type === "done" ? [`${event.step} ${event.path}`] : []));
}

const MOVED = [
  "Team",
  "Team/mine",
  "Team/mine/deep",
  "Team/mine/deep/one.txt",
  "Team/mine/three.txt",
  "Team/mine/two.txt",
];

describe("what is moved here into a shared folder, or out of it", () => {
  test("[M11] is moved there with its versions: nothing is sent, fetched or removed for it", async () => {
    const world = await prepared();
    steps(world);
    const { received } = world.owner;
    world.disk.rename("mine", "team/mine");
    world.disk.rename("team/theirs.txt", "theirs.txt");
    await world.pass(LONG);
    expect(world.ownerPaths()).toEqual(MOVED);
    expect(world.serverPaths()).toEqual(["team", "theirs.txt"]);
    expect(versionsAt(world, "Team/mine/two.txt")).toEqual(["two", "two, edited"]);
    expect(world.owner.received).toBe(received);
    expect(
      steps(world)
        .filter((step) => !step.startsWith("hash"))
        .sort(),
    ).toEqual(["moveAcross team/mine", "moveAcross theirs.txt"]);
    expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });

    // Both are in sync where they are.
    world.write("team/mine/two.txt", "two, edited there");
    world.write("theirs.txt", "mine by now");
    world.disk.remove("team/mine/three.txt");
    await world.pass(LONG);
    expect(versionsAt(world, "Team/mine/two.txt")).toEqual(["two", "two, edited", "two, edited there"]);
    expect(world.ownerPaths()).toEqual(MOVED.filter((path) => path !== "Team/mine/three.txt"));
  });

  test("[M11] goes on being synced while it is moved, and what changed here meanwhile goes up there", async () => {
    const world = await prepared();
    world.mover.looks = 20;
    world.disk.rename("mine", "team/mine");
    await world.pass(20_000);
    expect(world.serverPaths()).toContain("mine/two.txt");
    world.write("mine.txt", "beside it, not held up");
    world.write("team/mine/two.txt", "edited while it is copied");
    world.write("team/mine/new.txt", "new while it is copied");
    world.disk.rename("team/mine/three.txt", "team/mine/deep/four.txt");
    world.disk.remove("team/mine/deep/one.txt");
    await world.pass(10_000);
    expect(world.serverPaths()).toContain("mine.txt");
    await world.pass(10 * LONG);
    expect(world.ownerPaths()).toEqual([
      "Team",
      "Team/mine",
      "Team/mine/deep",
      "Team/mine/deep/four.txt",
      "Team/mine/new.txt",
      "Team/mine/two.txt",
      "Team/theirs.txt",
    ]);
    expect(versionsAt(world, "Team/mine/two.txt").at(-1)).toBe("edited while it is copied");
    expect(world.read("team/mine/deep/four.txt")).toBe("three");
    expect(world.serverPaths()).toEqual(["mine.txt", "team"]);
    expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });
  });

  test("[M11] [Y22] is moved once, whenever the client is killed", async () => {
    for (let at = 0; at < 40; at++) {
      const world = await prepared();
      world.mover.looks = 3;
      const { received } = world.owner;
      world.disk.rename("mine", "team/mine");
      await world.pass(3_000 + at * 400);
      await world.syncAgain();
      await world.pass(3 * LONG);
      expect(world.ownerPaths(), `killed at ${at}`).toEqual([...MOVED, "Team/theirs.txt"]);
      expect(world.mover.jobs.size, `killed at ${at}`).toBe(1);
      expect(world.owner.received, `killed at ${at}`).toBe(received);
      expect(world.paths().filter((path) => path.startsWith(".ledge/trash/"))).toEqual([]);
      expect(world.engine.status().waitingCount).toBe(0);
    }
  });

  test("[M11] is where it was again when it is moved back before it arrived there", async () => {
    const world = await prepared();
    world.mover.looks = 1_000;
    world.disk.rename("mine", "team/mine");
    await world.pass(30_000);
    expect([...world.mover.jobs.values()].map(({ state }) => state)).toEqual(["copying"]);
    world.disk.rename("team/mine", "mine");
    await world.pass(LONG);
    expect([...world.mover.jobs.values()].map(({ state }) => state)).toEqual(["cancelled"]);
    expect(world.serverPaths()).toEqual([
      "mine",
      "mine/deep",
      "mine/deep/one.txt",
      "mine/three.txt",
      "mine/two.txt",
      "team",
    ]);
    expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });
  });

  test("[M11] is removed there when it was removed here before it arrived", async () => {
    const world = await prepared();
    world.mover.looks = 10;
    world.disk.rename("mine", "team/mine");
    await world.pass(10_000);
    world.disk.removeAll("team/mine");
    await world.pass(10 * LONG);
    if (world.engine.status().brake) world.engine.confirmDeletions();
    await world.pass(10 * LONG);
    expect(world.serverPaths()).toEqual(["team"]);
    expect(world.ownerPaths()).toEqual(["Team", "Team/theirs.txt"]);
  });

  test("[M11] is made anew there where the server moves nothing like it", async () => {
    const world = await prepared();
    world.mover.refusal = "mount_in_shared";
    world.disk.rename("mine", "team/mine");
    await world.pass(3 * LONG);
    expect(world.ownerPaths()).toEqual([...MOVED, "Team/theirs.txt"]);
    expect(world.serverPaths()).toEqual(["team"]);
  });

  test("[M11] [Y21] waits, and says why, where there is no room for it; the rest goes on", async () => {
    const world = await prepared();
    world.mover.refusal = "over_quota";
    world.disk.rename("mine", "team/mine");
    world.write("other.txt", "other");
    await world.pass(LONG);
    expect(world.serverPaths()).toEqual(expect.arrayContaining(["mine/two.txt", "other.txt"]));
    const { waiting } = world.engine.status();
    expect(waiting).toContainEqual(
      expect.objectContaining({ path: "team/mine", reason: "error", detail: "The account's quota does not hold this" }),
    );
    world.mover.refusal = null;
    await world.pass(10 * LONG);
    expect(world.ownerPaths()).toEqual([...MOVED, "Team/theirs.txt"]);
  });

  test("[M11] what somebody else removed before it arrived goes here, and what they renamed gets its name", async () => {
    const world = await prepared();
    world.mover.looks = 15;
    world.disk.rename("mine", "team/mine");
    await world.pass(10_000);
    world.commit({ type: "trash", node: world.idOf("mine/three.txt") });
    world.commit({ type: "move", node: world.idOf("mine/deep"), name: "deeper" });
    await world.pass(10 * LONG);
    expect(world.ownerPaths()).toEqual([
      "Team",
      "Team/mine",
      "Team/mine/deeper",
      "Team/mine/deeper/one.txt",
      "Team/mine/two.txt",
      "Team/theirs.txt",
    ]);
    expect(
      world
        .paths()
        .filter((path) => path.startsWith("team/"))
        .sort(),
    ).toEqual(["team/mine", "team/mine/deeper", "team/mine/deeper/one.txt", "team/mine/two.txt", "team/theirs.txt"]);
  });

  test("[M11] into a folder that may only be read it is not, and nothing is lost of it", async () => {
    const world = await prepared();
    world.shared.roles.set(world.folder, "viewer");
    await world.syncAgain();
    await world.pass(LONG);
    world.disk.rename("mine/two.txt", "team/two.txt");
    world.disk.rename("team/theirs.txt", "theirs.txt");
    await world.pass(3 * LONG);
    expect(world.mover.jobs.size).toBe(0);
    expect(world.serverPaths()).toEqual(expect.arrayContaining(["mine/two.txt", "theirs.txt"]));
    expect(world.ownerPaths()).toEqual(["Team", "Team/theirs.txt"]);
    expect(world.read("team/two.txt")).toBe("two, edited");
    const waiting = world.engine.status().waiting.filter(({ reason }) => reason === "read-only");
    expect(waiting.map(({ path }) => path)).toContain("team/two.txt");
  });
});
