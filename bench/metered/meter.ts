import { AsyncLocalStorage } from "node:async_hooks";

/** What Cloudflare bills, counted since the last reset. */
export interface Counts {
  workerRequests: number;
  d1Queries: number;
  d1RowsRead: number;
  d1RowsWritten: number;
  /** put, list, multipart. */
  r2ClassA: number;
  /** get, head. */
  r2ClassB: number;
  /** Free of charge, counted all the same. */
  r2Deletes: number;
  objectRequests: number;
  queueMessages: number;
}

/** `request`: while answering (the Durable Object's part included); `indexer`: by the queue's consumer, afterwards. */
export type Phase = "request" | "indexer";

const zero = (): Counts => ({
  workerRequests: 0,
  d1Queries: 0,
  d1RowsRead: 0,
  d1RowsWritten: 0,
  r2ClassA: 0,
  r2ClassB: 0,
  r2Deletes: 0,
  objectRequests: 0,
  queueMessages: 0,
});

const counts: Record<Phase, Counts> = { request: zero(), indexer: zero() };
const phase = new AsyncLocalStorage<Phase>();

/** Counts what `work` does as the indexer's. */
export function asIndexer<T>(work: () => T): T {
  return phase.run("indexer", work);
}

export function readMeter(): Readonly<Record<Phase, Counts>> {
  return counts;
}

export function resetMeter(): void {
  counts.request = zero();
  counts.indexer = zero();
}

/** Adds to a count of the current phase. */
export function count(what: keyof Counts, amount = 1): void {
  counts[phase.getStore() ?? "request"][what] += amount;
}
