import type { DevServer } from "./dev-server.ts";

/** The servers under measurement; each starts at its first use and lives until the run ends. */
export interface Servers {
  /** Ledge as it is served. */
  ledge(): Promise<DevServer>;
  /** Ledge with counting bindings (bench/metered); not for times. */
  metered(): Promise<DevServer>;
  /** The bare reference Worker. */
  bare(): Promise<DevServer>;
}

/** One line of the result. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What `value` stands beside, measured in the same run. */
  readonly reference?: { readonly name: string; readonly value: number };
  /** `value` by the reference; of several rounds, the median of the rounds' own ratios. */
  readonly ratio?: number;
  /** What is to be at least or at most so much: the ratio where there is one, else the value. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  /** Counts that `value` sums up. */
  readonly details?: Readonly<Record<string, number>>;
  /** Every round's figure, where `value` is a median. */
  readonly rounds?: readonly number[];
  readonly referenceRounds?: readonly number[];
}

/** What the command line says besides the measures' names. */
export interface MeasureOptions {
  /** How many files `search-corpus` takes. */
  readonly files: number;
  /** Folders that it takes PDF and Office files from, besides its own. */
  readonly documents: readonly string[];
}

/** A group of figures that is asked for by name: `npm run bench -- small-files`. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  run(servers: Servers, options: MeasureOptions): Promise<Figure[]>;
}

/** Whether a figure keeps its target; null where it has none. */
export function isMet({ target, ratio, value }: Figure): boolean | null {
  if (!target) return null;
  const judged = ratio ?? value;
  return "atLeast" in target ? judged >= target.atLeast : judged <= target.atMost;
}
