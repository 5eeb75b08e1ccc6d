/** Milliseconds of work between pauses. */
const BETWEEN = 50;

/**
 * Pauses of long work, in which the isolate does what others wait for: requests, and other queues' messages. Waiting for a
 * database is none, where that is in the same process, as on one's own machine.
 */
export class Pauses {
  #last = Date.now();

  /** Pauses, unless it did just now. */
  async take(): Promise<void> {
    if (Date.now() - this.#last < BETWEEN) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.#last = Date.now();
  }
}
