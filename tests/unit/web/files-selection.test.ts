import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clear,
  moveTo,
  NOTHING_SELECTED,
  pick,
  selectAll,
  survive,
  toggle,
  type Selection,
} from "../../../web/src/files/selection.ts";

const order = ["a", "b", "c", "d", "e", "f"];
const PLAIN = { range: false, toggle: false };
const SHIFT = { range: true, toggle: false };
const CTRL = { range: false, toggle: true };
const BOTH = { range: true, toggle: true };

const ids = (selection: Selection): string => [...selection.ids].sort().join("");

describe("selection of a list", () => {
  test("[B10] a click selects one, Ctrl adds and takes away, Shift draws from the anchor and back", () => {
    let now = pick(NOTHING_SELECTED, order, "b", PLAIN);
    expect(ids(now)).toBe("b");
    now = pick(now, order, "d", CTRL);
    expect(ids(now)).toBe("bd");
    now = pick(now, order, "b", CTRL);
    expect(ids(now)).toBe("d");
    now = pick(pick(now, order, "c", PLAIN), order, "e", SHIFT);
    expect(ids(now)).toBe("cde");
    // The anchor stays: the same range turned round.
    now = pick(now, order, "a", SHIFT);
    expect(ids(now)).toBe("abc");
  });

  test("[B10] Ctrl and Shift keep what was selected beside the range, and give back what the range leaves", () => {
    let now = toggle(toggle(NOTHING_SELECTED, "a"), "c");
    now = pick(now, order, "f", BOTH);
    expect(ids(now)).toBe("acdef");
    now = pick(now, order, "d", BOTH);
    expect(ids(now)).toBe("acd");
  });

  test("[B10] the keyboard takes the selection along, with Ctrl only the focus, with Shift a range", () => {
    let now = moveTo(NOTHING_SELECTED, order, "b", PLAIN);
    now = moveTo(now, order, "d", CTRL);
    expect([ids(now), now.focus]).toEqual(["b", "d"]);
    now = moveTo(now, order, "e", SHIFT);
    expect([ids(now), now.focus]).toEqual(["bcde", "e"]);
    expect(ids(clear(now))).toBe("");
    expect(clear(now).focus).toBe("e");
  });

  test("[B10] a first Shift without an anchor draws from the top", () => {
    expect(ids(pick(NOTHING_SELECTED, order, "c", SHIFT))).toBe("abc");
  });

  test("[B8] what is gone leaves the selection, and the focus goes to the neighbour below, else above", () => {
    const now = pick(pick(NOTHING_SELECTED, order, "c", PLAIN), order, "d", SHIFT);
    const after = survive(now, order, ["a", "b", "c", "e", "f"]);
    expect([ids(after), after.focus]).toEqual(["c", "e"]);
    expect(survive(after, ["a", "b", "c", "e"], ["a", "b"]).focus).toBe("b");
    expect(survive(after, ["e"], []).focus).toBeNull();
  });

  test("[B8] what comes, and another order, leave the selection as it is", () => {
    const now = pick(NOTHING_SELECTED, order, "c", PLAIN);
    expect(survive(now, order, [...order, "g"].reverse())).toBe(now);
    // A new folder is selected before it is listed.
    const early = pick(NOTHING_SELECTED, order, "new", PLAIN);
    expect(survive(early, order, ["a", ...order.slice(1)])).toBe(early);
  });

  test("[B8] whatever is done and whoever goes, only listed entries are selected and have the focus", () => {
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
        let now = NOTHING_SELECTED;
        let list: readonly string[] = order;
        for (const each of steps) {
          if (each.type === "list") {
            const focus = now.focus;
            now = survive(now, list, each.list);
            list = each.list;
            if (focus !== null && list.includes(focus)) expect(now.focus).toBe(focus);
          } else if (each.type === "all") now = selectAll(now, list);
          else if (list.includes(each.id)) now = (each.type === "pick" ? pick : moveTo)(now, list, each.id, each.how);
          for (const id of [...now.ids, ...now.base]) expect(list).toContain(id);
          for (const id of [now.focus, now.anchor]) if (id !== null) expect(list).toContain(id);
        }
      }),
    );
  });

  test("[B10] a range is all that lies between, whichever way it is drawn", () => {
    const at = fc.nat(order.length - 1);
    fc.assert(
      fc.property(at, at, at, (from, over, to) => {
        const id = (index: number): string => order[index] ?? "";
        let now = pick(NOTHING_SELECTED, order, id(from), PLAIN);
        now = pick(pick(now, order, id(over), SHIFT), order, id(to), SHIFT);
        expect(ids(now)).toBe(order.slice(Math.min(from, to), Math.max(from, to) + 1).join(""));
      }),
    );
  });
});
