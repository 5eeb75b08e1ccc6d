import { describe, expect, test } from "vitest";
import { chooseUpward } from "../../../client/sync/execute/choose-upward.ts";
import { Lane } from "../../../client/sync/execute/lane.ts";
import { Rests } from "../../../client/sync/rests.ts";
import { DEFAULT_SETTINGS } from "../../../client/sync/settings.ts";
import type { UpwardStep } from "../../../client/sync/steps.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { forgetfulStore } from "./support/memory-store.ts";

const MiB = 1024 * 1024;
const folder = (id: string, parent = "root"): UpwardStep => ({ type: "createFolder", id, parent, name: id });
const file = (id: string, parent = "root"): UpwardStep => ({ type: "createFile", id, parent, name: id });
const update = (id: string): UpwardStep => ({ type: "updateFile", id, baseVersion: 1 });
const trash = (id: string): UpwardStep => ({ type: "trashRemote", id, baseSeq: 1, nodes: 1 });
const move = (id: string): UpwardStep => ({ type: "moveRemote", id, name: "x" });

/** What goes of these steps, where files have these sizes. */
function choose(
  steps: UpwardStep[],
  sizes: Record<string, number> = {},
  { outdated = [], failed = [] }: { outdated?: string[]; failed?: string[] } = {},
): { small: string[]; large: string[] } {
  const trees = new Trees(forgetfulStore());
  trees.setMeta("root", "root");
  for (const [id, size] of Object.entries(sizes)) {
    const stamp = { type: "file", size, mtime: 0, executable: false, identity: id, modified: "", changed: "" } as const;
    trees.setLocal(id, { parent: "root", name: id, type: "file", stamp, content: null });
  }
  const rests = new Rests(new ManualClock(), () => 0);
  for (const id of failed) rests.fail(id, "why");
  const isCurrent = (step: UpwardStep): boolean => !outdated.includes(step.id);
  const chosen = chooseUpward(steps, isCurrent, trees, rests, DEFAULT_SETTINGS);
  return { small: chosen.small.map(({ id }) => id), large: chosen.large.map(({ id }) => id) };
}

describe("what goes up next", () => {
  test("[Y21] is at most 500 operations and 64 MiB, in order", () => {
    const many = Array.from({ length: 600 }, (_, i) => folder(`f${i}`));
    expect(choose(many).small).toEqual(many.slice(0, 500).map(({ id }) => id));
    const files = Array.from({ length: 20 }, (_, i) => update(`f${i}`));
    const sizes = Object.fromEntries(files.map(({ id }) => [id, 8 * MiB]));
    expect(choose(files, sizes).small).toHaveLength(8);
  });

  test("[Y21] large files go beside, and hold nothing up", () => {
    expect(choose([update("large"), update("a")], { large: 9 * MiB, a: 1 })).toEqual({
      small: ["a"],
      large: ["large"],
    });
  });

  test("[Y2] a large file waits for its folder, and what comes after it on its node for it", () => {
    const steps = [folder("new"), file("large", "new"), move("large")];
    expect(choose(steps, { large: 9 * MiB })).toEqual({ small: ["new"], large: [] });
  });

  test("[Y2] what goes into a folder waits until the server has it, or goes along with it", () => {
    expect(choose([folder("new"), file("in", "new"), file("beside", "other")]).small).toEqual(["new", "in"]);
  });

  test("[Y5] what is outdated takes along what is in it, and every deletion after it", () => {
    const steps = [trash("early"), move("saved"), folder("in", "saved"), trash("folder"), move("other")];
    expect(choose(steps, {}, { outdated: ["saved"] }).small).toEqual(["early", "other"]);
  });

  test("[Y21] what failed before takes fewer others along", () => {
    const many = Array.from({ length: 100 }, (_, i) => folder(`f${i}`));
    expect(choose(many, {}, { failed: ["f0"] }).small).toHaveLength(62);
    expect(choose(many, {}, { failed: ["f0", "f0", "f0"] }).small).toEqual(["f0"]);
    expect(choose(many, {}, { failed: ["f70"] }).small).toHaveLength(70);
  });
});

describe("a lane", () => {
  test("[Y21] has room for a number and for bytes, and for anything alone", () => {
    const lane = new Lane(2, 10);
    expect(lane.enter(20)).toBe(true);
    expect(lane.enter(1)).toBe(false);
    lane.leave(20);
    expect([lane.enter(4), lane.enter(7), lane.enter(6), lane.enter(0)]).toEqual([true, false, true, false]);
    lane.leave(4);
    expect(lane.enter(4)).toBe(true);
  });
});
