/**
 * What is selected in a list, and where its keyboard focus is: two things, as in every file manager. All by id, so that
 * neither a change made elsewhere nor another order moves them to other entries (SPEC B8).
 */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where the keyboard is; null before anything was touched. */
  readonly focus: string | null;
  /** Where a range begins. */
  readonly anchor: string | null;
  /** What was selected before the range that is being drawn, and stays whatever becomes of the range. */
  readonly base: ReadonlySet<string>;
}

/** How a click or a key changes a selection: Shift draws a range, Ctrl or Command adds and takes away. */
export interface Modifiers {
  readonly range: boolean;
  readonly toggle: boolean;
}

const NOBODY: ReadonlySet<string> = new Set();

export const NOTHING_SELECTED: Selection = { ids: NOBODY, focus: null, anchor: null, base: NOBODY };

/** Selects exactly this one, and puts the focus on it. */
export function selectOnly(id: string): Selection {
  return { ids: new Set([id]), focus: id, anchor: id, base: NOBODY };
}

/** A click on an entry, or Enter on its check box with `toggle`. `order` is what is shown, from the top. */
export function pick(selection: Selection, order: readonly string[], id: string, how: Modifiers): Selection {
  if (how.range) return extend(selection, order, id, how.toggle);
  if (how.toggle) return toggle(selection, id);
  return selectOnly(id);
}

/** Adds or takes away one entry, which also begins the next range. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, focus: id, anchor: id, base: ids };
}

/**
 * Draws the range from the anchor to `id`. With `keep`, what was selected before stays selected beside it; without,
 * the range is all that is.
 */
function extend(selection: Selection, order: readonly string[], id: string, keep: boolean): Selection {
  const to = order.indexOf(id);
  if (to < 0) return selection;
  const anchor = selection.anchor ?? selection.focus ?? order[0] ?? id;
  const found = order.indexOf(anchor);
  const from = found < 0 ? to : found;
  const base = keep ? selection.base : NOBODY;
  const ids = new Set(base);
  for (let index = Math.min(from, to); index <= Math.max(from, to); index++) ids.add(order[index] ?? id);
  return { ids, focus: id, anchor: order[from] ?? id, base };
}

/** The keyboard goes to an entry: alone it takes the selection along, with Ctrl it leaves it, with Shift it draws a range. */
export function moveTo(selection: Selection, order: readonly string[], id: string, how: Modifiers): Selection {
  if (how.range) return extend(selection, order, id, how.toggle);
  if (how.toggle) return { ...selection, focus: id };
  return selectOnly(id);
}

export function selectAll(selection: Selection, order: readonly string[]): Selection {
  const ids = new Set(order);
  const focus = selection.focus !== null && ids.has(selection.focus) ? selection.focus : (order[0] ?? null);
  return { ids, focus, anchor: order[0] ?? null, base: NOBODY };
}

/** The rows that are selected, in their order. */
export function selectedOf<T extends { readonly id: string }>(
  rows: readonly T[],
  ids: ReadonlySet<string>,
): readonly T[] {
  return ids.size === 0 ? [] : rows.filter(({ id }) => ids.has(id));
}

/** Nothing selected; the focus stays where it is. */
export function clear(selection: Selection): Selection {
  return { ids: NOBODY, focus: selection.focus, anchor: selection.focus, base: NOBODY };
}

/**
 * The selection after the list changed from `before` to `after`: who was there and is gone is not selected any more, and
 * a focus that is gone goes to the next entry that was below it and still is there, else to the nearest above. Who was
 * not there yet stays selected, and may come. The same object where nothing is to be done.
 */
export function survive(selection: Selection, before: readonly string[], after: readonly string[]): Selection {
  if (selection.ids.size === 0 && selection.focus === null) return selection;
  const gone = missing(before, after, selection);
  if (gone.size === 0) return selection;
  const ids = without(selection.ids, gone);
  const base = without(selection.base, gone);
  const focus = neighbour(selection.focus, before, gone);
  const anchor = selection.anchor !== null && gone.has(selection.anchor) ? focus : selection.anchor;
  const isSame =
    ids === selection.ids && base === selection.base && focus === selection.focus && anchor === selection.anchor;
  return isSame ? selection : { ids, focus, anchor, base };
}

/** Whether a small selection is in the list, with its focus: that costs less than to look all of the list up. */
function areAllIn({ ids, base, focus, anchor }: Selection, list: readonly string[]): boolean {
  if (ids.size + base.size > 1_000) return false;
  const wanted = new Set([...ids, ...base, focus, anchor]);
  wanted.delete(null);
  for (let index = 0; index < list.length && wanted.size > 0; index++) wanted.delete(list[index] as string);
  return wanted.size === 0;
}

/** Those of `before` that are not in `after`; none where that is all the same to the selection. */
function missing(before: readonly string[], after: readonly string[], selection: Selection): ReadonlySet<string> {
  // Most changes are at few places: what is the same before and behind them is not looked at.
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const were = before.slice(start, before.length - end);
  const are = after.slice(start, after.length - end);
  if (were.length === 0 || areAllIn(selection, are)) return NOBODY;
  const gone = new Set(were);
  for (const id of are) gone.delete(id);
  return gone;
}

function without(ids: ReadonlySet<string>, gone: ReadonlySet<string>): ReadonlySet<string> {
  for (const id of ids) if (gone.has(id)) return new Set([...ids].filter((each) => !gone.has(each)));
  return ids;
}

function neighbour(id: string | null, before: readonly string[], gone: ReadonlySet<string>): string | null {
  if (id === null || !gone.has(id)) return id;
  const was = before.indexOf(id);
  const isThere = (each: string): boolean => !gone.has(each);
  return before.slice(was + 1).find(isThere) ?? before.slice(0, was).findLast(isThere) ?? null;
}
