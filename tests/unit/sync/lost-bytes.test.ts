import { expect, test } from "vitest";
import type { SyncRemote } from "../../../client/ports/sync-remote.ts";
import { EngineWorld } from "./support/engine-world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A world whose server says what it has lost, and notes what is sent. */
function losing(damaged: () => { id: string; content: string }[]) {
  const noted = { asked: 0, sent: [] as string[] };
  const wrap = (remote: SyncRemote): SyncRemote => ({
    changes: remote.changes.bind(remote),
    commit: remote.commit.bind(remote),
    hash: remote.hash.bind(remote),
    fetch: remote.fetch.bind(remote),
    read: remote.read.bind(remote),
    send: async (path, stamp, options) => {
      noted.sent.push(path);
      return remote.send(path, stamp, options);
    },
    damaged: async () => {
      noted.asked++;
      return damaged();
    },
  });
  return { noted, wrap };
}

function lost(world: EngineWorld, path: string): { id: string; content: string } {
  const node = world.server.space.tree().get(path);
  return { id: world.idOf(path), content: node?.content ?? "" };
}

async function inSync(): Promise<EngineWorld> {
  const world = new EngineWorld();
  for (const name of ["a", "b", "c"]) world.write(name, `the bytes of ${name}`);
  world.start();
  await world.pass(MINUTE);
  expect(world.serverPaths()).toEqual(["a", "b", "c"]);
  return world;
}

test("[Y25] files that the server lost bytes of are sent again, without a version, and no others", async () => {
  const world = await inSync();
  const versions = [...world.server.space.tree().values()].map(({ version }) => version);
  const other = { id: world.idOf("c"), content: "0".repeat(64) };
  const unknown = { id: world.newId(), content: "1".repeat(64) };
  const { noted, wrap } = losing(() => [lost(world, "a"), other, unknown]);
  await world.restart({ wrap });
  await world.pass(MINUTE);
  expect(noted).toEqual({ asked: 1, sent: ["a"] });
  expect([...world.server.space.tree().values()].map(({ version }) => version)).toEqual(versions);
});

test("[Y25] the server is asked at the start and once a day, whatever it answers", async () => {
  const world = await inSync();
  let answers = 0;
  const { noted, wrap } = losing(() => {
    if (answers++ === 0) throw new Error("no such route");
    return [lost(world, "b")];
  });
  await world.restart({ wrap });
  await world.pass(DAY / 2);
  expect(noted).toEqual({ asked: 1, sent: [] });
  await world.pass(DAY);
  expect(noted).toEqual({ asked: 2, sent: ["b"] });
});

test("[Y20] [Y25] the server is asked again where its history was replaced", async () => {
  const world = await inSync();
  const { noted, wrap } = losing(() => [lost(world, "a")]);
  await world.restart({ wrap });
  await world.pass(MINUTE);
  world.server.space.epoch = world.newId();
  world.write("d", "something to commit");
  await world.pass(5 * MINUTE);
  expect(world.serverPaths()).toContain("d");
  expect(noted.asked).toBe(2);
  expect(noted.sent.filter((path) => path === "a")).toHaveLength(2);
});

test("[Y25] a run until nothing is left to do sends them before it ends", async () => {
  const world = await inSync();
  const { noted, wrap } = losing(() => [lost(world, "a"), lost(world, "b")]);
  world.stop.abort(new DOMException("stopped", "AbortError"));
  await world.pass(1_000);
  world.stop = new AbortController();
  const { ended } = world.start({ wrap, once: true });
  await world.pass(MINUTE);
  expect((await ended).ended).toBe("done");
  expect(noted.sent.toSorted()).toEqual(["a", "b"]);
});
