import type { Clock } from "../../client/ports/clock.ts";
import type { Prng } from "./prng.ts";
import { EPOCH, type Scheduler } from "./scheduler.ts";

/** What synchronous calls throw in a process that was killed: nothing that it still does has an effect. */
export class Killed extends Error {
  override readonly name = "Killed";
}

const NEVER = new Promise<never>(() => undefined);

/**
 * One run of the client on a device. It can be killed at any call of a port, before or after the call took effect; then
 * nothing that it waits for ever comes, and nothing that it still asks for happens.
 */
export class SimProcess {
  isAlive = true;
  calls = 0;
  readonly scheduler: Scheduler;
  readonly random: Prng;
  readonly label: string;
  readonly #skew: () => number;
  readonly #onKilled: () => void;
  #killAfter = Infinity;
  #isAfterEffect = false;
  #placedAt = -Infinity;

  constructor(scheduler: Scheduler, random: Prng, label: string, skew: () => number, onKilled: () => void) {
    this.scheduler = scheduler;
    this.random = random;
    this.label = label;
    this.#skew = skew;
    this.#onKilled = onKilled;
  }

  /** Dies at the call that is `calls` from now, before or after it took effect. */
  killSoon(calls: number, isAfterEffect: boolean): void {
    this.#killAfter = this.calls + calls;
    this.#isAfterEffect = isAfterEffect;
  }

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.scheduler.note(`${this.label} killed`);
    this.#onKilled();
  }

  /** Whether a file was put in place just now: it may not have been recorded. */
  get hasJustPlaced(): boolean {
    return this.scheduler.now - this.#placedAt < 5;
  }

  /** A port's call: `effect` happens after `delay`, all at once. */
  call<T>(what: string, delay: number, effect: () => T): Promise<T> {
    if (!this.isAlive) return NEVER;
    const number = ++this.calls;
    return new Promise((resolve, reject) => {
      this.scheduler.after(delay, () => {
        if (!this.isAlive) return;
        const isLast = number >= this.#killAfter;
        if (isLast && !this.#isAfterEffect) {
          this.kill();
          return;
        }
        try {
          const value = effect();
          if (what.startsWith("place ")) this.#placedAt = this.scheduler.now;
          this.scheduler.note(`${this.label} ${what}`);
          if (isLast) this.kill();
          else resolve(value);
        } catch (error) {
          this.scheduler.note(`${this.label} ${what}: ${String(error)}`);
          if (isLast) this.kill();
          else reject(error);
        }
      });
    });
  }

  /** A port's synchronous call. */
  callNow<T>(what: string, effect: () => T): T {
    if (!this.isAlive) throw new Killed(what);
    const isLast = ++this.calls >= this.#killAfter;
    if (isLast && !this.#isAfterEffect) {
      this.kill();
      throw new Killed(what);
    }
    const value = effect();
    if (isLast) {
      this.kill();
      throw new Killed(what);
    }
    return value;
  }

  readonly clock: Clock = {
    now: () => Math.floor(EPOCH + this.scheduler.now + this.#skew()),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        let isOver = false;
        const onAbort = (): void => {
          isOver = true;
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        this.scheduler.after(milliseconds, () => {
          if (isOver || !this.isAlive) return;
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
      }),
  };
}
