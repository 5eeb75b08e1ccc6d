import { useEffect } from "react";

/** Something a person can do: found in the palette, listed in the sheet of shortcuts, run by its keys. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** The heading it is listed under. */
  readonly group: string;
  /** e.g. `mod+K`, `Delete`, `shift+?`; `mod` is Ctrl, on Apple's systems Command. Most are for the page, not for text fields. */
  readonly keys?: readonly string[];
  /** Absent: always. What cannot be done now is not offered. */
  readonly isEnabled?: () => boolean;
  readonly run: () => void;
  /** Whether the keys work while a text field has the focus. */
  readonly inFields?: boolean;
  /** Whether the keys work while a dialog is open: those of the dialog's own part. */
  readonly inDialogs?: boolean;
  /** The keys are listed here and heard elsewhere, e.g. as a paste. */
  readonly isHeardElsewhere?: boolean;
}

const registered = new Set<readonly Command[]>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

function changed(): void {
  all = [...registered].flat();
  for (const listener of listeners) listener();
}

/** Every command that is offered now, those of parts that were shown last at the end. */
export function offeredCommands(): readonly Command[] {
  return all;
}

export function onCommands(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Offers commands while the component is shown. Give the same array until they change (`useMemo`). */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    registered.add(commands);
    changed();
    return () => {
      registered.delete(commands);
      changed();
    };
  }, [commands]);
}
