import { transfers } from "./en/transfers.ts";
import { areaTexts, strings as first } from "./strings.ts";

/** The texts of moves between spaces, with those of the first load. */
export const strings = { ...first, transfers: await areaTexts("transfers", transfers) };
