import { availableParallelism, loadavg } from "node:os";

/** Milliseconds that something may take here: as many as said on a machine of its own, more where others use it, too. */
export function within(milliseconds: number): number {
  const [load = 0] = loadavg();
  return milliseconds * Math.max(1, load / availableParallelism());
}
