interface Event {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
}

/** 2026-06-01: what simulated time 0 is on a device whose clock is right, in milliseconds since 1970. */
export const EPOCH = 1_780_272_000_000;

const RECENT = 400;

/**
 * Simulated time. Whatever happens is an event at a time; between two events everything that the first one let go on
 * (microtasks) is carried out. Events of one time happen in the order in which they were asked for, so a run is the same
 * whenever it is repeated with the same numbers.
 */
export class Scheduler {
  /** Milliseconds since the beginning. */
  now = 0;
  events = 0;
  /** Told of everything that is noted, as it is noted. */
  onNote: ((line: string) => void) | undefined;
  readonly #heap: Event[] = [];
  readonly #recent: string[] = [];
  #order = 0;
  #noted = 0;
  #hash = 0x811c9dc5;

  after(delay: number, run: () => void): void {
    this.#push({ time: this.now + Math.max(0, delay), order: this.#order++, run });
  }

  /** Notes what happens: part of the trace's hash, and of what is shown when a history fails. */
  note(what: string): void {
    const line = `${this.now.toFixed(3)} ${what}`;
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    this.#recent[this.#noted++ % RECENT] = line;
    this.onNote?.(line);
  }

  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  /** The last things noted, oldest first. */
  recent(): string[] {
    const from = this.#noted % RECENT;
    return [...this.#recent.slice(from), ...this.#recent.slice(0, from)].filter((line) => line !== undefined);
  }

  /** Carries out all events up to a time, or until there were `mostEvents`. Answers whether the time was reached. */
  run(until: number, mostEvents: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        const next = this.#heap[0];
        if (!next || next.time > until) {
          this.now = until;
          resolve(true);
          return;
        }
        if (this.events >= mostEvents) {
          resolve(false);
          return;
        }
        this.#pop();
        this.now = next.time;
        this.events++;
        try {
          next.run();
        } catch (error) {
          reject(error);
          return;
        }
        setImmediate(step);
      };
      setImmediate(step);
    });
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || !last) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
