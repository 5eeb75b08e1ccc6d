import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateLimit } from "../../../client/rate-limit.ts";
import { ManualClock, settle } from "./support/manual-clock.ts";

describe("the rate limit", () => {
  it("lets what comes first go at once, and what follows when that is paid for, in order", async () => {
    const clock = new ManualClock();
    const pace = rateLimit(1000, clock);
    const went: string[] = [];
    void pace(1, new AbortController().signal).then(() => went.push("small"));
    void pace(5000).then(() => went.push("large"));
    void pace(10).then(() => went.push("third"));
    await settle();
    expect(went).toEqual(["small", "large"]);
    await clock.advance(3000);
    expect(went).toHaveLength(2);
    await clock.advance(1100);
    expect(went).toEqual(["small", "large", "third"]);
  });

  it("gives back what was asked for and not used", async () => {
    const clock = new ManualClock();
    const pace = rateLimit(1000, clock);
    await pace(2000);
    const stop = new AbortController();
    const given = pace(1_000_000, stop.signal);
    stop.abort(new Error("stopped"));
    await expect(given).rejects.toThrow("stopped");
    let went = false;
    void pace(1).then(() => (went = true));
    await clock.advance(1000);
    expect(went).toBe(true);
  });

  it("moves no more than a second's worth and one piece above its rate, over any time", async () => {
    const piece = fc.record({ bytes: fc.integer({ min: 1, max: 5000 }), pause: fc.integer({ min: 0, max: 3000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 2, maxLength: 12 }), async (pieces) => {
        const clock = new ManualClock();
        const pace = rateLimit(1000, clock);
        const went: { at: number; bytes: number }[] = [];
        for (const { bytes, pause } of pieces) {
          await clock.advance(pause);
          void pace(bytes).then(() => went.push({ at: clock.now(), bytes }));
        }
        await clock.advance(100_000);
        expect(went).toHaveLength(pieces.length);
        for (const [i, from] of went.entries()) {
          let moved = 0;
          for (const { at, bytes } of went.slice(i)) {
            // What goes at this moment may be as large as it is: what went before it is held to the rate.
            expect(moved).toBeLessThanOrEqual(at - from.at + 1000 + 1);
            moved += bytes;
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
