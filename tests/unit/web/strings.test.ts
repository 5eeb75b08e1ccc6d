import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../../../web/src/strings/en/en.ts";
import { TRANSLATIONS, type Areas } from "../../../web/src/strings/translations.ts";

const AREAS = Object.keys(TRANSLATIONS["de"]?.areas ?? {}) as (keyof Areas)[];
const english: Record<string, object> = { ...en };
for (const area of AREAS)
  english[area] = ((await import(`../../../web/src/strings/en/${area}.ts`)) as Record<string, object>)[area] ?? {};

/** Every text by its path. */
function shapes(texts: object, path = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, text] of Object.entries(texts) as [string, unknown][]) {
    const at = path === "" ? key : `${path}.${key}`;
    if (typeof text === "object" && text !== null)
      for (const [below, value] of shapes(text, at)) found.set(below, value);
    else found.set(at, text);
  }
  return found;
}

type Say = (...parameters: unknown[]) => string;

/** What texts are called with: counts, what was counted as text, names, lists of names. */
const CALLS: readonly (readonly unknown[])[] = [
  ...[0, 1, 2, 7].map((count) => [count, "«a»", "«b»"]),
  ["«a»", "«b»", "«c»"],
  ["«a»", 3, "«b»"],
  [["«a»"], "«b»"],
];

/** Which of the arguments a text says; null where it does not take such ones. */
function marks(text: Say, parameters: readonly unknown[]): string[] | null {
  try {
    return (text(...parameters).match(/«\w»/gi) ?? []).map((mark) => mark.toLowerCase()).toSorted();
  } catch {
    return null;
  }
}

describe.each(Object.keys(TRANSLATIONS))("in %s", (tag) => {
  const load = async (): Promise<object> => {
    const { first, areas } = TRANSLATIONS[tag] ?? expect.fail("no such language");
    const loaded = await Promise.all(AREAS.map(async (area) => [area, await areas[area]()] as const));
    return { ...(await first()), ...Object.fromEntries(loaded) };
  };

  it("[B16] there is every text that English has, and no other, with the same arguments", async () => {
    const [theirs, ours] = [shapes(await load()), shapes(english)];
    expect([...theirs.keys()].toSorted()).toEqual([...ours.keys()].toSorted());
    for (const [path, text] of ours) {
      const other = theirs.get(path);
      expect(typeof other, path).toBe(typeof text);
      if (typeof text === "function") expect((other as () => void).length, path).toBe(text.length);
    }
  });

  it("[B16] texts say the same arguments", async () => {
    const theirs = shapes(await load());
    for (const [path, text] of shapes(english)) {
      if (typeof text !== "function") continue;
      const other = theirs.get(path) as Say;
      for (const parameters of CALLS)
        expect(marks(other, parameters), `${path}(${JSON.stringify(parameters)})`).toEqual(
          marks(text as Say, parameters),
        );
    }
  });

  it("[B16] no text was left in English", async () => {
    const theirs = shapes(await load());
    // Shorter ones may be the same word, as "Administrator" is.
    const left = [...shapes(english)].filter(
      ([path, text]) => typeof text === "string" && text.length > 13 && text === theirs.get(path),
    );
    expect(left).toEqual([]);
  });
});

/** The files that a file imports, and those that these import: what is loaded with it. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, "utf8").matchAll(/^(?:import (?!type )|\} )[^;"]*from "(\..+\.tsx?)";$/gm);
  for (const [, path = ""] of imports) loadedWith(resolve(dirname(file), path), found);
  return found;
}

it("[B16] texts of areas are not loaded with the first page, which is before the language is chosen", () => {
  const first = loadedWith(resolve("web/src/main.tsx"));
  expect(first).toContain(resolve("web/src/strings/strings.ts"));
  const areas = AREAS.map((area) => resolve(`web/src/strings/${area}.ts`));
  expect(areas.filter((area) => first.has(area))).toEqual([]);
  expect(loadedWith(resolve("web/src/settings/settings-page.tsx"))).toContain(resolve("web/src/strings/settings.ts"));
});
