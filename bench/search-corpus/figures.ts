import { percentile } from "../support/percentile.ts";
import type { Figure } from "../support/measure.ts";

/** Times as a figure: the 99th percentile, and the others beside it. */
export function timesFigure(name: string, times: readonly number[], atMost?: number): Figure {
  return {
    name: `${name}, p99`,
    value: percentile(times, 0.99),
    unit: "ms",
    ...(atMost !== undefined && { target: { atMost } }),
    details: { count: times.length, p50: percentile(times, 0.5), p90: percentile(times, 0.9), max: Math.max(...times) },
  };
}
