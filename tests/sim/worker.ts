import { parentPort, workerData } from "node:worker_threads";
import { runBatch, type BatchResult } from "./batch.ts";

/** Which histories one worker runs: `count` seeds from `first`, every `step`th. */
export interface WorkerShare {
  readonly first: number;
  readonly count: number;
  readonly step: number;
  readonly mostFailures: number;
}

const { first, count, step, mostFailures } = workerData as WorkerShare;
// Histories are full of failures by design: a stack for each was a tenth of the time.
Error.stackTraceLimit = 0;
// The rule means windows; a worker's port has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (result: BatchResult & { isOver: boolean }): void => parentPort?.postMessage(result);
const result = await runBatch(first, count, {
  step,
  mostFailures,
  onProgress: (soFar) => tell({ ...soFar, isOver: false }),
});
tell({ ...result, isOver: true });
