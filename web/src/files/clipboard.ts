import { useSyncExternalStore } from "react";
import type { Entry } from "../drive/drive.ts";

/** Entries that were cut or copied, to be pasted into another folder of this page. */
export interface Clipped {
  readonly type: "cut" | "copy";
  readonly entries: readonly Entry[];
  readonly ids: ReadonlySet<string>;
}

let clipped: Clipped | null = null;
const listeners = new Set<() => void>();

function set(next: Clipped | null): void {
  clipped = next;
  for (const listener of listeners) listener();
}

export function clip(type: "cut" | "copy", entries: readonly Entry[]): void {
  if (entries.length > 0) set({ type, entries, ids: new Set(entries.map((entry) => entry.id)) });
}

/** Forgets what was cut: it can be pasted once. What was copied can be pasted again. */
export function pasted(): void {
  if (clipped?.type === "cut") set(null);
}

export function currentClip(): Clipped | null {
  return clipped;
}

export function useClip(): Clipped | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentClip);
}
