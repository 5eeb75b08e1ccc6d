import { guest } from "./en/guest.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of guests' pages, with those of the first load. */
export const strings = { ...first, guest: await areaTexts("guest", guest) };
