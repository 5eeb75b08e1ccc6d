import fc from "fast-check";
import { expect, it } from "vitest";
import { archiveName } from "../../core/archive-name.ts";
import { contentDisposition } from "../../core/content-disposition.ts";
import { mediaType, safeInline } from "../../core/media-type.ts";

it("[D1] plain names stand as they are, others in both forms", () => {
  expect(contentDisposition("inline", "a b.txt")).toBe('inline; filename="a b.txt"');
  expect(contentDisposition("attachment", 'é "x".txt')).toBe(
    "attachment; filename=\"_ _x_.txt\"; filename*=UTF-8''%C3%A9%20%22x%22.txt",
  );
  expect(contentDisposition("attachment", "100%.txt")).toBe(
    "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt",
  );
});

it("[D1] any name at all makes an ASCII header that says the same name", () => {
  const property = fc.property(
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    (name) => {
      const value = contentDisposition("attachment", name);
      const match = /^attachment; filename="([ !#-[\]-~]*)"(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]*))?$/.exec(
        value,
      );
      expect(match).not.toBeNull();
      expect(match?.[2] === undefined ? match?.[1] : decodeURIComponent(match[2])).toBe(name.toWellFormed());
    },
  );
  fc.assert(property, { numRuns: 500 });
});

it("[D6] no name is served as a type that runs or renders as a page", () => {
  const names = [
    "a.html",
    "a.HTM",
    "a.svg",
    "a.xhtml",
    "a.xml",
    "a.js",
    "a.mjs",
    "html",
    "a.constructor",
    "__proto__",
    "a.",
    "",
  ];
  for (const name of names) expect(mediaType(name)).toMatch(/^(text\/plain; charset=utf-8|application\/octet-stream)$/);
  expect(safeInline("image/svg+xml")).toBe(false);
  expect(safeInline("image/tiff")).toBe(false);
  expect(safeInline("application/octet-stream")).toBe(false);
});

it("[D5] no name in an archive leads anywhere else, and siblings stay apart", () => {
  const property = fc.property(
    fc.string({ unit: fc.constantFrom("a", "C", ":", "\\", ".", "/", "\n", "\ud800") }),
    (name) => {
      const safe = archiveName(name, "01jd8z4m2qk7v9t3w5x6y7z8a9");
      expect(safe).not.toMatch(/[\\/\n]|^[A-Za-z]:|^\.{0,2}$/);
      expect(safe.isWellFormed()).toBe(true);
      if (safe !== name) expect(safe).toMatch(/~y7z8a9$|~w5x6y7z8a9$/);
    },
  );
  fc.assert(property);
});
