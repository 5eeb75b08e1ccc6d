import { useCallback, useSyncExternalStore } from "react";

let shared: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** Says which nodes have links. */
export function setSharedNodes(ids: ReadonlySet<string>): void {
  shared = ids;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a node has links; drawn anew only where that changes. */
export function useIsShared(id: string): boolean {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => shared.has(id), [id]),
  );
}
