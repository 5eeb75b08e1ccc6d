import { viewer } from "./en/viewer.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of the viewer and the editor, with those of the first load. */
export const strings = { ...first, viewer: await areaTexts("viewer", viewer) };
