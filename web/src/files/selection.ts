import {
  common,
  countOf,
  flipped,
  holds,
  joined,
  NO_RANGES,
  pickedFrom,
  range,
  rangesOf,
  shifted,
  type Ranges,
} from "./ranges.ts";

/**
 * What is selected in a list, and where its keyboard focus is: two things, as in every file manager. All by index, so that
 * 100,000 are selected as fast as one (SPEC B9); `over` takes it along to what the list becomes, so that neither a change
 * made elsewhere nor another order moves it to other entries (B8).
 */
export interface Selection {
  /** The ids of what is listed, in the order in which it is shown. */
  readonly order: readonly string[];
  readonly chosen: Ranges;
  /** Where the keyboard is; -1 before anything was touched. */
  readonly focus: number;
  /** Where a range begins; -1 as well. */
  readonly anchor: number;
  /** What was selected before the range that is being drawn, and stays whatever becomes of the range. */
  readonly base: Ranges;
  readonly awaited: Awaited;
}

/** Who is selected, and gets the focus, as soon as it is listed: until all are, or something else is selected. */
interface Awaited {
  readonly ids: ReadonlySet<string>;
  readonly focus: string | null;
}

/** An entry, and the index at which it was seen: looked for there first. */
export interface Spot {
  readonly id: string;
  readonly at?: number;
}

/** How a click or a key changes a selection: Shift draws a range, Ctrl or Command adds and takes away. */
export interface Modifiers {
  readonly range: boolean;
  readonly toggle: boolean;
}

const NOBODY: Awaited = { ids: new Set(), focus: null };
/** Of all that is still being listed. */
const EVERYBODY: Awaited = { ids: new Set(), focus: null };

export const NOTHING_SELECTED: Selection = {
  order: [],
  chosen: NO_RANGES,
  focus: -1,
  anchor: -1,
  base: NO_RANGES,
  awaited: NOBODY,
};

function indexOf(order: readonly string[], { id, at = -1 }: Spot): number {
  return order[at] === id ? at : order.indexOf(id);
}

export function isSelected({ order, chosen }: Selection, spot: Spot): boolean {
  return holds(chosen, indexOf(order, spot));
}

/** Selects exactly this one, and puts the focus on it; where it is not listed yet, as soon as it is. */
export function selectOnly({ order }: Selection, spot: Spot): Selection {
  const at = indexOf(order, spot);
  if (at < 0) return { ...NOTHING_SELECTED, order, awaited: { ids: new Set([spot.id]), focus: spot.id } };
  return { order, chosen: range(at, at + 1), focus: at, anchor: at, base: NO_RANGES, awaited: NOBODY };
}

/** A click on an entry, or Enter on its check box with `toggle`. */
export function pick(selection: Selection, spot: Spot, how: Modifiers): Selection {
  if (how.range) return extend(selection, spot, how.toggle);
  if (how.toggle) return toggle(selection, spot);
  return selectOnly(selection, spot);
}

/** Adds or takes away one entry, which also begins the next range. */
export function toggle(selection: Selection, spot: Spot): Selection {
  const { order } = selection;
  const at = indexOf(order, spot);
  if (at < 0) return selection;
  const chosen = flipped(selection.chosen, range(at, at + 1));
  return { order, chosen, focus: at, anchor: at, base: chosen, awaited: NOBODY };
}

/**
 * Draws the range from the anchor to an entry. With `keep`, what was selected before stays selected beside it; without,
 * the range is all that is.
 */
function extend(selection: Selection, spot: Spot, keep: boolean): Selection {
  const { order, focus } = selection;
  const to = indexOf(order, spot);
  if (to < 0) return selection;
  const anchor = selection.anchor >= 0 ? selection.anchor : Math.max(focus, 0);
  const base = keep ? selection.base : NO_RANGES;
  const chosen = joined(base, range(Math.min(anchor, to), Math.max(anchor, to) + 1));
  return { order, chosen, focus: to, anchor, base, awaited: NOBODY };
}

/** The keyboard goes to an entry: alone it takes the selection along, with Ctrl it leaves it, with Shift it draws a range. */
export function moveTo(selection: Selection, spot: Spot, how: Modifiers): Selection {
  if (how.range) return extend(selection, spot, how.toggle);
  const at = indexOf(selection.order, spot);
  if (how.toggle) return at < 0 ? selection : { ...selection, focus: at };
  return selectOnly(selection, spot);
}

/** All that is listed, and what is listed until the selection is `settled`. */
export function selectAll({ order, focus }: Selection): Selection {
  if (order.length === 0) return NOTHING_SELECTED;
  const chosen = range(0, order.length);
  return { order, chosen, focus: Math.max(focus, 0), anchor: 0, base: NO_RANGES, awaited: EVERYBODY };
}

/** Of a list that is there as a whole: who comes now was not in it when all were selected. */
export function settled(selection: Selection): Selection {
  return selection.awaited === EVERYBODY ? { ...selection, awaited: NOBODY } : selection;
}

/** Nothing selected; the focus stays where it is. */
export function clear({ order, focus }: Selection): Selection {
  return { ...NOTHING_SELECTED, order, focus, anchor: focus };
}

/** The same where nothing is listed yet, e.g. in a list that one comes back to: of whatever comes. */
export function again({ order, chosen, focus, awaited }: Selection): Selection {
  const ids = new Set([...awaited.ids, ...pickedFrom(order, chosen)]);
  return { ...NOTHING_SELECTED, awaited: { ids, focus: order[focus] ?? awaited.focus } };
}

/**
 * The selection over what the list is now: who was there and is gone is not selected any more, and a focus that is gone
 * goes to the next entry that was below it and still is there, else to the nearest above. Who came is selected only where
 * it was awaited.
 */
export function over(selection: Selection, order: readonly string[]): Selection {
  if (selection.order === order) return selection;
  const { awaited } = selection;
  if (selection.focus < 0 && selection.chosen.length === 0 && awaited === NOBODY) return { ...NOTHING_SELECTED, order };
  const change = changeOf(selection.order, order);
  const focus = selection.focus < 0 ? cameAt(change, awaited.focus) : followed(change, selection.focus);
  const anchor = selection.anchor < 0 ? -1 : newIndex(change, selection.anchor);
  const isAll = awaited === EVERYBODY;
  const chosen = isAll ? range(0, order.length) : carried(change, selection.chosen, awaited.ids);
  const base = carried(change, selection.base, NOBODY.ids);
  const areAllThere = !isAll && countOf(chosen) >= awaited.ids.size && (focus >= 0 || awaited.focus === null);
  return {
    order,
    chosen,
    focus,
    anchor: anchor < 0 ? focus : anchor,
    base,
    awaited: areAllThere ? NOBODY : awaited,
  };
}

/** Two states of a list. Most changes are at few places: what is the same before and behind them is not looked at. */
interface Change {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The first index at which they differ, and where what is the same at the end begins in each. */
  readonly start: number;
  readonly beforeEnd: number;
  readonly afterEnd: number;
}

function changeOf(before: readonly string[], after: readonly string[]): Change {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let [beforeEnd, afterEnd] = [before.length, after.length];
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--;
    afterEnd--;
  }
  return { before, after, start, beforeEnd, afterEnd };
}

function carried(change: Change, ranges: Ranges, awaited: ReadonlySet<string>): Ranges {
  if (ranges.length === 0 && awaited.size === 0) return NO_RANGES;
  const { before, after, start, beforeEnd, afterEnd } = change;
  const ids = new Set(pickedFrom(before, common(ranges, range(start, beforeEnd))));
  const isAnyWanted = ids.size > 0 || awaited.size > 0;
  return [
    common(ranges, range(0, start)),
    isAnyWanted ? rangesOf(after, start, afterEnd, (id) => ids.has(id) || awaited.has(id)) : NO_RANGES,
    shifted(common(ranges, range(beforeEnd, before.length)), afterEnd - beforeEnd),
  ].reduce(joined);
}

/** -1: it is gone. */
function newIndex({ before, after, start, beforeEnd, afterEnd }: Change, index: number): number {
  if (index < start) return index;
  if (index >= beforeEnd) return index + afterEnd - beforeEnd;
  const at = after.indexOf(before[index] ?? "", start);
  return at < afterEnd ? at : -1;
}

/** Where it came to; -1: it did not. */
function cameAt({ after, start, afterEnd }: Change, id: string | null): number {
  const at = id === null ? -1 : after.indexOf(id, start);
  return at < afterEnd ? at : -1;
}

/** Where an entry is now, or its neighbour; -1: nobody of them is left. */
function followed(change: Change, index: number): number {
  const at = newIndex(change, index);
  if (at >= 0) return at;
  const { before, after, start, beforeEnd, afterEnd } = change;
  const places = new Map(after.slice(start, afterEnd).map((id, each) => [id, start + each]));
  const isThere = (id: string): boolean => places.has(id);
  const below = before.slice(index + 1, beforeEnd).find(isThere);
  if (below !== undefined) return places.get(below) ?? -1;
  if (beforeEnd < before.length) return afterEnd;
  const above = before.slice(start, index).findLast(isThere);
  return above === undefined ? start - 1 : (places.get(above) ?? -1);
}
