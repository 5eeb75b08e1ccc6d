import { describe, expect, test } from "vitest";
import { Prng } from "../../sim/prng.ts";
import { SimServer } from "../../sim/sim-server.ts";
import { SharedWorld } from "./support/shared-world.ts";

const LONG = 120_000;
/** Milliseconds between two steps of a handover: all at once; as the server takes; longer than a client waits. */
const PAUSES = [0, 700, 90_000];

const FILES = ["a.txt", "b.txt", "deep/c.txt", "deep/d.txt", "deep/deeper/e.txt"];

/** A member with a shared folder of some files on their disk. */
async function prepared(): Promise<SharedWorld> {
  const world = new SharedWorld();
  world.sync();
  await world.pass(LONG);
  world.disk.makeFolder("team/deep");
  world.disk.makeFolder("team/deep/deeper");
  for (const path of FILES) world.write(`team/${path}`, path);
  await world.pass(LONG);
  world.write("team/a.txt", "a.txt, edited");
  world.write("mine.txt", "mine");
  await world.pass(LONG);
  world.events.splice(0);
  return world;
}

/** Everything that was done, but for what is in the trees alone. */
function done(world: SharedWorld): string[] {
  return world.events.splice(0).flatMap((event) => (event.type === "done" ? [`${event.step} ${event.path}`] : []));
}

function expectUntouched(world: SharedWorld, received: number): void {
  expect(done(world)).toEqual([]);
  expect(world.owner.received).toBe(received);
  const below = world.paths().filter((path) => path.startsWith("team/"));
  expect(below).toEqual(expect.arrayContaining(FILES.map((path) => `team/${path}`)));
  expect(world.paths().filter((path) => path.startsWith(".ledge/trash/"))).toEqual([]);
  expect(world.engine.status()).toMatchObject({ brake: null, waitingCount: 0, state: "idle" });
}

async function expectSynced(world: SharedWorld, team: string): Promise<void> {
  world.write("team/deep/c.txt", "c, edited here");
  world.write("team/new.txt", "new here");
  world.disk.remove("team/b.txt");
  const id = world.owner.space.tree().get(`${team}/deep/d.txt`)?.id ?? "";
  world.byOwner({ type: "move", node: id, name: "renamed.txt" });
  await world.pass(LONG);
  const paths = [...world.owner.space.tree().keys()].filter((path) => path.startsWith(`${team}/`));
  const expected = ["a.txt", "deep", "deep/c.txt", "deep/deeper", "deep/deeper/e.txt", "deep/renamed.txt", "new.txt"];
  expect(paths.map((path) => path.slice(team.length + 1)).sort()).toEqual(expected);
  const here = world.paths().filter((path) => path.startsWith("team/"));
  expect(here.map((path) => path.slice(5)).sort()).toEqual(expected);
  const content = world.owner.space.tree().get(`${team}/deep/c.txt`)?.content ?? "";
  expect(new TextDecoder().decode(world.owner.space.bytesOf(content))).toBe("c, edited here");
}

describe("a shared folder that gets a new owner", () => {
  test.each(PAUSES)("[M13] goes on as it was on a member's disk (pauses of %i ms)", async (pause) => {
    const world = await prepared();
    const third = new SimServer(world.scheduler, new Prng(3, 1));
    await world.handover.to(third, pause);
    await world.pass(10 * LONG);
    expectUntouched(world, 0);
    await expectSynced(world, "Team");
  });

  test.each(PAUSES)(
    "[M13] is its new owner's own folder, with nothing fetched, sent or removed (pauses of %i ms)",
    async (pause) => {
      const world = await prepared();
      const received = world.server.received;
      await world.handover.to(world.server, pause);
      await world.pass(10 * LONG);
      expectUntouched(world, received);
      expect(world.serverPaths()).toEqual(expect.arrayContaining(["mine.txt", "team/a.txt", "team/deep/deeper/e.txt"]));
      await expectSynced(world, "team");
    },
  );

  test.each(PAUSES)(
    "[M13] is its former owner's mount, with nothing fetched, sent or removed (pauses of %i ms)",
    async (pause) => {
      const world = await prepared();
      await world.handover.to(world.server, 0);
      await world.pass(10 * LONG);
      world.events.splice(0);
      const third = new SimServer(world.scheduler, new Prng(3, 1));
      await world.handover.to(third, pause);
      await world.pass(10 * LONG);
      expectUntouched(world, 0);
      await expectSynced(world, "team");
    },
  );

  test("[M13] is as it was for its owner where that failed after all", async () => {
    const world = await prepared();
    await world.handover.to(world.server, 0);
    await world.pass(10 * LONG);
    const third = new SimServer(world.scheduler, new Prng(3, 1));
    const { received } = world.server;
    world.events.splice(0);
    world.handover.copy(third);
    world.isBusy = true;
    world.handover.give();
    await world.pass(LONG);
    world.handover.putBack();
    world.isBusy = false;
    await world.pass(10 * LONG);
    expectUntouched(world, received);
    await expectSynced(world, "team");
  });

  test("[M13] [Y22] is so whenever the client is killed, and whatever pages it reads", async () => {
    for (let at = 0; at < 30; at++) {
      const world = await prepared();
      world.server.pageSize = 1 + (at % 5);
      const { handover, server } = world;
      const steps = [
        () => handover.copy(server),
        () => void (world.isBusy = true),
        () => handover.give(),
        () => handover.take(server),
        () => handover.finish(server),
      ];
      for (const [i, step] of steps.entries()) {
        step();
        await world.pass(200 * (at % 3));
        if (i === at % steps.length) await world.syncAgain();
      }
      await world.pass(5 * LONG);
      expect(done(world), `at ${at}`).toEqual([]);
      await expectSynced(world, "team");
    }
  });

  test("[M13] [Y5] what is changed here while it changes hands goes up once it has", async () => {
    const world = await prepared();
    world.handover.copy(world.server);
    world.isBusy = true;
    world.write("team/a.txt", "edited meanwhile");
    world.write("team/late.txt", "late");
    world.write("mine.txt", "mine, not held up");
    await world.pass(LONG);
    expect(world.server.space.tree().get("mine.txt")?.version).toBe(2);
    expect(world.engine.status().state).not.toBe("offline");
    world.handover.give();
    world.handover.take(world.server);
    world.handover.finish(world.server);
    await world.pass(10 * LONG);
    const content = world.server.space.tree().get("team/a.txt")?.content ?? "";
    expect(new TextDecoder().decode(world.server.space.bytesOf(content))).toBe("edited meanwhile");
    expect(world.serverPaths()).toContain("team/late.txt");
    expect(world.paths().filter((path) => path.includes("conflict"))).toEqual([]);
    expect(world.engine.status()).toMatchObject({ waitingCount: 0, state: "idle" });
  });
});

describe("a shared folder that cannot be read", () => {
  test("[M8] [Y21] holds up nothing but itself, and goes on when it can", async () => {
    const world = await prepared();
    world.isBusy = true;
    world.create("theirs.txt", "from elsewhere");
    await world.pass(LONG);
    expect(world.read("theirs.txt")).toBe("from elsewhere");
    expect(world.engine.status().offline).toBeNull();
    world.isBusy = false;
    world.writeByOwner("told.txt", "told to nobody");
    await world.pass(10 * LONG);
    expect(world.read("team/told.txt")).toBe("told to nobody");
  });
});
