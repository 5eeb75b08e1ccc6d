import fc from "fast-check";
import { describe, test } from "vitest";
import { play, script } from "./support/converge.ts";

/** Edits a side and phase. */
const SIZE = Number(process.env.PLAN_EDITS ?? 6);
const CASES = Number(process.env.PLAN_CASES ?? 2000);

describe("a plan, carried out again and again", () => {
  test(
    "[Y2] ends with both sides equal and no edit lost, whatever both sides did to a common base",
    () =>
      fc.assert(
        fc.property(script(SIZE), (each) => play(each)),
        { numRuns: CASES },
      ),
    600_000,
  );
});
