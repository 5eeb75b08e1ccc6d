import { search } from "./en/search.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of searching, with those of the first load. */
export const strings = { ...first, search: await areaTexts("search", search) };
