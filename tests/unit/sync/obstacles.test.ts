import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Place } from "../../../client/sync/entry.ts";
import { Obstacles } from "../../../client/sync/observe/obstacles.ts";
import { EngineWorld } from "./support/engine-world.ts";
import { ObservedFolder } from "./support/observed-folder.ts";
import { brief, file, folder, planOf, ROOT, same } from "./support/three-trees.ts";

const MINUTE = 60_000;
const IGNORED = "something ignored is in its place";

/** A replica that ignores folders called `build`, and has one. */
async function withIgnoredFolder(): Promise<EngineWorld> {
  const world = new EngineWorld();
  world.write(".ledgeignore", "build/\n");
  world.disk.makeFolder("build");
  world.write("build/output", "made here");
  world.start();
  await world.pass(MINUTE);
  expect(world.serverPaths()).toEqual([".ledgeignore"]);
  return world;
}

function failures(world: EngineWorld): unknown[] {
  return world.events.filter(({ type }) => type === "failed");
}

describe("something that is not synced in the place of what is to come", () => {
  test("[Y26] a file waits, and says why, until what is ignored goes away", async () => {
    const world = await withIgnoredFolder();
    world.create("build", "a file");
    await world.pass(30 * MINUTE);
    expect(world.engine.status().waiting).toMatchObject([{ path: "build", reason: "name", detail: IGNORED }]);
    expect(failures(world)).toEqual([]);
    expect(world.read("build/output")).toBe("made here");
    world.disk.removeAll("build");
    await world.pass(MINUTE);
    expect(world.read("build")).toBe("a file");
    expect(world.engine.status().waiting).toEqual([]);
  });

  test("[Y26] where the rules change, what was ignored makes room as anything that is new here does", async () => {
    const world = await withIgnoredFolder();
    world.create("build", "a file");
    await world.pass(MINUTE);
    world.write(".ledgeignore", "nothing\n");
    await world.pass(MINUTE);
    expect(world.read("build")).toBe("a file");
    expect(world.serverPaths()).toContain("build (conflict laptop 2026-06-01)/output");
  });

  test("[Y26] a folder waits with all that is in it while a symlink has its place", async () => {
    const world = new EngineWorld();
    world.disk.symlink("d");
    const d = world.newId();
    world.commit({ type: "createFolder", id: d, parent: world.rootId, name: "d" });
    world.commit({ type: "createFolder", parent: d, name: "e" });
    world.start();
    await world.pass(30 * MINUTE);
    const detail = "what is in its place is neither a file nor a folder of this disk";
    expect(world.engine.status().waiting).toMatchObject([{ path: "d", reason: "name", detail }]);
    expect(failures(world)).toEqual([]);
    world.disk.remove("d");
    await world.pass(MINUTE);
    expect(world.paths()).toEqual(["d", "d/e"]);
  });

  test("[Y26] what is to get that name keeps its own, is synced all the same, and makes room for others", async () => {
    const world = await withIgnoredFolder();
    world.create("a", "first");
    await world.pass(MINUTE);
    world.commit({ type: "move", node: world.idOf("a"), name: "build" });
    await world.pass(MINUTE);
    world.write("a", "edited here");
    await world.pass(MINUTE);
    expect(world.paths()).toContain("a");
    expect(world.server.space.tree().get("build")?.size).toBe("edited here".length);
    world.create("a", "another");
    await world.pass(MINUTE);
    expect(world.read("a")).toBe("another");
    expect(world.read("a (conflict laptop 2026-06-01)")).toBe("edited here");
    expect(world.serverPaths()).toEqual([".ledgeignore", "a", "build"]);
    expect(world.engine.status().waiting).toMatchObject([{ reason: "name", detail: IGNORED }]);
    world.disk.removeAll("build");
    await world.pass(MINUTE);
    expect(world.read("build")).toBe("edited here");
    expect(failures(world)).toEqual([]);
  });
});

describe("a plan", () => {
  const at =
    (...places: string[]) =>
    ({ parent, name }: Place): string | null =>
      places.includes(`${parent}/${name}`) ? "taken" : null;
  const a = file("root/a", "x");

  test("[Y26] gives nobody a conflict name that something ignored has", () => {
    const entries = { f: { remote: a }, n: { local: file("root/a", "other") } };
    const obstacle = at("root/a (conflict here 1970-01-01)");
    const name = "a (conflict here 1970-01-01) (2)";
    expect(brief(planOf(entries, { obstacle }))).toEqual([
      { type: "moveLocal", id: "n", parent: ROOT, name, why: "conflict" },
      "f waits: order",
    ]);
  });

  test("[Y26] leaves a file where it is whose place in another folder is taken, but in a folder that goes", () => {
    const d = folder("root/d");
    const f = { remote: file("root/a", "x"), local: file("d/a", "x"), synced: file("d/a", "x") };
    const options = { obstacle: at("root/a") };
    expect(brief(planOf({ d: same(d), f }, options))).toEqual(["f waits: name"]);
    const gone = { remote: folder("root/d", { state: "trashed" }), local: d, synced: d };
    const name = "a (conflict here 1970-01-01)";
    expect(brief(planOf({ d: gone, f }, options))).toEqual([
      { type: "moveLocal", id: "f", parent: ROOT, name, why: "remote" },
      "d waits: order",
    ]);
  });

  test("[Y26] what is new beside something ignored has no place to wait for that another cannot come to", () => {
    const f = { remote: file("root/b", "x"), local: a, synced: a };
    const entries = { f, n: { local: file("root/b", "other") } };
    expect(brief(planOf(entries, { obstacle: at("root/b") }))).toEqual([
      { type: "moveLocal", id: "n", parent: ROOT, name: "b (conflict here 1970-01-01)", why: "conflict" },
      "f waits: name",
    ]);
  });

  test("[Y26] does not take a deletion back because what was deleted was replaced by something ignored", () => {
    expect(brief(planOf({ f: { remote: a, synced: a } }, { obstacle: at("root/a") }))).toEqual([
      { type: "trashRemote", id: "f", baseSeq: 100, nodes: 1 },
    ]);
  });
});

test("[Y26] obstacles are told by the key of their name, folder by folder", () => {
  const obstacles = new Obstacles();
  obstacles.set("f", "Stra\u00dfe", "ignored");
  obstacles.set("f", "\u00e9", "ignored");
  obstacles.set("g", "a", "ignored");
  expect([obstacles.find("f", "STRASSE"), obstacles.find("f", "e\u0301")]).toEqual(["ignored", "ignored"]);
  expect([obstacles.find("g", "\u00e9"), obstacles.find("h", "a")]).toEqual([null, null]);
  obstacles.remove("f", "STRASSE");
  expect([obstacles.find("f", "Stra\u00dfe"), obstacles.find("f", "\u00e9")]).toEqual([null, "ignored"]);
  obstacles.clearFolder("f");
  expect([obstacles.find("f", "\u00e9"), obstacles.find("g", "a")]).toEqual([null, "ignored"]);
});

test("[Y26] the observer knows what is in no tree: where its folder goes, until it goes away or the rules change", async () => {
  const observed = await ObservedFolder.make();
  onTestFinished(() => observed.remove());
  const at = (folder: string, name: string) => observed.observer.obstacleAt({ parent: observed.id(folder), name });
  observed.write(".ledgeignore", "Build/\n*.log\n");
  for (const path of ["a/Build/deep.log", "a/x.log", "a/y"]) observed.write(path);
  symlinkSync("y", observed.path("a/link"));
  await observed.settle();
  const detail = "what is in its place is neither a file nor a folder of this disk";
  expect(["build", "x.log", "link", "y", "other"].map((name) => at("a", name))).toEqual([
    IGNORED,
    IGNORED,
    detail,
    null,
    null,
  ]);
  renameSync(observed.path("a"), observed.path("b"));
  await observed.settle("a", "b");
  expect(["build", "link"].map((name) => at("b", name))).toEqual([IGNORED, detail]);
  mkdirSync(observed.path("a"));
  rmSync(observed.path("b/link"));
  await observed.settle("a", "b/link");
  expect([at("a", "build"), at("b", "link"), at("b", "x.log")]).toEqual([null, null, IGNORED]);
  observed.write(".ledgeignore", "*.log\n");
  await observed.settle(".ledgeignore");
  expect([at("b", "build"), at("b", "x.log"), at("b/Build", "deep.log")]).toEqual([null, IGNORED, IGNORED]);
});
