import type { Drive, EditOutcome } from "./drive.ts";

/** How many edits can be undone one after the other. */
const MOST = 50;

/** What was done in this tab and can be undone, the last first; for Ctrl+Z (B7). */
export class UndoStack {
  #undoable: EditOutcome[] = [];

  /** Takes in the outcomes of a drive until the answer is called. */
  follow(drive: Pick<Drive, "onOutcome">): () => void {
    return drive.onOutcome((outcome) => {
      this.#undoable = this.#undoable.filter((each) => each !== outcome.undone);
      if (outcome.undo === null) return;
      this.#undoable.push(outcome);
      if (this.#undoable.length > MOST) this.#undoable.shift();
    });
  }

  /** Undoes the last edit that was not undone yet; null where there is none. */
  undoLast(): Promise<EditOutcome> | null {
    return this.#undoable.pop()?.undo?.() ?? null;
  }
}
