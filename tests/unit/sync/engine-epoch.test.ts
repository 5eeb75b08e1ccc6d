import { expect, test } from "vitest";
import type { PushChannel, PushMessage, SyncRemote } from "../../../client/ports/sync-remote.ts";
import { EngineWorld } from "./support/engine-world.ts";
import { wrapped } from "./support/wrapped-remote.ts";

const MINUTE = 60_000;

/** A socket that is open and says nothing but what a test has it say: no poll finds the new epoch either. */
class SilentPush implements PushChannel {
  #onMessage: (message: PushMessage) => void = () => undefined;

  async run(onMessage: (message: PushMessage) => void, signal: AbortSignal): Promise<void> {
    this.#onMessage = onMessage;
    onMessage({ type: "open" });
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  acknowledge(): void {
    // Nobody tells anything that depends on it.
  }

  poke(): void {
    this.#onMessage({ type: "poke" });
  }
}

/** A file at version 2, here and there, until the server is restored: then version 2 is somebody else's edit. */
async function restored(wrap: (remote: SyncRemote) => SyncRemote = (remote) => remote): Promise<{
  world: EngineWorld;
  push: SilentPush;
}> {
  const world = new EngineWorld();
  world.write("f", "one");
  world.start();
  await world.pass(MINUTE);
  world.server.backUp();
  world.write("f", "two");
  await world.pass(MINUTE);
  const push = new SilentPush();
  await world.restart({ push, wrap });
  await world.pass(MINUTE);
  const version = (): number | undefined => world.server.space.nodes.get(world.idOf("f"))?.version;
  expect(version()).toBe(2);
  world.server.rollBack(0, false);
  world.update("f", "somebody else's");
  expect(version()).toBe(2);
  return { world, push };
}

/** The texts on the server, which are those here. */
function texts(world: EngineWorld): string[] {
  expect(world.paths().toSorted()).toEqual(world.serverPaths());
  return world.serverPaths().map((path) => world.read(path));
}

const failures = ({ events }: EngineWorld): unknown[] => events.filter(({ type }) => type === "failed");

test("[Y20] [T19] an edit does not go up over a version that has its base's number and other bytes", async () => {
  const { world } = await restored();
  world.write("f", "three");
  await world.pass(MINUTE);
  expect(world.read("f")).toBe("somebody else's");
  expect(texts(world).toSorted()).toEqual(["somebody else's", "three"]);
  expect(world.server.space.nodes.get(world.idOf("f"))?.version).toBe(2);
  expect(failures(world)).toEqual([]);
});

test("[Y20] a deletion of what was restored does not go up", async () => {
  const { world } = await restored();
  world.disk.remove("f");
  await world.pass(MINUTE);
  expect(texts(world)).toEqual(["somebody else's"]);
});

test("[Y20] a file that is being sent while the tree is read anew is not committed on its old base", async () => {
  const sends: (() => void)[] = [];
  const commits: (string | undefined)[] = [];
  const { world, push } = await restored((remote) =>
    wrapped(remote, {
      send: async (...input) => {
        await new Promise<void>((resolve) => sends.push(resolve));
        return remote.send(...input);
      },
      commit: (operations, options) => {
        commits.push(options.epoch);
        return remote.commit(operations, options);
      },
    }),
  );
  world.write("f", "three");
  await world.pass(10_000);
  expect(sends).toHaveLength(1);
  push.poke();
  await world.pass(10_000);
  expect(world.paths()).toEqual(["f"]);
  sends[0]?.();
  await world.pass(10_000);
  expect(commits).toEqual([]);
  for (let i = 1; i < 4; i++) {
    sends[i]?.();
    await world.pass(MINUTE);
  }
  expect(texts(world).toSorted()).toEqual(["somebody else's", "three"]);
  expect(new Set(commits)).toEqual(new Set([world.server.space.epoch]));
  expect(failures(world)).toEqual([]);
});

test("[Y20] no node rests because commits meet another history, however often in a row", async () => {
  let replacing = 8;
  const { world } = await restored((remote) =>
    wrapped(remote, {
      commit: (operations, options) => {
        if (replacing-- > 0) world.server.space.epoch = world.newId();
        return remote.commit(operations, options);
      },
    }),
  );
  world.write("g", "new");
  await world.pass(MINUTE);
  expect(replacing).toBe(-1);
  expect(world.serverPaths()).toContain("g");
  expect(failures(world)).toEqual([]);
});

test("[Y21] a node rests where the server refuses its history and yet shows no other", async () => {
  const asked: number[] = [];
  const { world } = await restored((remote) =>
    wrapped(remote, {
      commit: (operations, options) => {
        asked.push(world.scheduler.now);
        return remote.commit(operations, { ...options, epoch: world.newId() });
      },
    }),
  );
  world.write("g", "new");
  await world.pass(10 * MINUTE);
  expect(asked.length).toBeLessThan(30);
  expect(failures(world)).not.toEqual([]);
});
