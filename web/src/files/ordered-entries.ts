import type { Entry } from "../drive/drive.ts";
import { foldedName, sortName } from "./name-order.ts";
import type { Steps } from "./sliced.ts";

export type SortBy = "name" | "size" | "mtime";
export interface Order {
  readonly by: SortBy;
  readonly descending: boolean;
}

/** An entry with what it is ordered and found by. */
interface Item {
  readonly entry: Entry;
  readonly sortName: string;
  readonly folded: string;
}

/** Entries that are handled between two points at which the work may stop: about a millisecond's. */
const STRIDE = 1_000;

/**
 * A folder's entries in order, kept from one state of the folder to the next: what did not change keeps its place
 * and its prepared name, what is new is put in by binary search (SPEC B9). All work is in steps that can be stopped; what
 * was stopped leaves no trace. Folders come before files, whatever the order.
 */
export class OrderedEntries {
  #entries: readonly Entry[] = [];
  #items = new Map<string, Item>();
  #ordered: readonly Item[] = [];
  #order: Order = { by: "name", descending: false };
  readonly #collator: Intl.Collator;

  constructor(language: string) {
    this.#collator = new Intl.Collator(language, { numeric: true });
  }

  /** Takes the folder as it is now; answers what is shown of it. `entries` hold each id once. */
  *take(entries: readonly Entry[], order: Order, filter: string): Steps<readonly Entry[]> {
    const isOrderKept = order.by === this.#order.by && order.descending === this.#order.descending;
    if (isOrderKept && entries === this.#entries) return yield* find(this.#ordered, filter);
    const items = new Map<string, Item>();
    const fresh: Item[] = [];
    for (const [index, entry] of entries.entries()) {
      if (index % STRIDE === STRIDE - 1) yield;
      const known = this.#items.get(entry.id);
      const item = known?.entry === entry ? known : prepare(entry, known);
      items.set(entry.id, item);
      if (item !== known) fresh.push(item);
    }
    const compare = this.#comparison(order);
    let ordered: readonly Item[];
    if (isOrderKept) {
      const kept = yield* keepOnly(this.#ordered, items);
      ordered = fresh.length === 0 ? kept : yield* mergeInto(kept, yield* sort(fresh, compare), compare);
    } else {
      ordered = yield* sort([...items.values()], compare);
    }
    const shown = yield* find(ordered, filter);
    // Only what ran to its end is kept.
    this.#entries = entries;
    this.#items = items;
    this.#ordered = ordered;
    this.#order = order;
    return shown;
  }

  #comparison({ by, descending }: Order): Compare {
    const sign = descending ? -1 : 1;
    const byName: Compare = (a, b) => {
      if (a.sortName !== b.sortName) return a.sortName < b.sortName ? -1 : 1;
      const byCollation = this.#collator.compare(a.entry.name, b.entry.name);
      if (byCollation !== 0) return byCollation;
      return a.entry.id < b.entry.id ? -1 : a.entry.id > b.entry.id ? 1 : 0;
    };
    return (a, b) => {
      if (a.entry.type !== b.entry.type) return a.entry.type === "folder" ? -1 : 1;
      // A folder's own size and time say little about what is in it.
      if (by === "name" || (by === "size" && a.entry.type === "folder"))
        return (by === "name" ? sign : 1) * byName(a, b);
      return sign * (a.entry[by] - b.entry[by]) || byName(a, b);
    };
  }
}

type Compare = (a: Item, b: Item) => number;

function prepare(entry: Entry, known: Item | undefined): Item {
  if (known?.entry.name === entry.name) return { entry, sortName: known.sortName, folded: known.folded };
  const folded = foldedName(entry.name);
  return { entry, sortName: sortName(folded), folded };
}

/** Those that are the same as in `items`, in their order. */
function* keepOnly(ordered: readonly Item[], items: ReadonlyMap<string, Item>): Steps<readonly Item[]> {
  const kept: Item[] = [];
  for (const [index, item] of ordered.entries()) {
    if (index % STRIDE === STRIDE - 1) yield;
    if (items.get(item.entry.id) === item) kept.push(item);
  }
  return kept;
}

/** Puts sorted ones into sorted ones. */
function* mergeInto(kept: readonly Item[], fresh: readonly Item[], compare: Compare): Steps<readonly Item[]> {
  if (kept.length === 0) return fresh;
  const merged: Item[] = [];
  let from = 0;
  for (const [index, item] of fresh.entries()) {
    if (index % 100 === 99) yield;
    const to = place(kept, item, from, compare);
    for (; from < to; from++) merged.push(kept[from] as Item);
    merged.push(item);
  }
  for (; from < kept.length; from++) merged.push(kept[from] as Item);
  return merged;
}

/** The first index from `low` on whose item comes after `item`. */
function place(items: readonly Item[], item: Item, low: number, compare: Compare): number {
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(items[middle] as Item, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A merge sort over runs that are short enough to be sorted in one go. */
function* sort(items: readonly Item[], compare: Compare): Steps<readonly Item[]> {
  let runs: Item[][] = [];
  for (let from = 0; from < items.length; from += STRIDE) {
    runs.push(items.slice(from, from + STRIDE).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: Item[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      const [left, right] = [runs[index] ?? [], runs[index + 1]];
      longer.push(right ? yield* mergeRuns(left, right, compare) : left);
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

function* mergeRuns(left: readonly Item[], right: readonly Item[], compare: Compare): Steps<Item[]> {
  const merged: Item[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a, b] = [left[l] as Item, right[r] as Item];
    if (compare(a, b) <= 0) {
      merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
    if (merged.length % (4 * STRIDE) === 0) yield;
  }
  for (; l < left.length; l++) merged.push(left[l] as Item);
  for (; r < right.length; r++) merged.push(right[r] as Item);
  return merged;
}

/** Those whose name holds each of the filter's words. */
function* find(ordered: readonly Item[], filter: string): Steps<readonly Entry[]> {
  const words = foldedName(filter).split(/\s+/).filter(Boolean);
  const found: Entry[] = [];
  for (const [index, item] of ordered.entries()) {
    if (index % (4 * STRIDE) === 0 && index > 0) yield;
    if (words.every((word) => item.folded.includes(word))) found.push(item.entry);
  }
  return found;
}
