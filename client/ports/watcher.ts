import type { ReplicaPath } from "./replica-files.ts";

/** Tells what changes on the disk as it happens. A hint: what it misses is found by the next full look. */
export interface Watcher {
  /**
   * Watches until the signal aborts. `onPaths` gets the paths that changed (a file's or folder's own), without those in
   * `.ledge`, or "all" where events were lost; the first is "all", once it watches: what changed before is not told. A
   * path may be told without a change, and of a folder that came, what is in it is told too. Resolves when the signal aborted; rejects where watching is not possible
   * (any more), with an error that says why.
   */
  watch(onPaths: (paths: readonly ReplicaPath[] | "all") => void, signal: AbortSignal): Promise<void>;
}
