import { expect, test } from "vitest";
import { Prng } from "../../sim/prng.ts";
import { SharedWorld } from "./support/shared-world.ts";

const CASES = Number(process.env["SHARED_CASES"] ?? 25);

/** What somebody does to the disk or the shared folder; what cannot be done there at the moment is not done. */
function act(world: SharedWorld, random: Prng, text: string): void {
  const { disk } = world;
  const paths = disk.paths().filter((path) => path !== "team" && !path.startsWith(".ledge"));
  const folders = ["", "team", ...paths.filter((path) => disk.find(path)?.type === "folder")];
  const files = paths.filter((path) => disk.find(path)?.type === "file");
  const at = (folder: string): string => (folder === "" ? "" : `${folder}/`) + `n${random.int(1, 6)}`;
  const into = at(random.pick(folders.filter((folder) => folder !== "team" || disk.find("team"))));
  try {
    switch (random.weighted({ write: 5, folder: 2, move: 6, remove: 1, owner: 2, ownerMove: 1 })) {
      case "write":
        return world.write(files.length > 0 && random.chance(0.4) ? random.pick(files) : into, text);
      case "folder":
        disk.makeFolder(into);
        return;
      case "move":
        // Not over what is there: that is the deletion of what was there.
        if (paths.length > 0 && !disk.find(into)) disk.rename(random.pick(paths), into);
        return;
      case "remove":
        if (files.length > 0) disk.remove(random.pick(files));
        return;
      case "owner":
        return world.writeByOwner(`o${random.int(1, 20)}`, text);
      case "ownerMove": {
        const nodes = [...world.shared.live(world.folder).keys()];
        if (nodes.length > 0)
          world.byOwner({ type: "move", node: random.pick(nodes), parent: world.folder, onConflict: "rename" });
      }
    }
  } catch {
    // The disk, or the server, does not let it.
  }
}

function texts(world: SharedWorld): Set<string> {
  const held = new Set<string>();
  for (const server of [world.server, world.owner])
    for (const { content } of server.space.versions.values())
      held.add(new TextDecoder().decode(server.space.bytesOf(content)));
  return held;
}

/** What the disk should have: home, and the shared folder in its mount. */
function expected(world: SharedWorld): string[] {
  const team = [...world.owner.space.tree().keys()].filter((path) => path.startsWith("Team/"));
  return [...world.serverPaths(), ...team.map((path) => `team/${path.slice(5)}`)].sort();
}

test("[M5] [M11] [Y2] whatever moves in, out and around, the disk ends as both spaces are, and what was written last is kept", async () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Prng(seed, 77);
    const world = new SharedWorld();
    world.mover.isThere = random.chance(0.8);
    world.sync();
    await world.pass(60_000);
    for (let round = 0; round < 12; round++) {
      world.mover.looks = random.chance(0.5) ? 0 : random.int(1, 40);
      world.mover.refusal = random.chance(0.1) ? random.pick(["over_quota", "mount_in_shared", "busy"] as const) : null;
      for (let n = random.int(1, 4); n > 0; n--) act(world, random, `${seed}-${round}-${n}`);
      await world.pass(random.int(10, 20_000));
      if (random.chance(0.15)) await world.syncAgain();
      if (world.engine.status().brake) world.engine.confirmDeletions();
    }
    world.mover.refusal = null;
    for (let i = 0; i < 3; i++) {
      await world.pass(400_000);
      if (world.engine.status().brake) world.engine.confirmDeletions();
    }
    const paths = world.paths().filter((path) => !path.startsWith(".ledge"));
    expect(paths.sort(), `seed ${seed}: ${JSON.stringify(world.engine.status().waiting)}`).toEqual(expected(world));
    const held = texts(world);
    for (const path of paths)
      if (world.disk.find(path)?.type === "file") expect(held, `seed ${seed} ${path}`).toContain(world.read(path));
  }
}, 240_000);
