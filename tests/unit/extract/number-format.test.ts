import fc from "fast-check";
import { expect, test } from "vitest";
import { numberFormat } from "../../../workers/indexer/extract/cells/number-format.ts";

/** The 15th of March 2024, 14:30:05. */
const MOMENT = 45_366 + (14 * 3600 + 30 * 60 + 5) / 86_400;

test.each<[string, number, string]>([
  ["0.00", 1234.5, "1234.50"],
  ["#,##0.00", 1234.5, "1,234.50"],
  ["#,##0", 1234567.8, "1,234,568"],
  ["#,##0.00", -0.004, "0.00"],
  ["#,##0.00;[Red]-#,##0.00", -1234.5, "-1,234.50"],
  ["#,##0.00_);(#,##0.00)", -1234.5, "(1,234.50)"],
  ['0;"minus "0;"nothing"', 0, "nothing"],
  ["[$€-2] #,##0.00", 99, "€ 99.00"],
  ["#,##0.00\\ [$€-407]", 99, "99.00 €"],
  ['_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', 99.5, "99.50 €"],
  ["0 %", 0.12, "12 %"],
  ["0.0%", 0.0595, "6.0%"],
  ['#,##0.0,,"M"', 12_345_678, "12.3M"],
  ["0.00E+00", 12_345, "1.23E+04"],
  ["##0.0E+0", 12_345, "12.3E+3"],
  ["0.00E+00", 0.000123, "1.23E-04"],
  ["#.##", 0.5, ".5"],
  ["0.##", 5, "5"],
  ["000-00-0000", 123_456_789, "123-45-6789"],
  ["(000) 000-0000", 5_551_234_567, "(555) 123-4567"],
  ["00000", 42, "00042"],
  ['"No. "0', 7, "No. 7"],
  ["[<1000]0;[>=1000]#,##0.0,k", 1_500, "1.5k"],
  ["[<1000]0;[>=1000]#,##0.0,k", 500, "500"],
  ["0.00", 1.005, "1.01"],
  ["0.000", 1e16, "10000000000000000.000"],
  ["0.000000000000000000", 1 / 3, "0.333333333333333000"],
  ["0", 1e300, "1e+300"],
  ["# ?/?", 1.5, "1.5"],
  ["General", 0.1 + 0.2, "0.3"],
  ["", 12.5, "12.5"],
  ["@", 12.5, "12.5"],
])("[X9] a number with the format %j is shown: %d as %j", (code, value, shown) => {
  expect(numberFormat(code).show(value)).toBe(shown);
});

test.each<[string, number, string]>([
  ["dd.mm.yyyy", MOMENT, "15.03.2024"],
  ["yyyy\\-mm\\-dd;@", MOMENT, "2024-03-15"],
  ["m/d/yy", MOMENT, "3/15/24"],
  ["[$-409]d\\-mmm\\-yy;@", MOMENT, "15-Mar-24"],
  ["[$-407]d. mmmm yyyy", MOMENT, "15. März 2024"],
  ["[$-419]d mmmm yyyy", MOMENT, "15 марта 2024"],
  ["[$-fr-FR]dddd d mmmm", MOMENT, "vendredi 15 mars"],
  ["[$-F800]dddd, mmmm dd, yyyy", MOMENT, "Friday, March 15, 2024"],
  ["[$-040c0999]mmm", MOMENT, "Mar"],
  ['yyyy"年"m"月"d"日"', MOMENT, "2024年3月15日"],
  ["h:mm:ss", MOMENT, "14:30:05"],
  ["hh:mm AM/PM", MOMENT, "02:30 PM"],
  ["mm:ss.0", MOMENT + 0.34 / 86_400, "30:05.3"],
  ["m/d/yyyy h:mm", MOMENT, "3/15/2024 14:30"],
  ["h:mm", 0.999_999_9, "0:00"],
  ["[h]:mm:ss", 1.5, "36:00:00"],
  ["[mm]:ss", 1 / 24, "60:00"],
  ["mmmmm", MOMENT, "M"],
  ["d.m.bbbb", MOMENT, "15.3.2567"],
  ["yyyy-mm-dd", 59, "1900-02-28"],
  ["yyyy-mm-dd", 60, "1900-02-29"],
  ["yyyy-mm-dd", 61, "1900-03-01"],
  ["yyyy-mm-dd", 2_958_465, "9999-12-31"],
  ["yyyy-mm-dd", 2_958_466, "2958466"],
  ["yyyy-mm-dd", -1, "-1"],
  ["yyyy-mm-dd", 1e300, "1e+300"],
])("[X9] a moment with the format %j is shown: %d as %j", (code, value, shown) => {
  expect(numberFormat(code).show(value)).toBe(shown);
});

test("[X9] a format that shows no day has none, and minutes are no months", () => {
  const days = ["dd.mm.yyyy", "mmm yy", "mm", "yyyy", "d/m h:mm", "General;yyyy"];
  const none = ["h:mm", "mm:ss", "[h]:mm", "[mm]", "0.00", '"dd.mm.yyyy"0', "[Red]0", "\\d0", "General", "@"];
  for (const code of days) expect(numberFormat(code).isDay, code).toBe(true);
  for (const code of none) expect(numberFormat(code).isDay, code).toBe(false);
});

test("[X5] a code that is none, too long, or of more places than a number has shows the number", () => {
  for (const code of [
    `"${"x".repeat(300)}"0`,
    "0".repeat(41),
    ";;".repeat(90),
    '"',
    "[",
    "\\",
    "_",
    "*",
    "E+",
    "[$-",
    "0E+",
  ]) {
    const { show } = numberFormat(code);
    for (const value of [0, -1.5, 1e-300, 1e300, Number.MAX_SAFE_INTEGER])
      expect(show(value).length, code).toBeLessThan(400);
  }
  expect(numberFormat("0".repeat(41)).show(5)).toBe("5");
  expect(numberFormat(`0"${"x".repeat(300)}"`).show(5)).toBe("5");
});

test("[X5] whatever a code is, it shows something of every number, and no more than it has places and texts for", () => {
  const pieces = `0 # ? . , % / @ E+ E- ; General y yy yyyy m mm mmm mmmmm d dd dddd h s b g e aaa [h] [mm] [s] AM/PM
    [$-407] [$€-2] [<5] [>=0] [Red] " "x" \\ \\y _ _x * *x [ ] ( ) - $ € 年`.split(/\s+/);
  const code = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((each) => each.join("")),
    fc.string({ maxLength: 60 }),
  );
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.double({ min: -1, max: 3e6, noNaN: true }),
  );
  fc.assert(
    fc.property(code, value, (each, number) => {
      const { isDay, isTime, show } = numberFormat(each);
      const shown = show(number);
      expect(shown.length).toBeLessThanOrEqual(40 * (each.length + 10));
      expect(shown).not.toMatch(/undefined|NaN|Infinity|Invalid/);
      expect(isTime || !isDay).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
