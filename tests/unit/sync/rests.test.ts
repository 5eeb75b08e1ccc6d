import { describe, expect, test } from "vitest";
import { Rests } from "../../../client/sync/rests.ts";
import { ManualClock } from "./support/manual-clock.ts";

describe("rests", () => {
  test("[Y21] double from one second to five minutes, and are over after a success", () => {
    const clock = new ManualClock();
    const rests = new Rests(clock, () => 0);
    const lengths = Array.from({ length: 11 }, () => {
      rests.fail("a", "why");
      return (rests.endOf("a") ?? 0) - clock.now();
    });
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1_000));
    rests.succeed("a");
    rests.fail("a", "why");
    expect((rests.endOf("a") ?? 0) - clock.now()).toBe(1_000);
  });

  test("[Y21] are shorter by jitter, by a quarter at most", () => {
    const clock = new ManualClock();
    const rests = new Rests(clock, () => 0.999_999);
    rests.fail("a", "why");
    expect((rests.endOf("a") ?? 0) - clock.now()).toBeCloseTo(750, 1);
  });

  test("[Y21] end when they are over, or when the node changed", async () => {
    const clock = new ManualClock();
    const states = new Map([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
    const rests = new Rests(
      clock,
      () => 0,
      (id) => states.get(id),
    );
    for (const id of ["a", "b"]) rests.fail(id, "why");
    rests.fail("c", "whatever it is", { despiteChanges: true });
    states.set("b", 2).set("c", 2);
    expect([...rests.reasons()]).toEqual([
      ["a", "why"],
      ["c", "whatever it is"],
    ]);
    expect(rests.nextEnd()).toBe(clock.now() + 1_000);
    await clock.advance(1_000);
    expect(rests.reasons().size).toBe(0);
    expect(rests.failures("a")).toBe(1);
    expect(rests.failures("b")).toBe(0);
  });
});
