import { expect, it } from "vitest";
import { isolated, isolating } from "../../../web/src/strings/isolate.ts";

it("[B16] names of one direction stay as they are in texts", () => {
  for (const name of ["plan.md", "Grüße €.txt", "日本語", "🌻"]) expect(isolated(name)).toBe(name);
});

it("[B16] a name that turns around what follows it turns around itself only, in every text", () => {
  const texts = isolating({
    renamed: (name: string) => `Renamed to “${name}”`,
    many: { of: (names: readonly string[], count: number) => `${names.join()} ${count}` },
    list: ["a", (name: string) => name] as const,
  });
  expect(texts.renamed("photo\u202Egnp.exe")).toBe("Renamed to “\u2068photo\u202Egnp.exe\u2069”");
  expect(texts.renamed("תכנית")).toBe("Renamed to “\u2068תכנית\u2069”");
  expect(texts.many.of(["a", "\u202Eb"], 2)).toBe("a,\u2068\u202Eb\u2069 2");
  expect(texts.list[1]("plan")).toBe("plan");
});

it("[B16] a name cannot end its isolation, nor leave another one open", () => {
  expect(isolated("\u2069\u202Eevil")).toBe("\u2068\u202Eevil\u2069");
  expect(isolated("\u2067open")).toBe("\u2068\u2067open\u2069\u2069");
  expect(isolated(isolated("\u202Ea"))).toBe("\u2068\u2068\u202Ea\u2069\u2069");
});
