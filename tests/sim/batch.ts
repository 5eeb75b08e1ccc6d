import { generate, type History } from "./history.ts";
import { runHistory, type Counts, type Outcome } from "./world.ts";

/** What a run of histories came to. */
export interface BatchResult {
  readonly ran: number;
  readonly counts: Counts;
  readonly events: number;
  readonly failures: readonly { readonly seed: number; readonly problems: readonly string[] }[];
}

/** Runs the histories of seeds `first`, `first + step`, …, `count` of them, or until that many have failed. */
export async function runBatch(
  first: number,
  count: number,
  options: { step?: number; mostFailures?: number; onProgress?: (result: BatchResult) => void } = {},
): Promise<BatchResult> {
  const { step = 1, mostFailures = 1, onProgress } = options;
  const counts: Counts = {};
  const failures: { seed: number; problems: readonly string[] }[] = [];
  let ran = 0;
  let events = 0;
  for (; ran < count && failures.length < mostFailures;) {
    const seed = first + ran * step;
    const outcome = await runSafely(generate(seed));
    ran++;
    events += outcome.events;
    for (const [what, times] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + times;
    if (outcome.problems.length > 0) failures.push({ seed, problems: outcome.problems });
    if (ran % 20 === 0) onProgress?.({ ran, counts, events, failures });
  }
  return { ran, counts, events, failures };
}

/** As `runHistory`; what is thrown is a problem like others. */
export async function runSafely(history: History, onNote?: (line: string) => void): Promise<Outcome> {
  try {
    return await runHistory(history, onNote);
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { problems: [problem], traceHash: "", counts: {}, events: 0, settledAfter: 0, recent: [] };
  }
}
