import { useSyncExternalStore } from "react";
import type { Transfer } from "../../../protocol/transfers.ts";

const KEY = "ledge-transfers-dismissed";
/** Enough for all that fails within a day. */
const MOST_KEPT = 500;
/** Milliseconds for which one that failed is told of to whoever comes back. */
const TOLD_FOR = 24 * 3_600_000;

let dismissed: ReadonlySet<string> | undefined;
const listeners = new Set<() => void>();

/** Whether a transfer failed that the person has not put away yet. */
export function isLeftOver({ id, state, updatedAt }: Transfer, put: ReadonlySet<string>): boolean {
  return state === "failed" && !put.has(id) && updatedAt > Date.now() - TOLD_FOR;
}

/** Shows no more of some transfers, in this browser. */
export function dismiss(ids: readonly string[]): void {
  dismissed = new Set([...current(), ...ids].slice(-MOST_KEPT));
  try {
    localStorage.setItem(KEY, JSON.stringify([...dismissed]));
  } catch {
    // Storage is full or turned off: then the next page shows them once more.
  }
  for (const listener of listeners) listener();
}

/** The ids of transfers that were put away. */
export function useDismissed(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): ReadonlySet<string> {
  dismissed ??= new Set(kept());
  return dismissed;
}

function kept(): string[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(all) ? all.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
