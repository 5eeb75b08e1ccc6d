import { sharing } from "./en/sharing.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of links, with those of the first load. */
export const strings = { ...first, sharing: await areaTexts("sharing", sharing) };
