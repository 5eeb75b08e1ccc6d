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

/** What is to be shown, as rows and as their ids. */
export interface OrderedRows {
  readonly rows: readonly Entry[];
  readonly ids: readonly string[];
}

/** As rows, with what each is ordered and found by. */
interface Ordered extends OrderedRows {
  readonly items: readonly Item[];
}

/** A folder beside its state before. */
interface Differences {
  /** Of each entry, at its index. */
  readonly items: readonly Item[];
  /** Those that are not of the state before, or were other than they are now. */
  readonly fresh: readonly Item[];
  /** Those of the state before that are not of this one. */
  readonly gone: ReadonlySet<Item>;
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
  /** Of each entry, at its index. */
  #items: readonly Item[] = [];
  #ordered: Ordered = { items: [], rows: [], ids: [] };
  #order: Order = { by: "name", descending: false };
  readonly #collator: Intl.Collator;

  constructor(language: string) {
    this.#collator = new Intl.Collator(language, { numeric: true });
  }

  /**
   * Takes the folder as it is now; answers what is shown of it. `entries` hold each id once; it costs least where an entry
   * that did not change is at the index where it was.
   */
  *take(entries: readonly Entry[], order: Order, filter: string): Steps<OrderedRows> {
    const isOrderKept = order.by === this.#order.by && order.descending === this.#order.descending;
    if (isOrderKept && entries === this.#entries) return yield* find(this.#ordered, filter);
    const { items, fresh, gone } = yield* this.#differences(entries);
    const compare = this.#comparison(order);
    const ordered = isOrderKept
      ? yield* changed(this.#ordered, gone, fresh, compare)
      : yield* orderedOf(yield* sort(items, compare));
    const shown = yield* find(ordered, filter);
    // Only what ran to its end is kept.
    this.#entries = entries;
    this.#items = items;
    this.#ordered = ordered;
    this.#order = order;
    return shown;
  }

  *#differences(entries: readonly Entry[]): Steps<Differences> {
    const changed = differing(entries, this.#entries);
    const before = new Map<string, Item>();
    for (const [count, index] of changed.entries()) {
      if (count % STRIDE === STRIDE - 1) yield;
      const item = this.#items[index];
      if (item) before.set(item.entry.id, item);
    }
    const items = this.#items.slice(0, entries.length);
    const fresh: Item[] = [];
    const gone = new Set(before.values());
    for (const [count, index] of changed.entries()) {
      if (count % STRIDE === STRIDE - 1) yield;
      const entry = entries[index];
      if (!entry) continue;
      const known = before.get(entry.id);
      const item = known?.entry === entry ? known : prepare(entry, known);
      items[index] = item;
      if (item === known) gone.delete(item);
      else fresh.push(item);
    }
    return { items, fresh, gone };
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

/** Indices at which one list has something else than the other, or only one has anything. */
function differing(a: readonly Entry[], b: readonly Entry[]): number[] {
  const indices: number[] = [];
  for (let index = 0; index < Math.max(a.length, b.length); index++) if (a[index] !== b[index]) indices.push(index);
  return indices;
}

function* orderedOf(items: readonly Item[]): Steps<Ordered> {
  const rows: Entry[] = [];
  const ids: string[] = [];
  for (const [index, { entry }] of items.entries()) {
    if (index % (4 * STRIDE) === 4 * STRIDE - 1) yield;
    rows.push(entry);
    ids.push(entry.id);
  }
  return { items, rows, ids };
}

/**
 * Takes some out of what is in order, and puts others in. Looks only at those and at the few that a binary search meets:
 * to look at each of 100,000 that lie all over the memory takes ten milliseconds.
 */
function* changed(from: Ordered, gone: ReadonlySet<Item>, fresh: readonly Item[], compare: Compare): Steps<Ordered> {
  const sorted = yield* sort([...gone], compare);
  const out = yield* places(from.items, sorted, compare);
  const kept: Ordered = {
    items: without(from.items, out),
    rows: without(from.rows, out),
    ids: without(from.ids, out),
  };
  yield;
  const more = yield* orderedOf(yield* sort(fresh, compare));
  const at = yield* places(kept.items, more.items, compare);
  return {
    items: inserted(kept.items, more.items, at),
    rows: inserted(kept.rows, more.rows, at),
    ids: inserted(kept.ids, more.ids, at),
  };
}

/** Of each of sorted ones, the index at which it is, or before which it belongs, in others that are sorted. */
function* places(items: readonly Item[], sorted: readonly Item[], compare: Compare): Steps<readonly number[]> {
  const found: number[] = [];
  let low = 0;
  for (const item of sorted) {
    low = place(items, item, low, compare);
    found.push(low);
    if (found.length % 100 === 0) yield;
  }
  return found;
}

/** @param out - indices, in order. */
function without<T>(list: readonly T[], out: readonly number[]): readonly T[] {
  if (out.length === 0) return list;
  return joined(list, out, 1, []);
}

/** @param at - the indices before which `more` go, in order. */
function inserted<T>(list: readonly T[], more: readonly T[], at: readonly number[]): readonly T[] {
  if (more.length === 0) return list;
  if (list.length === 0) return more;
  return joined(list, at, 0, more);
}

/** Cuts up to which it is cheaper to move what is behind each than to go through the whole list. */
const FEW = 16;

/** The pieces of a list that is cut at some indices, without `skipped` after each cut, with one of `between` in each. */
function joined<T>(list: readonly T[], cuts: readonly number[], skipped: number, between: readonly T[]): readonly T[] {
  if (cuts.length <= FEW) {
    const all = list.slice();
    for (let count = cuts.length - 1; count >= 0; count--)
      all.splice(cuts[count] ?? 0, skipped, ...between.slice(count, count + 1));
    return all;
  }
  const all: T[] = [];
  let from = 0;
  for (const [count, cut] of cuts.entries()) {
    for (; from < cut; from++) all.push(list[from] as T);
    from += skipped;
    if (between.length > 0) all.push(between[count] as T);
  }
  for (; from < list.length; from++) all.push(list[from] as T);
  return all;
}

/** The first index from `low` on whose item is `item` or comes after it. */
function place(items: readonly Item[], item: Item, low: number, compare: Compare): number {
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(items[middle] as Item, item) < 0) low = middle + 1;
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
function* find(ordered: Ordered, filter: string): Steps<OrderedRows> {
  const words = foldedName(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return ordered;
  const found: Item[] = [];
  for (const [index, item] of ordered.items.entries()) {
    if (index % (4 * STRIDE) === 0 && index > 0) yield;
    if (words.every((word) => item.folded.includes(word))) found.push(item);
  }
  return yield* orderedOf(found);
}
