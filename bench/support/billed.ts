import type { Counts, Phase } from "../metered/meter.ts";
import type { Figure } from "./measure.ts";
import { dollars } from "./prices.ts";

/** What some work costs at Cloudflare's prices, with the operations that it is the sum of. */
export function billed(name: string, { request, indexer }: Readonly<Record<Phase, Counts>>): Figure {
  // Where a source changes, wrangler starts the Worker anew, and its counts are lost.
  if (request.workerRequests === 0) throw new Error(`${name}: no request was counted`);
  const details = Object.fromEntries(
    Object.keys(request).map((what) => [what, request[what as keyof Counts] + indexer[what as keyof Counts]]),
  ) as unknown as Counts;
  return {
    name,
    value: 1e6 * dollars(details),
    unit: "$ per million",
    details: { ...details, indexerRowsRead: indexer.d1RowsRead, indexerRowsWritten: indexer.d1RowsWritten },
  };
}
