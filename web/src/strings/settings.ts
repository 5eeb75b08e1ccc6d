import { settings } from "./en/settings.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of the settings, with those of the first load. */
export const strings = { ...first, settings: await areaTexts("settings", settings) };
