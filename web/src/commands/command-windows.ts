import { useSyncExternalStore } from "react";

/** The palette, the sheet of shortcuts, or the question what signing out may lose. */
export type CommandWindow = "palette" | "shortcuts" | "sign-out";

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
