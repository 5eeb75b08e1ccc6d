import { en } from "./en/en.ts";

/** Every text of the interface, by area. English is the measure: other languages have the same keys. */
export type Strings = typeof en;

/** Languages beside English are fetched when chosen. */
const LANGUAGES: Readonly<Record<string, () => Promise<Strings>>> = {
  en: () => Promise.resolve(en),
};

/** What can be chosen. */
export const LANGUAGE_TAGS: readonly string[] = Object.keys(LANGUAGES);

const LANGUAGE_KEY = "ledge-language";

/** The texts of the chosen language. Fixed once the page is drawn: choosing another one loads the page anew. */
export let strings: Strings = en;
/** The chosen language's BCP 47 tag; for dates, numbers and sorting. */
export let language = "en";

/** Takes the language that was chosen, else the browser's first that there is. To be called before anything is drawn. */
export async function chooseLanguage(): Promise<void> {
  const wished = [chosenLanguage(), ...navigator.languages].filter((tag) => tag !== null);
  for (const tag of wished) {
    const load = LANGUAGES[tag] ?? LANGUAGES[tag.split("-")[0] ?? ""];
    if (!load) continue;
    strings = await load();
    language = tag;
    break;
  }
  document.documentElement.lang = language;
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
