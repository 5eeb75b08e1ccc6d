import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pickedFrom } from "../../../web/src/files/ranges.ts";
import {
  again,
  clear,
  isSelected,
  moveTo as moveToSpot,
  NOTHING_SELECTED,
  over,
  pick as pickSpot,
  selectAll,
  selectOnly,
  settled,
  toggle as toggleSpot,
  type Modifiers,
  type Selection,
} from "../../../web/src/files/selection.ts";

const order = ["a", "b", "c", "d", "e", "f"];
const PLAIN = { range: false, toggle: false };
const SHIFT = { range: true, toggle: false };
const CTRL = { range: false, toggle: true };
const BOTH = { range: true, toggle: true };
const NONE = over(NOTHING_SELECTED, order);

const chosen = (now: Selection): readonly string[] => pickedFrom(now.order, now.chosen);
const ids = (now: Selection): string => [...chosen(now)].sort().join("");
const focus = (now: Selection): string | null => now.order[now.focus] ?? null;
const pick = (now: Selection, id: string, how: Modifiers): Selection => pickSpot(now, { id }, how);
const moveTo = (now: Selection, id: string, how: Modifiers): Selection => moveToSpot(now, { id }, how);
const toggle = (now: Selection, id: string): Selection => toggleSpot(now, { id });

describe("selection of a list", () => {
  test("[B10] a click selects one, Ctrl adds and takes away, Shift draws from the anchor and back", () => {
    let now = pick(NONE, "b", PLAIN);
    expect(ids(now)).toBe("b");
    now = pick(now, "d", CTRL);
    expect(ids(now)).toBe("bd");
    now = pick(now, "b", CTRL);
    expect(ids(now)).toBe("d");
    now = pick(pick(now, "c", PLAIN), "e", SHIFT);
    expect(ids(now)).toBe("cde");
    // The anchor stays: the same range turned round.
    now = pick(now, "a", SHIFT);
    expect(ids(now)).toBe("abc");
  });

  test("[B10] Ctrl and Shift keep what was selected beside the range, and give back what the range leaves", () => {
    let now = toggle(toggle(NONE, "a"), "c");
    now = pick(now, "f", BOTH);
    expect(ids(now)).toBe("acdef");
    now = pick(now, "d", BOTH);
    expect(ids(now)).toBe("acd");
  });

  test("[B10] the keyboard takes the selection along, with Ctrl only the focus, with Shift a range", () => {
    let now = moveTo(NONE, "b", PLAIN);
    now = moveTo(now, "d", CTRL);
    expect([ids(now), focus(now)]).toEqual(["b", "d"]);
    now = moveTo(now, "e", SHIFT);
    expect([ids(now), focus(now)]).toEqual(["bcde", "e"]);
    expect(ids(clear(now))).toBe("");
    expect(focus(clear(now))).toBe("e");
  });

  test("[B10] a first Shift without an anchor draws from the top", () => {
    expect(ids(pick(NONE, "c", SHIFT))).toBe("abc");
  });

  test("[B10] what is not listed any more where it is picked leaves the selection as it is", () => {
    const now = pick(NONE, "c", PLAIN);
    for (const how of [SHIFT, CTRL, BOTH]) expect(pick(now, "gone", how)).toBe(now);
  });

  test("[B10] an entry is found by its id, wherever it was seen", () => {
    const now = pickSpot(NONE, { id: "c", at: 4 }, PLAIN);
    expect([ids(now), isSelected(now, { id: "c", at: 0 }), isSelected(now, { id: "a", at: 2 })]).toEqual([
      "c",
      true,
      false,
    ]);
  });

  test("[B8] what is gone leaves the selection, and the focus goes to the neighbour below, else above", () => {
    const now = pick(pick(NONE, "c", PLAIN), "d", SHIFT);
    const after = over(now, ["a", "b", "c", "e", "f"]);
    expect([ids(after), focus(after)]).toEqual(["c", "e"]);
    expect(focus(over(over(after, ["a", "b", "c", "e"]), ["a", "b"]))).toBe("b");
    expect(focus(over(over(after, ["e"]), []))).toBeNull();
    // The next that is still there is behind others that are gone, and elsewhere by now.
    expect(focus(over(now, ["f", "a"]))).toBe("f");
    expect(focus(over(now, ["b", "a"]))).toBe("b");
  });

  test("[B8] another order leaves the same selected, and who comes is not", () => {
    const now = over(pick(pick(NONE, "b", PLAIN), "d", SHIFT), [...order, "g"].reverse());
    expect([ids(now), focus(now)]).toEqual(["bcd", "d"]);
    expect(ids(pick(now, "e", SHIFT))).toBe("bcde");
    expect(ids(over(settled(selectAll(NONE)), ["new", ...order, "newer"]))).toBe("abcdef");
  });

  test("[B9] all of a list are selected, those that are yet to be listed too, until something else is", () => {
    const some = over(NOTHING_SELECTED, ["b", "d"]);
    const all = over(over(selectAll(some), ["b", "c", "d"]), order);
    expect([ids(all), focus(all)]).toEqual(["abcdef", "b"]);
    expect(ids(over(settled(all), [...order, "new"]))).toBe("abcdef");
    expect(ids(over(moveTo(selectAll(some), "d", CTRL), order))).toBe("abcdef");
    expect(ids(over(pick(selectAll(some), "d", CTRL), order))).toBe("b");
    expect(ids(over(clear(selectAll(some)), order))).toBe("");
  });

  test("[B8] a new folder is selected, and has the focus, when it is listed; not where something else was selected", () => {
    const early = selectOnly(pick(NONE, "b", PLAIN), { id: "new" });
    expect([ids(early), focus(early)]).toEqual(["", null]);
    const other = over(early, ["a", ...order.slice(2)]);
    const now = over(other, ["a", "c", "new", ...order.slice(3)]);
    expect([ids(now), focus(now)]).toEqual(["new", "new"]);
    expect(ids(over(pick(early, "c", CTRL), ["new", ...order]))).toBe("c");
    // It has come: once it is gone, it is as every other.
    expect(ids(over(over(now, ["a", "c"]), ["a", "c", "new"]))).toBe("");
  });

  test("[B8] a list that one comes back to has its selection, however it comes", () => {
    const was = moveTo(selectAll(pick(NONE, "c", PLAIN)), "e", CTRL);
    let now = again(was);
    for (const list of [[], ["a"], ["a", "c", "d", "e"], [...order, "g"]]) now = over(now, list);
    expect([ids(now), focus(now)]).toEqual(["abcdef", "e"]);
    expect(again(NONE)).toEqual(NOTHING_SELECTED);
    // Left before all of it had come, and found again once more.
    expect(ids(over(again(over(again(was), ["a", "b"])), order))).toBe("abcdef");
  });

  test("[B8] whatever is done and whoever goes, those are selected that a set of ids would hold", () => {
    const letter = fc.constantFrom(...order);
    const how = fc.constantFrom(PLAIN, SHIFT, CTRL, BOTH);
    const step = fc.oneof(
      fc.record({ type: fc.constant("pick" as const), id: letter, how }),
      fc.record({ type: fc.constant("move" as const), id: letter, how }),
      fc.record({ type: fc.constant("list" as const), list: fc.shuffledSubarray(order) }),
      fc.record({ type: fc.constant("all" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let now = NONE;
        for (const each of steps) {
          const [wasSelected, had] = [chosen(now), focus(now)];
          if (each.type === "list") {
            now = over(now, each.list);
            expect(ids(now)).toBe(
              ids({ ...now, order: wasSelected.filter((id) => each.list.includes(id)), chosen: [0, 9] }),
            );
            if (had !== null && each.list.includes(had)) expect(focus(now)).toBe(had);
          } else if (each.type === "all") now = settled(selectAll(now));
          else if (now.order.includes(each.id)) now = (each.type === "pick" ? pick : moveTo)(now, each.id, each.how);
          for (const index of [now.focus, now.anchor]) expect(index).toBeLessThan(now.order.length);
          for (const border of [...now.chosen, ...now.base]) expect(border).toBeLessThanOrEqual(now.order.length);
        }
      }),
    );
  });

  test("[B10] a range is all that lies between, whichever way it is drawn", () => {
    const at = fc.nat(order.length - 1);
    fc.assert(
      fc.property(at, at, at, (from, past, to) => {
        const id = (index: number): string => order[index] ?? "";
        let now = pick(NONE, id(from), PLAIN);
        now = pick(pick(now, id(past), SHIFT), id(to), SHIFT);
        expect(ids(now)).toBe(order.slice(Math.min(from, to), Math.max(from, to) + 1).join(""));
      }),
    );
  });
});
