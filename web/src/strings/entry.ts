import { entry } from "./en/entry.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of the pages that lead in, with those of the first load. */
export const strings = { ...first, entry: await areaTexts("entry", entry) };
