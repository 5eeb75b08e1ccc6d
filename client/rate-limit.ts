import type { Clock } from "./ports/clock.ts";

/** Resolves when `bytes` more may be moved; rejects with the signal's reason. */
export type Pace = (bytes: number, signal?: AbortSignal) => Promise<void>;

/** Milliseconds of unused bandwidth that may be made up for. */
const BURST = 1_000;

/**
 * Keeps what is moved to `bytesPerSecond` on average, first come, first served. What is asked for goes as soon as all
 * before it is paid for, so a small transfer on an idle line never waits.
 */
export function rateLimit(bytesPerSecond: number, clock: Clock): Pace {
  /** When all that went so far will be paid for. */
  let paid = Number.NEGATIVE_INFINITY;
  return async (bytes, signal) => {
    const now = clock.now();
    const start = Math.max(paid, now - BURST);
    const cost = (bytes / bytesPerSecond) * 1000;
    paid = start + cost;
    if (start <= now) return;
    try {
      await clock.sleep(start - now, signal);
    } catch (error) {
      paid -= cost;
      throw error;
    }
  };
}
