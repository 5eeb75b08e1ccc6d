import * as fc from "fast-check";
import { expect, it } from "vitest";
import { chargeAttempt } from "../../core/attempts.ts";

const limit = fc.record({ burst: fc.integer({ min: 1, max: 20 }), everyMs: fc.integer({ min: 1, max: 60_000 }) });
const gaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 100 });

it("[A4] in any span of time at most the burst goes through, and one more each interval", () => {
  fc.assert(
    fc.property(limit, gaps, (limited, waits) => {
      let now = 1_800_000_000_000;
      let paidUntil = 0;
      const allowed: number[] = [];
      for (const wait of waits) {
        now += wait;
        const charge = chargeAttempt(paidUntil, limited, now);
        paidUntil = charge.paidUntil;
        if (charge.allowed) allowed.push(now);
      }
      for (const [first, from] of allowed.entries()) {
        for (const [last, to] of allowed.entries()) {
          if (last < first) continue;
          expect(last - first + 1).toBeLessThanOrEqual(limited.burst + Math.floor((to - from) / limited.everyMs));
        }
      }
    }),
  );
});

it("[A4] a refused attempt costs nothing, and the next one after the named wait goes through", () => {
  fc.assert(
    fc.property(limit, (limited) => {
      const now = 1_800_000_000_000;
      let paidUntil = 0;
      for (let n = 0; n < limited.burst; n++) {
        const charge = chargeAttempt(paidUntil, limited, now);
        expect(charge.allowed).toBe(true);
        paidUntil = charge.paidUntil;
      }
      const refused = chargeAttempt(paidUntil, limited, now);
      expect(refused).toEqual({ allowed: false, waitMs: limited.everyMs, paidUntil });
      expect(chargeAttempt(refused.paidUntil, limited, now + refused.waitMs - 1).allowed).toBe(false);
      expect(chargeAttempt(refused.paidUntil, limited, now + refused.waitMs).allowed).toBe(true);
    }),
  );
});
