import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Pauses } from "../../workers/indexer/pauses.ts";

beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("[X2] long indexing pauses for others' requests, however it is called, every 50 milliseconds", async () => {
  // A pause of any length: work begins again after it.
  const wait = vi.fn<(done: () => void) => void>((done) => {
    vi.setSystemTime(Date.now() + 30);
    done();
  });
  vi.stubGlobal("setTimeout", wait);
  const pauses = new Pauses();
  const calls: number[] = [];
  for (const now of [0, 49, 50, 81, 129, 130]) {
    vi.setSystemTime(now);
    await pauses.take();
    calls.push(wait.mock.calls.length);
  }
  expect(calls).toEqual([0, 0, 1, 1, 1, 2]);
});
