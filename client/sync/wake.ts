import type { Clock } from "../ports/clock.ts";

/** Why a timer is no longer needed. Without a reason, each abort would make an error with its stack. */
const OVER = "over";

/** Lets one loop sleep until something happens or is due. What happens while it is awake is not missed. */
export class Wake {
  readonly #clock: Clock;
  #isUp = false;
  #resume: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  up(): void {
    this.#isUp = true;
    this.#resume?.();
  }

  /** Resolves at the earliest of the times (the clock's milliseconds; null is never), or when `up` was called since the last wait. */
  async wait(times: readonly (number | null)[]): Promise<void> {
    const next = Math.min(...times.map((time) => time ?? Infinity));
    if (!this.#isUp) {
      const timer = new AbortController();
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        if (next === Infinity) return;
        this.#clock.sleep(Math.max(0, next - this.#clock.now()), timer.signal).then(resolve, resolve);
      });
      this.#resume = null;
      timer.abort(OVER);
    }
    this.#isUp = false;
  }
}
