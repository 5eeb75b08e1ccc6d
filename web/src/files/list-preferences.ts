import { useSyncExternalStore } from "react";
import type { Order, SortBy } from "./ordered-entries.ts";

/** From the densest to the one with the largest pictures. */
export type ListView = "list" | "grid" | "gallery";

/** How folders are looked at: kept by this browser, for all of them. */
export interface ListPreferences {
  readonly view: ListView;
  readonly order: Order;
  readonly details: boolean;
}

const KEY = "ledge-files-view";
const VIEWS: readonly ListView[] = ["list", "grid", "gallery"];
const SORTS: readonly SortBy[] = ["name", "size", "mtime"];
const listeners = new Set<() => void>();
let current: ListPreferences | undefined;

function read(): ListPreferences {
  const standard: ListPreferences = { view: "list", order: { by: "name", descending: false }, details: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Record<string, unknown> | null;
    if (!kept) return standard;
    const by = SORTS.find((each) => each === kept.by) ?? "name";
    return {
      view: VIEWS.find((each) => each === kept.view) ?? "list",
      order: { by, descending: kept.descending === true },
      details: kept.details === true,
    };
  } catch {
    return standard;
  }
}

export function listPreferences(): ListPreferences {
  return (current ??= read());
}

export function setListPreferences(change: Partial<ListPreferences>): void {
  current = { ...listPreferences(), ...change };
  const { view, order, details } = current;
  try {
    localStorage.setItem(KEY, JSON.stringify({ view, ...order, details }));
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

/** The order after a click on a column: the same one turns round; names begin at A, sizes and times at the largest. */
export function nextOrder(order: Order, by: SortBy): Order {
  if (order.by === by) return { by, descending: !order.descending };
  return { by, descending: by !== "name" };
}

/** The look after this one; after the last, the first. */
export function nextView(view: ListView): ListView {
  return VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? "list";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useListPreferences(): ListPreferences {
  return useSyncExternalStore(subscribe, listPreferences);
}
