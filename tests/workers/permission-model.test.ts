import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { Administrator } from "./support/administrator.ts";
import { PermissionProbes } from "./support/permissions/probes.ts";
import { PermissionSteps } from "./support/permissions/steps.ts";
import { PermissionWorld } from "./support/permissions/world.ts";
import { Random } from "./support/permissions/random.ts";

/**
 * Random histories of sharing, against a model of who may read and write what. `PERMISSION_SEED` and `PERMISSION_RUNS` choose
 * others, `PERMISSION_STEPS` how long they are; a failure prints its seed and what was done, and its seed is added to these.
 */
const SEEDS = [20_261_122, 20_261_123];
const { SETTINGS: settings } = env as unknown as { SETTINGS: Readonly<Record<string, string | undefined>> };
const FIRST = Number(settings["PERMISSION_SEED"] ?? 0);
const RUNS = Number(settings["PERMISSION_RUNS"] ?? (FIRST === 0 ? 0 : 1));
const STEPS = Number(settings["PERMISSION_STEPS"] ?? 40);
/** Users and bases that are looked into after each step. */
const PAIRS = 2;

let administrator: Administrator;
beforeAll(async () => {
  administrator = await Administrator.make();
});

async function live(seed: number): Promise<PermissionWorld> {
  const world = await PermissionWorld.make(administrator, new Random(seed));
  const [steps, probes] = [new PermissionSteps(world), new PermissionProbes(world)];
  try {
    await steps.begin();
    await probes.check(PAIRS);
    for (let i = 0; i < STEPS; i++) {
      await steps.step();
      await probes.check(PAIRS);
    }
    await steps.lastWords();
    await probes.check(PAIRS);
  } catch (error) {
    console.log(`seed ${seed} failed after:\n${world.trace.join("\n")}`);
    throw error;
  }
  return world;
}

for (const seed of RUNS === 0 ? SEEDS : Array.from({ length: RUNS }, (_, i) => FIRST + i)) {
  it(`[M2] [M3] [M6] [M8] [M10] [L1] [L6] [I11] every route, socket, archive and link agrees with a model of permissions (seed ${seed})`, async () => {
    const world = await live(seed);
    expect(world.trace.length).toBeGreaterThan(STEPS / 2);
  }, 600_000);
}
