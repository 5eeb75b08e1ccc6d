import type { Clock } from "../../ports/clock.ts";

/** Milliseconds between two signs. */
const EVERY = 5_000;

/**
 * Tells all transfers of one direction that something moves, though none of it may be theirs: those that wait for
 * others on a slow line are not stalled.
 */
export class SignsOfLife {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something moved. */
  tick(): void {
    const now = this.#clock.now();
    if (now - this.#last < EVERY) return;
    this.#last = now;
    for (const sign of this.#waiting) sign();
  }

  /** Runs `work`; `sign` is called now and then while anything moves. */
  async during<T>(sign: (() => void) | undefined, work: () => Promise<T>): Promise<T> {
    if (!sign) return work();
    // A function of its own, so that one handed in twice counts twice.
    const own = (): void => sign();
    this.#waiting.add(own);
    try {
      return await work();
    } finally {
      this.#waiting.delete(own);
    }
  }
}
