import { isAtRest, type UploadItem, type UploadProblem } from "./upload-item.ts";
import type { UploadsView } from "./uploads.ts";

/** The items that the worker told of, in the order they came. */
export class UploadList {
  readonly #items = new Map<string, UploadItem>();
  #view: UploadsView | null = null;
  #stalled: UploadProblem | null = null;

  set stalled(problem: UploadProblem | null) {
    this.#stalled = problem;
    this.#view = null;
  }

  change(items: readonly UploadItem[], gone: readonly string[]): void {
    for (const id of gone) this.#items.delete(id);
    for (const item of items) this.#items.set(item.id, item);
    this.#view = null;
  }

  view(): UploadsView {
    this.#view ??= this.#look();
    return this.#view;
  }

  #look(): UploadsView {
    const items = [...this.#items.values()];
    return { items, stalled: this.#stalled, isBusy: items.some(({ state }) => !isAtRest(state)) };
  }
}
