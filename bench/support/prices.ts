import type { Counts } from "../metered/meter.ts";

/**
 * Dollars a billed operation costs on Workers Paid beyond what is included (Cloudflare's price lists, November 2026).
 * A queue message is three operations: written, read, deleted.
 */
const DOLLARS: Readonly<Partial<Record<keyof Counts, number>>> = {
  d1RowsRead: 0.001e-6,
  d1RowsWritten: 1e-6,
  r2ClassA: 4.5e-6,
  r2ClassB: 0.36e-6,
  objectRequests: 0.15e-6,
  queueMessages: 3 * 0.4e-6,
  workerRequests: 0.3e-6,
};

/** What these operations cost, in dollars; storage and CPU time are not in it. */
export function dollars(counts: Counts): number {
  return Object.entries(DOLLARS).reduce((sum, [what, price]) => sum + price * counts[what as keyof Counts], 0);
}
