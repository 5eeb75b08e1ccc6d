import { useSyncExternalStore } from "react";

/** How a person likes lists in this browser. */
export interface Preferences {
  /** How much room a row of a list takes. */
  readonly density: "comfortable" | "compact";
}

/** In localStorage; holds `{"density":"compact"}`, and nothing where all is as it comes. */
const PREFERENCES_KEY = "ledge-preferences";

const STANDARD: Preferences = { density: "comfortable" };
const listeners = new Set<() => void>();
let current: Preferences | undefined;

// What another tab chose counts here, too.
window.addEventListener("storage", ({ key }) => {
  if (key === PREFERENCES_KEY || key === null) changed(undefined);
});

function changed(to: Preferences | undefined): void {
  current = to;
  for (const listener of listeners) listener();
}

function preferences(): Preferences {
  return (current ??= read());
}

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFERENCES_KEY) ?? "null") as Record<string, unknown> | null;
    return { density: kept?.density === "compact" ? "compact" : STANDARD.density };
  } catch {
    return STANDARD;
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...preferences(), ...change };
  try {
    localStorage.setItem(PREFERENCES_KEY, JSON.stringify(next));
  } catch {
    // Kept for this page only.
  }
  changed(next);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
