import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../client/ports/system-clock.ts";

const HOUR = 3_600_000;

afterEach(() => {
  vi.restoreAllMocks();
});

test("[Y21] a clock that is set back goes on from where it was, until it is right again", () => {
  const start = Date.now() + HOUR;
  const system = vi.spyOn(Date, "now");
  const at = (time: number): number => {
    system.mockReturnValue(start + time);
    return systemClock.now() - start;
  };
  expect(at(0)).toBe(0);
  expect(at(20)).toBe(20);
  expect(at(20 - HOUR)).toBe(20);
  expect(at(25 - HOUR)).toBe(25);
  expect(at(25 - 2 * HOUR)).toBe(25);
  expect(at(30 - 2 * HOUR)).toBe(30);
  expect(at(31)).toBe(31);
  expect(at(32)).toBe(32);
  expect(at(32 + HOUR)).toBe(32 + HOUR);
});
