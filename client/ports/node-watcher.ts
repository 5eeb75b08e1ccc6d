import { folderWatcher } from "./folder-watcher.ts";
import { parcelWatcher } from "./parcel-watcher.ts";
import type { Watcher } from "./watcher.ts";

/** What watches best on this system. */
export function nodeWatcher(root: string): Watcher {
  return process.platform === "linux" ? folderWatcher(root) : parcelWatcher(root);
}
