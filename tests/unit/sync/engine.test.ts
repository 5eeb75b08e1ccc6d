import { describe, expect, test } from "vitest";
import { listConflicts } from "../../../client/sync/conflicts.ts";
import { SyncEnded } from "../../../client/sync/ended.ts";
import type { SyncStatus } from "../../../client/sync/status.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { forgetfulStore } from "./support/memory-store.ts";
import { EngineWorld } from "./support/engine-world.ts";
import { wrapped } from "./support/wrapped-remote.ts";

const MINUTE = 60_000;

/** A replica with that many files that are in sync. */
async function inSync(files: number): Promise<EngineWorld> {
  const world = new EngineWorld();
  for (let i = 0; i < files; i++) world.write(`f${i}`, `file ${i}`);
  world.start();
  await world.pass(MINUTE);
  expect(world.serverPaths()).toHaveLength(files);
  return world;
}

describe("a run until nothing is left to do", () => {
  test("[Y19] merges both sides, then ends with nothing waiting", async () => {
    const world = new EngineWorld();
    world.disk.makeFolder("here");
    world.write("here/a", "a");
    world.commit({ type: "createFolder", parent: world.rootId, name: "there" });
    const { ended } = world.start({ once: true });
    await world.pass(MINUTE);
    const outcome = await ended;
    expect(outcome.ended).toBe("done");
    expect(outcome.status.waitingCount).toBe(0);
    expect(world.serverPaths()).toEqual(["here", "here/a", "there"]);
    expect(world.paths()).toEqual(["here", "here/a", "there"]);
  });

  test("[Y15] keeps back what the server's ignore rules match, which were not here", async () => {
    const world = new EngineWorld();
    world.create(".ledgeignore", "secret\n");
    world.write("secret", "a key");
    world.disk.makeFolder("d");
    world.write("d/secret", "another");
    world.write("d/open", "no secret");
    const { ended } = world.start({ once: true });
    await world.pass(MINUTE);
    expect((await ended).ended).toBe("done");
    expect(world.serverPaths()).toEqual([".ledgeignore", "d", "d/open"]);
  });

  test("[Y21] ends as offline where the server is not reached, having changed nothing", async () => {
    const world = new EngineWorld();
    world.network.isOnline = false;
    world.write("a", "a");
    const { ended } = world.start({ once: true });
    await world.pass(10 * MINUTE);
    const outcome = await ended;
    expect(outcome.ended).toBe("offline");
    expect(outcome.status.offline).not.toBeNull();
    expect(world.paths()).toEqual(["a"]);
  });

  test("[Y21] ends though one file cannot be sent, and says why it waits", async () => {
    const world = new EngineWorld();
    world.write("good", "good");
    world.write("bad", "bad");
    const { ended } = world.start({
      once: true,
      wrap: (remote) =>
        wrapped(remote, {
          send: (path, ...rest) =>
            path === "bad" ? Promise.reject(new Error("the drive said no")) : remote.send(path, ...rest),
        }),
    });
    await world.pass(10 * MINUTE);
    const outcome = await ended;
    expect(outcome.ended).toBe("done");
    expect(world.serverPaths()).toEqual(["good"]);
    expect(outcome.status.waiting).toMatchObject([{ path: "bad", reason: "error", detail: "the drive said no" }]);
  });
});

describe("what ends a sync", () => {
  test("[Y14] a root that is missing: nothing is deleted anywhere", async () => {
    const world = await inSync(3);
    world.stop.abort(new DOMException("stopped", "AbortError"));
    await world.pass(1_000);
    world.disk.isUnmounted = true;
    world.stop = new AbortController();
    const { ended } = world.start();
    await world.pass(MINUTE);
    await expect(ended).rejects.toMatchObject({ name: "SyncEnded", reason: "root-lost" });
    expect(world.serverPaths()).toHaveLength(3);
  });

  test("[Y14] a remote root in the trash: nothing is deleted here", async () => {
    const world = new EngineWorld();
    world.commit({ type: "createFolder", parent: world.rootId, name: "synced" });
    const rootId = world.idOf("synced");
    world.write("a", "a");
    const { ended } = world.start({ rootId });
    await world.pass(MINUTE);
    expect(world.serverPaths()).toEqual(["synced", "synced/a"]);
    world.commit({ type: "trash", node: rootId });
    await world.pass(MINUTE);
    await expect(ended).rejects.toMatchObject({ name: "SyncEnded", reason: "remote-root-gone" });
    expect(world.paths()).toEqual(["a"]);
  });

  test("[W5] a device that is revoked", async () => {
    const world = new EngineWorld();
    const { ended } = world.start({
      push: { run: async (onMessage) => onMessage({ type: "revoked" }), acknowledge: () => undefined },
    });
    await world.pass(MINUTE);
    await expect(ended).rejects.toBeInstanceOf(SyncEnded);
  });

  test("[Y22] the signal: at once, whatever the server does", async () => {
    const world = new EngineWorld();
    world.write("a", "a");
    const never = new Promise<never>(() => undefined);
    const { ended } = world.start({ wrap: (remote) => wrapped(remote, { send: () => never }) });
    await world.pass(5_000);
    world.stop.abort(new DOMException("stopped", "AbortError"));
    await world.pass(100);
    expect(await Promise.race([ended, Promise.resolve("still running")])).toMatchObject({ ended: "aborted" });
    expect(world.events.at(-1)).toEqual({ type: "state", state: "stopped" });
  });
});

describe("a run that was cut off", () => {
  test("[Y22] after a fetched file was in place, and before that was noted: an edit on the server is no conflict", async () => {
    const world = await inSync(1);
    const before = world.database.entries.get(world.idOf("f0"));
    if (!before) throw new Error("there is no entry");
    world.update("f0", "new");
    await world.pass(MINUTE);
    expect(world.read("f0")).toBe("new");
    world.stop.abort(new DOMException("stopped", "AbortError"));
    await world.pass(1_000);
    world.database.entries.set(before.id, before);
    world.update("f0", "newer");
    await world.restart({});
    await world.pass(MINUTE);
    expect(world.paths()).toEqual(["f0"]);
    expect(world.read("f0")).toBe("newer");
    expect(world.serverPaths()).toEqual(["f0"]);
  });

  test("[Y3] but an edit here that goes back to the base's predecessor is one", async () => {
    const world = await inSync(1);
    world.update("f0", "second");
    await world.pass(MINUTE);
    expect(world.read("f0")).toBe("second");
    world.network.isOnline = false;
    world.write("f0", "file 0");
    await world.pass(MINUTE);
    world.update("f0", "third");
    world.network.isOnline = true;
    await world.pass(6 * MINUTE);
    expect(world.read("f0")).toBe("third");
    expect(world.read("f0 (conflict laptop 2026-06-01)")).toBe("file 0");
  });
});

describe("deadlines and rests", () => {
  test("[Y21] a transfer of which nothing is heard is given up, rests, and is tried again", async () => {
    const world = new EngineWorld();
    let tries = 0;
    world.write("a", "a");
    world.start({
      settings: { stalledAfter: MINUTE },
      wrap: (remote) =>
        wrapped(remote, {
          send: (...sending) => (tries++ === 0 ? new Promise<never>(() => undefined) : remote.send(...sending)),
        }),
    });
    await world.pass(50_000);
    expect(tries).toBe(1);
    await world.pass(30_000);
    expect(tries).toBe(2);
    expect(world.serverPaths()).toEqual(["a"]);
  });

  test("[Y21] what makes a whole commit fail is soon alone, and holds nothing up", async () => {
    const world = new EngineWorld();
    for (let i = 0; i < 40; i++) world.write(`f${i}`, String(i));
    world.write("poison", "poison");
    world.start({
      wrap: (remote) =>
        wrapped(remote, {
          commit: (operations, ...rest) =>
            operations.some((each) => "name" in each && each.name === "poison")
              ? Promise.reject(new Error("the server fell over"))
              : remote.commit(operations, ...rest),
        }),
    });
    await world.pass(5 * MINUTE);
    expect(world.serverPaths()).toHaveLength(40);
    expect(world.serverPaths()).not.toContain("poison");
  });

  test("[Y21] a large file that takes long holds no other change up, however many come", async () => {
    const world = new EngineWorld();
    world.write("large", "x".repeat(200));
    world.start({
      settings: { largeFile: 100 },
      wrap: (remote) =>
        wrapped(remote, {
          send: (path, ...rest) =>
            path === "large" ? new Promise<never>(() => undefined) : remote.send(path, ...rest),
        }),
    });
    await world.pass(5_000);
    world.write("small", "s");
    await world.pass(1_000);
    expect(world.serverPaths()).toEqual(["small"]);
    expect(world.engine.status().transfers).toMatchObject([{ path: "large", direction: "up", size: 200 }]);
  });

  test("[Y21] small files are sent while others are committed, but no move and no deletion goes beside", async () => {
    const world = await inSync(12);
    const sent: string[] = [];
    const commits: string[][] = [];
    await world.restart({
      settings: { batchOperations: 2 },
      wrap: (remote) =>
        wrapped(remote, {
          send: (path, ...rest) => {
            sent.push(path);
            return remote.send(path, ...rest);
          },
          commit: (operations) => {
            commits.push(operations.map(({ type }) => type));
            return new Promise<never>(() => undefined);
          },
        }),
    });
    await world.pass(1_000);
    for (const name of ["a", "b", "c", "d", "e"]) world.write(name, name);
    await world.pass(5_000);
    expect(sent).toHaveLength(4);
    expect(commits).toEqual([["createFile", "createFile"]]);
    world.disk.rename("f0", "g0");
    await world.pass(5_000);
    expect(commits).toHaveLength(1);
  });

  test("[Y21] offline, local changes are still seen, and go up once the server is back", async () => {
    const world = await inSync(1);
    world.network.isOnline = false;
    await world.pass(MINUTE);
    world.write("later", "later");
    await world.pass(10 * MINUTE);
    expect(world.events.findLast(({ type }) => type === "state")).toEqual({ type: "state", state: "offline" });
    world.network.isOnline = true;
    await world.pass(6 * MINUTE);
    expect(world.serverPaths()).toEqual(["f0", "later"]);
  });
});

describe("mass deletions", () => {
  test("[Y14] here wait to be confirmed, then go up", async () => {
    const world = await inSync(12);
    for (let i = 0; i < 8; i++) world.disk.remove(`f${i}`);
    await world.pass(5 * MINUTE);
    expect(world.serverPaths()).toHaveLength(12);
    expect(world.engine.status()).toMatchObject({ state: "braked", brake: { remote: 8, local: 0 } });
    world.engine.confirmDeletions();
    await world.pass(MINUTE);
    expect(world.serverPaths()).toHaveLength(4);
    expect(world.engine.status()).toMatchObject({ state: "idle", brake: null });
  });

  test("[Y14] here come back when they are undone", async () => {
    const world = await inSync(12);
    for (let i = 0; i < 8; i++) world.disk.remove(`f${i}`);
    await world.pass(5 * MINUTE);
    world.engine.undoDeletions();
    await world.pass(MINUTE);
    expect(world.serverPaths()).toHaveLength(12);
    expect(world.paths()).toHaveLength(12);
  });

  test("[Y14] on the server go up again when they are undone", async () => {
    const world = await inSync(12);
    for (let i = 0; i < 8; i++) world.commit({ type: "trash", node: world.idOf(`f${i}`) });
    await world.pass(5 * MINUTE);
    expect(world.paths().length).toBeGreaterThanOrEqual(6);
    world.engine.undoDeletions();
    await world.pass(MINUTE);
    expect(world.paths()).toEqual(world.serverPaths());
    expect(world.paths().length).toBeGreaterThanOrEqual(6);
  });

  test("[Y14] other changes go on meanwhile", async () => {
    const world = await inSync(12);
    for (let i = 0; i < 8; i++) world.disk.remove(`f${i}`);
    await world.pass(MINUTE);
    world.write("new", "new");
    await world.pass(MINUTE);
    expect(world.serverPaths()).toHaveLength(13);
  });
});

describe("what is told", () => {
  test("a preview says what would be done, and does none of it", async () => {
    const world = new EngineWorld();
    world.write("a", "a");
    world.commit({ type: "createFolder", parent: world.rootId, name: "b" });
    const engine = world.make();
    const previewed = engine.preview(world.stop.signal);
    await world.pass(MINUTE);
    const { plan, pathOf } = await previewed;
    const steps = [...plan.local, ...plan.upward].map(({ type, id }) => `${type} ${pathOf(id)}`);
    expect(steps).toEqual(["makeFolder b", "createFile a"]);
    expect(world.paths()).toEqual(["a"]);
    expect(world.serverPaths()).toEqual(["b"]);
  });

  test("[Y4] a conflict is kept on a list, and its copy goes up", async () => {
    const world = await inSync(1);
    world.network.isOnline = false;
    world.write("f0", "mine");
    await world.pass(MINUTE);
    world.update("f0", "theirs");
    world.network.isOnline = true;
    await world.pass(6 * MINUTE);
    const copy = "f0 (conflict laptop 2026-06-01)";
    expect(world.paths()).toEqual(["f0", copy]);
    expect(world.read("f0")).toBe("theirs");
    expect(world.read(copy)).toBe("mine");
    expect(world.serverPaths()).toEqual(["f0", copy]);
    const { entries, meta } = world.database;
    const trees = new Trees({ ...forgetfulStore(), load: () => ({ entries: entries.values(), meta }) });
    expect(listConflicts(trees)).toMatchObject([{ path: "f0", conflictPath: copy, device: "laptop" }]);
  });

  test("[Y21] the status is kept where another process finds it", async () => {
    const world = await inSync(2);
    const kept = JSON.parse(world.database.meta.get("status") ?? "") as SyncStatus;
    expect(kept).toMatchObject({ state: "idle", pending: 0, waitingCount: 0, offline: null, transfers: [] });
  });
});

test("[Y2] where the disk has no executable bit the server's stays as it is", async () => {
  const world = new EngineWorld("ntfs");
  world.create("run.sh", "echo 1", true);
  world.create("text", "a");
  world.start();
  await world.pass(MINUTE);
  const bits = (): unknown =>
    [...world.server.space.tree().values()].map(({ name, executable, version }) => [name, executable, version]);
  expect(bits()).toEqual([
    ["run.sh", true, 1],
    ["text", false, 1],
  ]);
  world.write("run.sh", "echo 2");
  await world.pass(MINUTE);
  expect(bits()).toContainEqual(["run.sh", true, 2]);
  world.update("text", "a", true);
  await world.pass(MINUTE);
  world.write("text", "b");
  await world.pass(MINUTE);
  expect(bits()).toContainEqual(["text", true, 3]);
});
