import { admin } from "./en/admin.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of administration, with those of the first load. */
export const strings = { ...first, admin: await areaTexts("admin", admin) };
