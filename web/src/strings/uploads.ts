import { uploads } from "./en/uploads.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of uploads that are under way, with those of the first load. */
export const strings = { ...first, uploads: await areaTexts("uploads", uploads) };
