import type { Entry } from "./drive.ts";

/**
 * The entries of one folder as an array that is never changed, only replaced: one that differs by few entries is made
 * without looking at the others, which counts in a folder of 100,000.
 */
export class ListedFolder {
  readonly #positions = new Map<string, number>();
  readonly #changed = new Set<string>();
  #entries: readonly Entry[] = [];

  /** An entry of that id may have come, gone or changed. */
  touch(id: string): void {
    this.#changed.add(id);
  }

  /** @param find - The entry of an id as it is now; undefined where the folder does not hold it. */
  entries(find: (id: string) => Entry | undefined): readonly Entry[] {
    if (this.#changed.size === 0) return this.#entries;
    const entries = [...this.#entries];
    let hasChanged = false;
    for (const id of this.#changed) hasChanged = this.#put(entries, id, find(id)) || hasChanged;
    this.#changed.clear();
    if (hasChanged) this.#entries = entries;
    return this.#entries;
  }

  #put(entries: Entry[], id: string, entry: Entry | undefined): boolean {
    const at = this.#positions.get(id);
    if (entry) {
      if (at !== undefined && entries[at] === entry) return false;
      this.#positions.set(id, at ?? entries.length);
      entries[at ?? entries.length] = entry;
      return true;
    }
    if (at === undefined) return false;
    this.#positions.delete(id);
    const last = entries.pop();
    if (last && last.id !== id) {
      entries[at] = last;
      this.#positions.set(last.id, at);
    }
    return true;
  }
}
