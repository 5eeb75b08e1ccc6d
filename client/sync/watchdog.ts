import type { Clock } from "../ports/clock.ts";

/** Nothing was heard of an operation for too long. */
export class Stalled extends Error {
  override readonly name = "Stalled";
}

/** Why a timer is no longer needed. Without a reason, each abort would make an error with its stack. */
const OVER = "over";

/** Gives everything that waits for others a deadline. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #stalledAfter: number;

  /** @param stalledAfter - Milliseconds without a sign of life. */
  constructor(clock: Clock, stalledAfter: number) {
    this.#clock = clock;
    this.#stalledAfter = stalledAfter;
  }

  /**
   * Runs `work` until it ends, `signal` aborts, or it did not call `alive` for too long (`Stalled`). In the latter two cases
   * the signal that `work` got is aborted, and its own outcome no longer waited for.
   */
  async guard<T>(signal: AbortSignal, work: (signal: AbortSignal, alive: () => void) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const inner = new AbortController();
    const ended = new AbortController();
    let lastSign = this.#clock.now();
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        inner.abort(signal.reason);
        reject(signal.reason as Error);
      };
    });
    signal.addEventListener("abort", onAbort, { once: true });
    const stalled = this.#stall(() => lastSign, ended.signal, inner);
    try {
      const running = work(inner.signal, () => {
        lastSign = this.#clock.now();
      });
      return await Promise.race([running, stalled, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      ended.abort(OVER);
    }
  }

  /** Rejects when the last sign of life is too long ago; never settles once `ended` aborted. */
  async #stall(lastSign: () => number, ended: AbortSignal, inner: AbortController): Promise<never> {
    for (;;) {
      const left = lastSign() + this.#stalledAfter - this.#clock.now();
      if (left <= 0) break;
      try {
        await this.#clock.sleep(left, ended);
      } catch {
        return new Promise<never>(() => undefined);
      }
    }
    const error = new Stalled(`nothing was heard for ${Math.round(this.#stalledAfter / 1000)} seconds`);
    inner.abort(error);
    throw error;
  }
}
