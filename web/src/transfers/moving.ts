import { useSyncExternalStore } from "react";

const NOTHING: ReadonlySet<string> = new Set();

let moving = NOTHING;
const listeners = new Set<() => void>();

/** Says which nodes are on their way into another space: lists show them as leaving. */
export function setMoving(nodes: ReadonlySet<string>): void {
  if (nodes.size === 0 && moving.size === 0) return;
  moving = nodes;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** See `setMoving`. */
export function useMoving(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => moving);
}
