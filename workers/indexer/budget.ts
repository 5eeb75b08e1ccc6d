/** Queries of a share at the least: a page takes a third of them, however many have shares. */
const SHARE_QUERIES = 100;

/**
 * What one invocation of the consumer may spend before it leaves the rest to a message (X2): time, and queries, of which the
 * platform lets an invocation make 1,000.
 */
export class Budget {
  readonly #ends: number;
  readonly #whole: Budget | undefined;
  #queries: number;

  /**
   * @param ends - Milliseconds since 1970.
   * @param queries - What is begun while some are left may take somewhat more.
   * @param whole - What this is a share of.
   */
  constructor(ends: number, queries: number, whole?: Budget) {
    this.#ends = ends;
    this.#queries = queries;
    this.#whole = whole;
  }

  get isSpent(): boolean {
    return this.#queries <= 0 || Date.now() > this.#ends || this.#whole?.isSpent === true;
  }

  spend(queries: number): void {
    this.#queries -= queries;
    this.#whole?.spend(queries);
  }

  /** An equal share of what is left, for the first of `count` that want some: what it leaves is the others'. */
  share(count: number): Budget {
    const now = Date.now();
    return new Budget(now + (this.#ends - now) / count, Math.max(SHARE_QUERIES, this.#queries / count), this);
  }
}
