/** Failures in a row that a new plan should settle, and a node may meet before it rests. */
const MOST_STRIKES = 5;

/** Counts failures that say no more than that the trees were not up to date. */
export class Strikes {
  readonly #counts = new Map<string, number>();

  /** Counts one; true where there were too many in a row to go on without a rest. */
  add(id: string): boolean {
    const strikes = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, strikes);
    return strikes >= MOST_STRIKES;
  }

  clear(id: string): void {
    this.#counts.delete(id);
  }
}
