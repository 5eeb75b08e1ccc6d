import type { Place } from "../entry.ts";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 300_000;

interface Retry {
  readonly place: Place;
  readonly wait: number;
  due: number;
}

/** Places that the system refused to look at: tried again after a time that doubles from 1 second to 5 minutes. */
export class Retries {
  readonly #places = new Map<string, Retry>();

  get nextDue(): number | null {
    let next: number | null = null;
    for (const { due } of this.#places.values()) if (due < (next ?? Infinity)) next = due;
    return next;
  }

  add(place: Place, now: number): void {
    const key = keyOf(place);
    const before = this.#places.get(key);
    const wait = before ? Math.min(before.wait * 2, LONGEST_WAIT) : FIRST_WAIT;
    this.#places.set(key, { place: { parent: place.parent, name: place.name }, wait, due: now + wait });
  }

  remove(place: Place): void {
    if (this.#places.size > 0) this.#places.delete(keyOf(place));
  }

  /** Those to be looked at: not due again unless they are refused again. */
  takeDue(now: number): Place[] {
    const due: Place[] = [];
    for (const [key, retry] of this.#places) {
      if (retry.due > now) continue;
      due.push(retry.place);
      this.#places.set(key, { ...retry, due: Infinity });
    }
    return due;
  }
}

function keyOf({ parent, name }: Place): string {
  return `${parent}/${name}`;
}
