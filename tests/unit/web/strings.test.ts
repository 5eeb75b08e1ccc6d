import { describe, expect, it } from "vitest";
import { en } from "../../../web/src/strings/en/en.ts";
import { entry } from "../../../web/src/strings/en/entry.ts";
import { settings } from "../../../web/src/strings/en/settings.ts";
import { viewer } from "../../../web/src/strings/en/viewer.ts";
import { TRANSLATIONS } from "../../../web/src/strings/translations.ts";

const english = { ...en, entry, settings, viewer };

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
  const load = async (): Promise<typeof english> => {
    const { first, areas } = TRANSLATIONS[tag] ?? expect.fail("no such language");
    const [texts, entry, settings, viewer] = await Promise.all([
      first(),
      areas.entry(),
      areas.settings(),
      areas.viewer(),
    ]);
    return { ...texts, entry, settings, viewer };
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
    const left = [...shapes(english)].filter(
      ([path, text]) => typeof text === "string" && text.length > 12 && text === theirs.get(path),
    );
    expect(left).toEqual([]);
  });
});
