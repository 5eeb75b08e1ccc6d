import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TypeAhead, walk } from "../../../web/src/files/list-keys.ts";
import { beginsWith, foldedName } from "../../../web/src/files/name-order.ts";

describe("keys that walk through a list", () => {
  const list = { count: 10, columns: 1, page: 4 };
  const grid = { count: 10, columns: 4, page: 2 };

  test("[B10] a list: one up or down, a page less one, the ends, and never out of it", () => {
    expect(walk("ArrowDown", 3, list)).toBe(4);
    expect(walk("ArrowDown", 9, list)).toBe(9);
    expect(walk("ArrowUp", 0, list)).toBe(0);
    expect(walk("PageDown", 0, list)).toBe(3);
    expect(walk("PageUp", 9, list)).toBe(6);
    expect(walk("PageDown", 8, list)).toBe(9);
    expect([walk("Home", 5, list), walk("End", 5, list)]).toEqual([0, 9]);
    expect(walk("ArrowRight", 3, list)).toBeNull();
    expect(walk("x", 3, list)).toBeNull();
  });

  test("[B10] a grid: a row up and down, one to the sides, and into the last row's gap to its end", () => {
    expect(walk("ArrowDown", 1, grid)).toBe(5);
    expect(walk("ArrowDown", 7, grid)).toBe(9);
    expect(walk("ArrowDown", 8, grid)).toBe(8);
    expect(walk("ArrowUp", 2, grid)).toBe(2);
    expect(walk("ArrowUp", 9, grid)).toBe(5);
    expect(walk("ArrowRight", 3, grid)).toBe(4);
    expect(walk("ArrowLeft", 0, grid)).toBe(0);
  });

  test("[B10] from nowhere, the arrows enter at the near end; an empty list has nowhere to go", () => {
    expect(walk("ArrowDown", -1, list)).toBe(0);
    expect(walk("ArrowUp", -1, list)).toBe(9);
    expect(walk("PageDown", -1, list)).toBe(3);
    expect(walk("Home", -1, { ...list, count: 0 })).toBeNull();
  });
});

describe("type-ahead", () => {
  const names = ["apple", "banana", "berry", "blue", "cherry"];
  const name = (index: number): string => names[index] ?? "";
  const typed = (ahead: TypeAhead, letter: string, now: number, from: number): number | null =>
    ahead.type(letter, now, names.length, (index, word) => beginsWith(name(index), word), from);

  test("[B10] letters in a row are a word, and the entry that was found may go on to be meant", () => {
    const ahead = new TypeAhead();
    expect(typed(ahead, "B", 0, -1)).toBe(1);
    expect(typed(ahead, "l", 100, 1)).toBe(3);
    expect(ahead.isTyping(200)).toBe(true);
    expect(ahead.isTyping(2_000)).toBe(false);
  });

  test("[B10] the same letter again goes on to the next, and round", () => {
    const ahead = new TypeAhead();
    expect(typed(ahead, "b", 0, -1)).toBe(1);
    expect(typed(ahead, "b", 100, 1)).toBe(2);
    expect(typed(ahead, "b", 200, 2)).toBe(3);
    expect(typed(ahead, "b", 300, 3)).toBe(1);
  });

  test("[B10] after a while a new word begins; what nothing is called goes nowhere", () => {
    const ahead = new TypeAhead();
    expect(typed(ahead, "b", 0, -1)).toBe(1);
    expect(typed(ahead, "c", 5_000, 1)).toBe(4);
    expect(typed(ahead, "z", 10_000, 4)).toBeNull();
  });

  test("[B10] letters with accents find names, with them or without", () => {
    const french = ["Ecole", "Été", "Zoo"];
    const ahead = new TypeAhead();
    const type = (letter: string, now: number, from: number): number | null =>
      ahead.type(letter, now, french.length, (index, word) => beginsWith(french[index] ?? "", word), from);
    expect(type("é", 0, -1)).toBe(0);
    expect(type("t", 100, 0)).toBe(1);
    expect(type("É", 5_000, 1)).toBe(0);
  });

  test("[B10] what a name begins with is told without folding all of it", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "B", "é", "e\u0301", "\u0301", "ﬁ", "İ", "K", "ß", "7", "한"),
    });
    fc.assert(
      fc.property(text, text, (some, word) => {
        const wanted = foldedName(word);
        expect(beginsWith(some, wanted)).toBe(foldedName(some).startsWith(wanted));
        expect(beginsWith(some + word, wanted)).toBe(foldedName(some + word).startsWith(wanted));
      }),
    );
  });
});
