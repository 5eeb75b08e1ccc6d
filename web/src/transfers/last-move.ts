import type { Drive } from "../drive/drive.ts";

let last: (() => void) | null = null;
let stop: (() => void) | null = null;

/** The way back of what was moved into another space just now, for Ctrl+Z (B7); until another edit is the last one. */
export function noteMove(drive: Pick<Drive, "onOutcome">, undo: () => void): void {
  stop?.();
  last = undo;
  stop = drive.onOutcome(({ done }) => {
    if (done.length > 0) forget();
  });
}

/** Carries it out, once; false where there is none. */
export function undoMove(): boolean {
  const undo = last;
  forget();
  undo?.();
  return undo !== null;
}

function forget(): void {
  last = null;
  stop?.();
  stop = null;
}
