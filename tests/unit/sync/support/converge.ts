import fc from "fast-check";
import { expect } from "vitest";
import { sameName } from "../../../../client/sync/entry.ts";
import { plan } from "../../../../client/sync/plan.ts";
import type { Plan, Step } from "../../../../client/sync/steps.ts";
import { Violation } from "./model-replica.ts";
import { Refusal, ROOT } from "./model-server.ts";
import { World } from "./random-edits.ts";

/** Far more than any script needs. */
const MOST_ROUNDS = 60;

const edit = fc.record({ kind: fc.nat(10), a: fc.nat(40), b: fc.nat(40), c: fc.nat(40) });

/** A common base, and what happened on both sides since; `size` is about how many edits a side and phase has at most. */
export function script(size: number) {
  const phase = fc.record({
    local: fc.array(edit, { maxLength: size }),
    remote: fc.array(edit, { maxLength: size }),
    /** Rounds of planning before the next edits; 0 for none. */
    rounds: fc.nat(3),
    limit: fc.constantFrom(1, 3, 1000),
    /** Of the steps of a plan, each n-th is late: carried out a round later, if it still can be. 0: none. */
    late: fc.constantFrom(0, 0, 2, 3),
    /** Which folder is left out from then on; 0 for no change. */
    choose: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(10)),
  });
  return fc.record({
    base: fc.array(edit, { maxLength: 2 * size }),
    phases: fc.array(phase, { minLength: 1, maxLength: 3 }),
    isCaseSensitive: fc.boolean(),
    impossible: fc.constantFrom(null, null, "c", "B"),
    /** Whether the executor records what is agreed on at once, or is always cut off before. */
    records: fc.boolean(),
  });
}

export type Script = ReturnType<typeof script> extends fc.Arbitrary<infer T> ? T : never;

/** Called with each plan before it is carried out. */
export type OnPlan = (world: World, plan: Plan, inFlight: ReadonlySet<string>) => void;

/** Plays the script, then plans until nothing is left to do, and expects both sides to be equal and whole. */
export function play(
  { base, phases, isCaseSensitive, impossible, records }: Script,
  onPlan: OnPlan = expectWholeness,
): void {
  const world = new World(isCaseSensitive, impossible);
  for (const each of base) world.editRemote(each.kind > 5 ? { ...each, kind: each.kind % 2 } : each);
  world.settleAll();
  world.replica.recordsAgreement = records;
  quiesce(world, onPlan);
  expectEqual(world);
  for (const { local, remote, rounds, limit, late, choose } of phases) {
    if (choose > 0) world.choose(choose);
    for (let i = 0; i < Math.max(local.length, remote.length); i++) {
      const [ours, theirs] = [local[i], remote[i]];
      if (ours) world.editLocal(ours);
      if (theirs) world.editRemote(theirs);
    }
    const waiting: Step[] = [];
    for (let n = 0; n < rounds; n++) round(world, limit, late, waiting, onPlan);
  }
  quiesce(world, onPlan);
  expectEqual(world);
  const live = [...world.server.nodes].filter(([id]) => world.server.isLive(id)).map(([, { content }]) => content);
  for (const content of world.wanted) expect(live.includes(content), `${content} is lost`).toBe(true);
}

/** One plan, carried out but for late steps; answers whether anything was to be done. */
function round(world: World, limit: number, late: number, waiting: Step[], onPlan: OnPlan): boolean {
  const { replica } = world;
  replica.pull();
  const inFlight = new Set(waiting.map(({ id }) => id));
  const planned = plan(replica.trees, replica.context({ limit, inFlight, ...world.scope() }));
  onPlan(world, planned, inFlight);
  const { bookkeeping, local, upward, settled } = planned;
  const due = waiting.splice(0);
  for (const id of settled) replica.trees.markClean(id);
  const commit = new Set<string>();
  [...bookkeeping, ...local, ...upward].forEach((step, i) => {
    if (i >= bookkeeping.length && late > 0 && i % late === 0) waiting.push(step);
    // What an earlier step of the same plan was to make way for may have been late.
    else attempt(world, step, commit, late > 0);
  });
  for (const step of due) attempt(world, step, new Set(), true);
  return bookkeeping.length + local.length + upward.length + due.length > 0;
}

function attempt({ replica }: World, step: Step, commit: Set<string>, mayFail: boolean): void {
  try {
    replica.apply(step, commit);
  } catch (error) {
    if (mayFail && (error instanceof Violation || error instanceof Refusal)) return;
    throw new Error(`${JSON.stringify(step)}: ${String(error)}`, { cause: error });
  }
}

function quiesce(world: World, onPlan: OnPlan): void {
  for (let n = 0; round(world, 1000, 0, [], onPlan); n++) if (n > MOST_ROUNDS) throw new Error("it does not end");
}

/** Every dirty entry that is not in flight ends in one of: a step, waiting, settled. */
export function expectWholeness({ replica }: World, planned: Plan, inFlight: ReadonlySet<string>): void {
  const { bookkeeping, local, upward, waiting, settled } = planned;
  const steps = new Set([...bookkeeping, ...local, ...upward].map(({ id }) => id));
  for (const step of bookkeeping) if (step.type === "adopt") steps.add(step.from);
  const ends = [...steps, ...waiting.map(({ id }) => id), ...settled];
  expect(new Set(ends).size).toBe(ends.length);
  expect(ends.filter((id) => inFlight.has(id))).toEqual([]);
  if (bookkeeping.length + local.length + upward.length >= 1) return;
  for (const id of replica.trees.dirty()) expect(ends.includes(id) || inFlight.has(id), id).toBe(true);
}

function expectEqual(world: World): void {
  const { replica, server, impossible } = world;
  const { trees } = replica;
  const isNamed = (id: string) => server.nodes.get(id)?.name !== impossible;
  expect([...trees.dirty()].filter(isNamed)).toEqual([]);
  for (const id of server.nodes.keys()) {
    if (id === ROOT || !server.isLive(id) || !world.isInScope(id)) continue;
    expect(trees.get(id)?.local, `${id} is not here`).toBeTruthy();
  }
  for (const { id, local, synced } of trees.all()) {
    if (!local) continue;
    expect(server.isLive(id) && world.isInScope(id), `${id} is not there`).toBe(true);
    const { parent, name, type, version, content, executable } = server.get(id);
    expect([local.type, local.content, local.stamp.executable]).toEqual([type, content, executable]);
    if (!isNamed(id)) continue;
    expect(local.parent).toBe(parent);
    expect(sameName(local.name, name), `${local.name} for ${name}`).toBe(true);
    expect(synced).toEqual({ parent, name, type, version, content, executable });
  }
}
