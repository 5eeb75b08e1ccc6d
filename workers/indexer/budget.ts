/**
 * What one invocation of the consumer may spend before it leaves the rest to a message (X2): time, and queries, of which the
 * platform lets an invocation make 1,000.
 */
export class Budget {
  readonly #ends: number;
  #queries: number;

  /**
   * @param ends - Milliseconds since 1970.
   * @param queries - What is begun while some are left may take somewhat more.
   */
  constructor(ends: number, queries: number) {
    this.#ends = ends;
    this.#queries = queries;
  }

  get isSpent(): boolean {
    return this.#queries <= 0 || Date.now() > this.#ends;
  }

  spend(queries: number): void {
    this.#queries -= queries;
  }
}
