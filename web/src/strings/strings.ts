import { en } from "./en/en.ts";
import { isolating } from "./isolate.ts";
import { TRANSLATIONS, type Areas, type Translation } from "./translations.ts";

const LANGUAGE_KEY = "ledge-language";

/** What can be chosen, as BCP 47 tags. */
export const LANGUAGE_TAGS: readonly string[] = ["en", ...Object.keys(TRANSLATIONS)];

/**
 * The texts of the first load, in the chosen language. Fixed once the page is drawn: choosing another one loads the page
 * anew. What is put into a text does not turn it around, in whichever direction it is written. Areas that are loaded later take theirs, with these, from the file of their name beside this one.
 */
export let strings = isolating(en);
/** The chosen language's BCP 47 tag; for dates, numbers and sorting. */
export let language = "en";
let translation: Translation | null = null;

/**
 * Takes the language that was chosen, else the browser's first that there is; English where its texts cannot be had. To be
 * called before anything is drawn, and before any area's texts are loaded.
 */
export async function chooseLanguage(): Promise<void> {
  const wished = [chosenLanguage(), ...navigator.languages].filter((tag) => tag !== null);
  for (const tag of wished) {
    const name = tag.split("-")[0] ?? "";
    if (!LANGUAGE_TAGS.includes(name)) continue;
    try {
      const found = TRANSLATIONS[name] ?? null;
      if (found) strings = isolating(await found.first());
      translation = found;
      language = tag;
    } catch {
      // Offline before the texts were ever kept: English is in the page.
    }
    break;
  }
  document.documentElement.lang = language;
}

/** An area's texts in the chosen language; in English where they cannot be had. */
export async function areaTexts<A extends keyof Areas>(area: A, english: Areas[A]): Promise<Areas[A]> {
  try {
    return isolating((await translation?.areas[area]()) ?? english);
  } catch {
    return isolating(english);
  }
}

/** The language that was chosen in this browser; null: the browser's own. */
export function chosenLanguage(): string | null {
  try {
    return localStorage.getItem(LANGUAGE_KEY);
  } catch {
    return null;
  }
}

/** For the next load of the page; null: the browser's own. */
export function keepLanguage(tag: string | null): void {
  try {
    if (tag === null) localStorage.removeItem(LANGUAGE_KEY);
    else localStorage.setItem(LANGUAGE_KEY, tag);
  } catch {
    // Storage is full or turned off: the browser's language stays.
  }
}
