import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Budget } from "../../workers/indexer/budget.ts";

beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

it("[X2] ends by time or by queries", () => {
  const budget = new Budget(100, 3);
  vi.setSystemTime(100);
  budget.spend(2);
  expect(budget.isSpent).toBe(false);
  budget.spend(1);
  expect(budget.isSpent).toBe(true);
  vi.setSystemTime(101);
  expect(new Budget(100, 3).isSpent).toBe(true);
});

it("[X2] leaves the spaces that come after one with many changes their share of the time", () => {
  const whole = new Budget(100, 1_000);
  const first = whole.share(4);
  vi.setSystemTime(26);
  expect([first.isSpent, whole.isSpent]).toEqual([true, false]);
  // What the second did not take is the third's.
  const third = whole.share(2);
  vi.setSystemTime(63);
  expect(third.isSpent).toBe(false);
  vi.setSystemTime(64);
  expect(third.isSpent).toBe(true);
});

it("[X2] leaves the spaces that come after one with many changes their share of the queries, and a page to each", () => {
  const first = new Budget(100, 500).share(2);
  first.spend(249);
  expect(first.isSpent).toBe(false);
  first.spend(1);
  expect(first.isSpent).toBe(true);
  const oneOfMany = new Budget(100, 500).share(50);
  oneOfMany.spend(99);
  expect(oneOfMany.isSpent).toBe(false);
  oneOfMany.spend(1);
  expect(oneOfMany.isSpent).toBe(true);
});

it("[X2] counts what a share spends in the whole", () => {
  const whole = new Budget(100, 10);
  const share = whole.share(2);
  share.spend(10);
  expect([share.isSpent, whole.isSpent, whole.share(1).isSpent]).toEqual([true, true, true]);
});
