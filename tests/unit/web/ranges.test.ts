import fc from "fast-check";
import { expect, test } from "vitest";
import {
  common,
  countOf,
  flipped,
  holds,
  joined,
  pickedFrom,
  range,
  rangesOf,
  shifted,
  type Ranges,
} from "../../../web/src/files/ranges.ts";

const LENGTH = 20;
const list = Array.from({ length: LENGTH }, (_, index) => index);
const some = fc.subarray(list);
const ranges = (indices: readonly number[]): Ranges => rangesOf(list, 0, LENGTH, (index) => indices.includes(index));

test("[B9] ranges are what sets of their indices are", () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      const [ofA, ofB] = [ranges(a), ranges(b)];
      expect(pickedFrom(list, ofA)).toEqual(a);
      expect(list.filter((index) => holds(ofA, index))).toEqual(a);
      expect(countOf(ofA)).toBe(a.length);
      const both = list.filter((index) => a.includes(index) && b.includes(index));
      const either = list.filter((index) => a.includes(index) || b.includes(index));
      const one = either.filter((index) => !both.includes(index));
      // Equal sets are equal ranges: none is cut in two, and none is empty.
      expect(common(ofA, ofB)).toEqual(ranges(both));
      expect(joined(ofA, ofB)).toEqual(ranges(either));
      expect(flipped(ofA, ofB)).toEqual(ranges(one));
    }),
  );
});

test("[B9] all of a list are the list itself, none are always the same", () => {
  expect(pickedFrom(list, range(0, LENGTH))).toBe(list);
  expect(pickedFrom(list, range(5, 5))).toBe(pickedFrom([], range(0, 0)));
  expect(shifted(range(1, 3), 4)).toEqual(range(5, 7));
  expect(rangesOf(list, 3, 6, () => true)).toEqual(range(3, 6));
});
