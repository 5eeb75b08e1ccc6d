import type { Clock, Random } from "../ports/clock.ts";

const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

interface Rest {
  readonly reason: string;
  readonly failures: number;
  /** When it was first given, in milliseconds. */
  readonly since: number;
  readonly until: number;
  /** What the rest was given for: when this is no longer what `current` answers, the rest is over. */
  readonly state: unknown;
}

/**
 * Who failed and is left alone for a while (Y21): 1 second, doubling with each failure in a row to 5 minutes, of which up
 * to a quarter is jitter.
 */
export class Rests {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #current: (id: string) => unknown;
  readonly #rests = new Map<string, Rest>();

  /** `current` answers what a node is now: a node that changed has its rest taken from it. */
  constructor(clock: Clock, random: Random, current: (id: string) => unknown = () => undefined) {
    this.#clock = clock;
    this.#random = random;
    this.#current = current;
  }

  /** Gives `id` a rest. With `despiteChanges` not even a change of the node ends it early. */
  fail(id: string, reason: string, options: { despiteChanges?: boolean } = {}): void {
    const before = this.#rests.get(id);
    const failures = (before?.failures ?? 0) + 1;
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
    const now = this.#clock.now();
    const until = now + full * (1 - this.#random() / 4);
    const state = options.despiteChanges === true ? ANY : this.#current(id);
    this.#rests.set(id, { reason, failures, since: before?.since ?? now, until, state });
  }

  succeed(id: string): void {
    this.#rests.delete(id);
  }

  /** Failures in a row. */
  failures(id: string): number {
    return this.#rests.get(id)?.failures ?? 0;
  }

  isResting(id: string): boolean {
    const rest = this.#rests.get(id);
    return rest !== undefined && rest.until > this.#clock.now();
  }

  since(id: string): number | null {
    return this.#rests.get(id)?.since ?? null;
  }

  /** Who rests now, and why. Forgets those that changed. */
  reasons(): Map<string, string> {
    const now = this.#clock.now();
    const reasons = new Map<string, string>();
    for (const [id, rest] of this.#rests) {
      if (rest.state !== ANY && rest.state !== this.#current(id)) this.#rests.delete(id);
      else if (rest.until > now) reasons.set(id, rest.reason);
    }
    return reasons;
  }

  /** When the next rest ends; null where none does. */
  nextEnd(): number | null {
    const now = this.#clock.now();
    let next: number | null = null;
    for (const { until } of this.#rests.values()) if (until > now && (next === null || until < next)) next = until;
    return next;
  }

  /** Whether any of those that rest has failed fewer than `failures` times. */
  anyBelow(failures: number): boolean {
    const now = this.#clock.now();
    for (const rest of this.#rests.values()) if (rest.until > now && rest.failures < failures) return true;
    return false;
  }

  /** When this one's rest ends; null where it does not rest. */
  endOf(id: string): number | null {
    return this.isResting(id) ? (this.#rests.get(id)?.until ?? null) : null;
  }

  /** Ends a rest now, but keeps count of the failures. */
  endEarly(id: string): void {
    const rest = this.#rests.get(id);
    if (rest) this.#rests.set(id, { ...rest, until: this.#clock.now() });
  }
}

const ANY = Symbol("any state");
