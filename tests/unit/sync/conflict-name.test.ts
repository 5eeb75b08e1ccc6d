import fc from "fast-check";
import { expect, test } from "vitest";
import { nameProblem } from "../../../core/names.ts";
import { conflictName } from "../../../client/sync/conflict-name.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

test.each([
  ["report.txt", "file", "conflict", "report (conflict laptop 2026-11-22).txt"],
  ["report.txt", "folder", "conflict", "report.txt (conflict laptop 2026-11-22)"],
  [".profile", "file", "case", ".profile (case conflict laptop 2026-11-22)"],
] as const)("[Y4] %s, a %s, why %s: %s", (name, type, why, expected) => {
  expect(conflictName(name, type, why, "laptop", NOON)).toBe(expected);
});

test("[Y4] what no file system takes in a name is not taken over from the device's name", () => {
  expect(conflictName("a", "file", "conflict", "Ann's C:\\ <PC>/1", NOON)).toBe(
    "a (conflict Ann's C- -PC-1 2026-11-22)",
  );
});

test("[N1] a conflict name is a name, whatever it is made of", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }).filter((name) => nameProblem(name) === null),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom("file", "folder"),
      fc.constantFrom("conflict", "case"),
      (name, device, type, why) => {
        expect(nameProblem(conflictName(name, type, why, device, NOON))).toBeNull();
      },
    ),
  );
});
