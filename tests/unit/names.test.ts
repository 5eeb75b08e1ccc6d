import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameKey, nameProblem, nextFreeName, numberedNames, portability } from "../../core/names.ts";

const anyName = fc.string({ unit: "binary", maxLength: 40 });

describe("[N1] what a name may be", () => {
  it.each(["a", "é", "a b", "...", ".hidden", "名前", "👩‍👩‍👧", "a".repeat(255), "con", "a\\b", "\u00a0"])(
    "takes %j",
    (name) => {
      expect(nameProblem(name)).toBeNull();
    },
  );

  it.each([
    "",
    ".",
    "..",
    "a/b",
    "/",
    "a\0",
    "a\n",
    "\x7f",
    "\x85",
    "\ud800",
    "a\udc00b",
    "a".repeat(256),
    "é".repeat(128),
  ])("refuses %j", (name) => {
    expect(nameProblem(name)).not.toBeNull();
  });
});

describe("[N2] when two names are the same", () => {
  it.each([
    ["README", "readme"],
    ["straße", "STRASSE"],
    ["STRAẞE", "strasse"],
    ["ΟΔΟΣ", "οδος"],
    ["οδος", "οδοσ"],
    ["é", "e\u0301"],
    ["É", "e\u0301"],
    ["ﬁle", "FILE"],
    ["ſ", "S"],
    ["K", "k"],
    ["Å", "å"],
    ["İ", "i\u0307"],
    ["Ꭰ", "ꭰ"],
    ["ᏸ", "Ᏸ"],
    ["ŉ", "ʼN"],
    ["ᾳ", "αι"],
    ["Ǆ", "ǅ"],
  ])("%s and %s are", (a, b) => {
    expect(nameKey(a)).toBe(nameKey(b));
  });

  it.each([
    ["ı", "i"],
    ["İ", "i"],
    ["é", "e"],
    ["ﬀ", "f"],
    ["①", "1"],
    ["Ａ", "A"],
  ])("%s and %s are not", (a, b) => {
    expect(nameKey(a)).not.toBe(nameKey(b));
  });

  it("a key is its own key", () => {
    fc.assert(fc.property(anyName, (name) => nameKey(nameKey(name)) === nameKey(name)));
  });

  it("no key depends on the form of a name", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameKey(name.normalize("NFD"))).toBe(nameKey(name));
        expect(nameKey(name.normalize("NFC"))).toBe(nameKey(name));
      }),
    );
  });

  it("every code point is the same as its lower and its upper case, but for dotless ı", () => {
    const odd: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      const key = nameKey(character);
      if (
        nameKey(character.toUpperCase()) !== key ||
        nameKey(character.toLowerCase()) !== key ||
        nameKey(key) !== key
      ) {
        odd.push(character);
      }
    }
    expect(odd).toEqual(["ı"]);
  });
});

describe("[N3] what a client may be unable to keep", () => {
  it.each([
    ["con", ["reserved_name"]],
    ["LPT1.txt", ["reserved_name"]],
    ["com¹", ["reserved_name"]],
    ["console", []],
    ["a:b?", ["reserved_character"]],
    ["a.", ["trailing_dot_or_space"]],
    ["nul ", ["reserved_name", "trailing_dot_or_space"]],
    ["plain.txt", []],
  ])("%j: %j", (name, reasons) => {
    expect(portability(name)).toEqual(reasons);
  });
});

describe("[N4] the next free name", () => {
  it("counts from 2, before a file's extension", () => {
    const taken = new Set(["a (2).txt", "a (3).txt"]);
    expect(nextFreeName("A.txt", "file", (key) => taken.has(key))).toBe("A (4).txt");
    expect(numberedNames(".profile", "file")(2).name).toBe(".profile (2)");
    expect(numberedNames("v1.2", "folder")(2).name).toBe("v1.2 (2)");
  });

  it("is a name, whatever the first one was", () => {
    const long = fc
      .string({ unit: "binary", minLength: 1, maxLength: 255 })
      .filter((name) => nameProblem(name) === null);
    fc.assert(
      fc.property(
        long,
        fc.constantFrom("file" as const, "folder" as const),
        fc.integer({ min: 2, max: 10_000 }),
        (name, type, n) => {
          const numbered = numberedNames(name, type)(n);
          expect(nameProblem(numbered.name)).toBeNull();
          expect(numbered.key).toBe(nameKey(numbered.name));
        },
      ),
    );
    expect(numberedNames("é".repeat(127), "file")(2).name).toBe(`${"é".repeat(125)} (2)`);
  });

  it("is found past thousands of long names in a moment", () => {
    const name = `${"é".repeat(120)}.txt`;
    const lasted = [1, 2, 3].map(() => {
      const begin = performance.now();
      expect(nextFreeName(name, "file", (key) => !key.includes("(10000)"))).toMatch(/^é+ \(10000\)\.txt$/);
      return performance.now() - begin;
    });
    // A folded name each would take over a second.
    expect(Math.min(...lasted)).toBeLessThan(500);
  });
});
