import type { Conflict } from "./events.ts";
import type { Trees } from "./trees.ts";

/** Where the list is kept: JSON. */
const META_KEY = "conflicts";
/** Older ones fall off the list; the files themselves stay. */
const MOST_KEPT = 1_000;

/** The conflicts that this replica noticed, oldest first: what `ledge conflicts` lists. */
export function listConflicts(trees: Trees): Conflict[] {
  const kept: unknown = JSON.parse(trees.getMeta(META_KEY) ?? "[]");
  return Array.isArray(kept) ? (kept as Conflict[]) : [];
}

/** Adds a conflict; one that is on the list already moves to its end. */
export function addConflict(trees: Trees, conflict: Conflict): void {
  const others = listConflicts(trees).filter(({ conflictPath }) => conflictPath !== conflict.conflictPath);
  trees.setMeta(META_KEY, JSON.stringify([...others, conflict].slice(-MOST_KEPT)));
}
