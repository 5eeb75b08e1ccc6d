import type { QuietTimes } from "./quiet-times.ts";

/** Entries that were not at their place when it was looked at: not believed to be deleted for a while (Y7). */
export class Missing {
  readonly #times: QuietTimes;
  /** When it is due to be looked at again. */
  readonly #due = new Map<string, number>();

  constructor(times: QuietTimes) {
    this.#times = times;
  }

  has(id: string): boolean {
    return this.#due.has(id);
  }

  get isEmpty(): boolean {
    return this.#due.size === 0;
  }

  get nextDue(): number | null {
    let next: number | null = null;
    for (const due of this.#due.values()) if (next === null || due < next) next = due;
    return next;
  }

  /** From when it was first seen missing; a later sighting changes nothing. */
  add(id: string, now: number): void {
    if (!this.#due.has(id)) this.#due.set(id, now + this.#times.deletion);
  }

  /** Begins to count anew: something tells that it may be back. */
  postpone(id: string, now: number): void {
    this.#due.set(id, now + this.#times.deletion);
  }

  /** Answers whether it was missing. */
  remove(id: string): boolean {
    return this.#due.delete(id);
  }

  /** Those that were missing for long enough. They are not due again at once, whatever comes of the look. */
  takeDue(now: number): string[] {
    const ids: string[] = [];
    for (const [id, due] of this.#due) {
      if (due > now) continue;
      this.#due.set(id, now + this.#times.deletion);
      ids.push(id);
    }
    return ids;
  }
}
