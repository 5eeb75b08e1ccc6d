import { people } from "./en/people.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of sharing with people, of activity and of notifications, with those of the first load. */
export const strings = { ...first, people: await areaTexts("people", people) };
