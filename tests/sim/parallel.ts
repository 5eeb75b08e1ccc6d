import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BatchResult } from "./batch.ts";
import type { WorkerShare } from "./worker.ts";
import type { Counts } from "./world.ts";

/** Runs the histories of `count` seeds from `first` on all cores; each worker stops after some failures. */
export async function runParallel(
  first: number,
  count: number,
  options: { jobs?: number; mostFailures?: number; onProgress?: (result: BatchResult) => void } = {},
): Promise<BatchResult> {
  const jobs = Math.min(count, options.jobs ?? availableParallelism());
  const results = new Map<number, BatchResult>();
  const run = (job: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const share: WorkerShare = {
        first: first + job,
        count: Math.ceil((count - job) / jobs),
        step: jobs,
        mostFailures: options.mostFailures ?? 1,
      };
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: share });
      worker.on("message", (result: BatchResult & { isOver: boolean }) => {
        results.set(job, result);
        options.onProgress?.(sum(results.values()));
        if (result.isOver) resolve();
      });
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`a worker ended early, with ${code}`)));
    });
  await Promise.all(Array.from({ length: jobs }, (_, job) => run(job)));
  return sum(results.values());
}

function sum(results: Iterable<BatchResult>): BatchResult {
  const counts: Counts = {};
  const failures: BatchResult["failures"][number][] = [];
  let ran = 0;
  let events = 0;
  for (const result of results) {
    ran += result.ran;
    events += result.events;
    failures.push(...result.failures);
    for (const [what, times] of Object.entries(result.counts)) counts[what] = (counts[what] ?? 0) + times;
  }
  return { ran, counts, events, failures };
}
