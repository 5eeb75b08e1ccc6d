import { foldedName } from "./name-order.ts";

/** The keys that walk through a list of `count` entries in `columns` columns, a page being `page` rows (SPEC B10). */
export interface Walk {
  readonly count: number;
  /** 1 in a list. */
  readonly columns: number;
  /** Rows that are in view at once. */
  readonly page: number;
}

/** The index that a key leads to from `index` (-1: nowhere yet); null where the key does not walk. Never leaves the list. */
export function walk(key: string, index: number, { count, columns, page }: Walk): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const clamp = (to: number): number => Math.min(Math.max(to, 0), last);
  switch (key) {
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowDown":
      if (index < 0) return 0;
      return down(index, columns, last);
    case "ArrowUp":
      return index < 0 ? last : index - columns >= 0 ? index - columns : index;
    case "ArrowRight":
      return columns === 1 ? null : clamp(index + 1);
    case "ArrowLeft":
      return columns === 1 ? null : clamp(index - 1);
    case "PageDown":
      return clamp(Math.max(index, 0) + columns * Math.max(page - 1, 1));
    case "PageUp":
      return clamp(index - columns * Math.max(page - 1, 1));
    default:
      return null;
  }
}

/** One row down; from above a gap in the last row to that row's end. */
function down(index: number, columns: number, last: number): number {
  if (index + columns <= last) return index + columns;
  const isInLastRow = Math.floor(index / columns) === Math.floor(last / columns);
  return isInLastRow ? index : last;
}

/** How long, in milliseconds, typed letters belong to one word. */
const WORD_MS = 800;

/** Finds an entry by the letters that are typed: the same one again and again goes through all that begin with it. */
export class TypeAhead {
  #typed = "";
  #at = -Infinity;

  /** Whether a word is being typed, so that a space belongs to it. */
  isTyping(now: number): boolean {
    return this.#typed !== "" && now - this.#at <= WORD_MS;
  }

  /**
   * The index to go to, or null.
   *
   * @param now - Milliseconds.
   * @param begins - Whether the name at an index begins with a folded word.
   * @param from - Where the focus is; -1: nowhere.
   */
  type(
    letter: string,
    now: number,
    count: number,
    begins: (index: number, word: string) => boolean,
    from: number,
  ): number | null {
    if (now - this.#at > WORD_MS) this.#typed = "";
    this.#at = now;
    this.#typed += foldedName(letter);
    const isRepeated = [...this.#typed].every((each) => each === this.#typed[0]);
    const wanted = isRepeated ? (this.#typed[0] ?? "") : this.#typed;
    // A new word begins below the focus; one that goes on may still mean the entry that it has found.
    const start = isRepeated ? from + 1 : Math.max(from, 0);
    for (let step = 0; step < count; step++) {
      const index = (start + step) % count;
      if (begins(index, wanted)) return index;
    }
    return null;
  }
}
