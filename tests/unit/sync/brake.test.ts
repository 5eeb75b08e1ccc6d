import { describe, expect, test } from "vitest";
import { Brake } from "../../../client/sync/brake.ts";
import { DEFAULT_SETTINGS } from "../../../client/sync/settings.ts";
import type { Plan } from "../../../client/sync/steps.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { forgetfulStore } from "./support/memory-store.ts";

const EMPTY: Plan = { bookkeeping: [], local: [], upward: [], across: [], waiting: [], settled: [] };

function braked(nodes: number): { brake: Brake; clock: ManualClock } {
  const clock = new ManualClock();
  const trees = new Trees(forgetfulStore());
  const file = { parent: "root", type: "file", version: 1, content: "c", executable: false } as const;
  for (let i = 0; i < nodes; i++) trees.setSynced(`n${i}`, { ...file, name: `n${i}` });
  return { brake: new Brake(clock, DEFAULT_SETTINGS, trees), clock };
}

/** A plan that deletes so many nodes on the server, and here. */
function deleting(remote: number, local: number): Plan {
  return {
    ...EMPTY,
    upward: remote > 0 ? [{ type: "trashRemote", id: "folder", baseSeq: 1, nodes: remote }] : [],
    local: Array.from({ length: local }, (_, i) => ({ type: "trashLocal", id: `n${i}`, entryType: "file" })),
  };
}

describe("the brake", () => {
  test.each([
    [2_000, 500, false],
    [2_000, 501, true],
    [100, 50, false],
    [100, 51, true],
    [10, 5, false],
    [10, 6, true],
    [9, 9, false],
  ])("[Y14] of %d nodes %d deletions are held back: %s", (nodes, deletions, isHeld) => {
    for (const plan of [deleting(deletions, 0), deleting(0, deletions)]) {
      const { brake } = braked(nodes);
      const checked = brake.check(plan);
      expect(brake.isOn).toBe(isHeld);
      expect(checked.upward.length + checked.local.length === 0).toBe(isHeld);
      expect(checked.waiting.some(({ reason }) => reason === "brake")).toBe(isHeld);
    }
  });

  test("[Y14] counts what was deleted in the last ten minutes, each direction for itself", async () => {
    const { brake, clock } = braked(2_000);
    brake.passed("remote", 400);
    brake.check(deleting(0, 400));
    expect(brake.isOn).toBe(false);
    brake.check(deleting(101, 0));
    expect(brake.isOn).toBe(true);
    await clock.advance(DEFAULT_SETTINGS.brakeWindow + 1);
    brake.check(deleting(101, 0));
    expect(brake.isOn).toBe(false);
  });

  test("[Y14] lets the rest of a plan pass", () => {
    const { brake } = braked(2_000);
    const hash = { type: "hash", id: "x" } as const;
    const plan = deleting(501, 1);
    const checked = brake.check({ ...plan, local: [...plan.local, hash] });
    expect(checked.local).toEqual([...plan.local, hash]);
    expect(checked.upward).toEqual([]);
  });

  test("[Y14] a confirmation holds until a plan wants no deletion, and counts for nothing later", () => {
    const { brake } = braked(2_000);
    brake.check(deleting(0, 600));
    brake.confirm();
    expect(brake.check(deleting(0, 600)).local).toHaveLength(600);
    brake.passed("local", 600);
    expect(brake.check(deleting(0, 550)).local).toHaveLength(550);
    brake.check(EMPTY);
    expect(brake.check(deleting(0, 100)).local).toHaveLength(100);
    expect(brake.check(deleting(0, 600)).local).toHaveLength(0);
  });

  test("[Y14] a confirmation is over after ten minutes, though a deletion that it let through still fails", async () => {
    const { brake, clock } = braked(2_000);
    brake.check(deleting(0, 600));
    brake.confirm();
    expect(brake.check(deleting(0, 600)).local).toHaveLength(600);
    brake.passed("local", 599);
    await clock.advance(DEFAULT_SETTINGS.brakeWindow);
    expect(brake.check(deleting(0, 1)).local).toHaveLength(1);
    expect(brake.check(deleting(0, 600)).local).toHaveLength(0);
  });

  test("[Y14] a confirmation of nothing is none", () => {
    const { brake } = braked(2_000);
    brake.confirm();
    expect(brake.check(deleting(0, 600)).local).toHaveLength(0);
  });
});
