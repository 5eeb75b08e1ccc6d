import { useSyncExternalStore } from "react";

/** The palette, or the sheet of shortcuts. */
export type CommandWindow = "palette" | "shortcuts";

let opened: CommandWindow | null = null;
const listeners = new Set<() => void>();

/** Opens one of them, in place of the other; null closes. */
export function showCommandWindow(next: CommandWindow | null): void {
  opened = next;
  for (const listener of listeners) listener();
}

export function useCommandWindow(): CommandWindow | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
}
