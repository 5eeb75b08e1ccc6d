import type { Buffer } from "node:buffer";
import type { FileBytes } from "../file-bytes.ts";

/** What fonts that have several bytes a character have (ISO 32000-2, 9.7.6), and no others. */
const COMPOSITE = "/DescendantFonts";

/** What pdf.js asks for that it does not bring along. */
interface Wanted {
  readonly kind: string;
  readonly filename: string;
}

/**
 * Fonts of a document that may be held while they use maps. Each takes 2 to 3 MB of memory and 20 to 60 ms, because
 * pdf.js opens a map anew for every font that names it.
 */
const HELD = 16;

/**
 * The character maps that a document's fonts name and do not bring along (X8), for pdf.js. A document that has many fonts is
 * to let them go between its pages: scanners write new ones for each.
 */
export class PdfMaps {
  readonly #file: FileBytes;
  readonly #isFrugal: boolean;
  #isUsed = false;
  #shown = new Set<string>();

  /** `fonts` are those that may use maps, as far as that is known. */
  constructor(file: FileBytes, fonts: number) {
    this.#file = file;
    this.#isFrugal = fonts > HELD;
  }

  /** The class that `getDocument` makes its source of maps from. */
  get factory(): new () => { fetch(wanted: Wanted): Promise<Uint8Array> } {
    const fetch = (wanted: Wanted): Promise<Uint8Array> => this.#fetch(wanted);
    return class {
      readonly fetch = fetch;
    };
  }

  async #fetch({ kind, filename }: Wanted): Promise<Uint8Array> {
    const map = kind === "cMapUrl" ? await this.#file.characterMap(filename) : null;
    if (!map) throw new Error("there is none");
    this.#isUsed = true;
    return map;
  }

  /** Fonts, by pdf.js's names for them, show text. */
  show(fonts: Iterable<string>): void {
    for (const font of fonts) this.#shown.add(font);
  }

  /** Whether a page shows text in more fonts than can be held. */
  get areTooMany(): boolean {
    return this.#isUsed && this.#isFrugal && this.#shown.size > 2 * HELD;
  }

  /** Whether fonts are to be let go of before the next page; they are as if none had been shown then. */
  letGo(): boolean {
    if (!this.#isUsed || !this.#isFrugal || this.#shown.size <= HELD) return false;
    this.#shown = new Set();
    return true;
  }
}

/** Of a font that names no map, and says what its characters are. */
const SAYS_ALL = [/\/Encoding\s*(\/Identity-[HV]|\d+\s+\d+\s+R)/, /\/ToUnicode\s*\d+\s+\d+\s+R/];
/** Bytes of a font's dictionary that are looked at before and after its descendants. */
const AROUND = 300;
/** Fonts that are looked at: where there are more, all of them may use maps. */
const LOOKED_AT = 2_000;

/** How many fonts among objects may use maps: all that have several bytes a character, and do not say it all themselves. */
export function countMappedFonts(objects: Buffer): number {
  let fonts = 0;
  let looked = 0;
  for (let at = objects.indexOf(COMPOSITE); at >= 0; at = objects.indexOf(COMPOSITE, at + COMPOSITE.length)) {
    if (looked++ > LOOKED_AT) return Infinity;
    const before = objects.toString("latin1", Math.max(0, at - AROUND), at);
    const after = objects.toString("latin1", at, at + AROUND);
    const dictionary = before.slice(before.lastIndexOf("<<") + 1) + (after.split(">>", 1)[0] ?? "");
    if (!SAYS_ALL.every((says) => says.test(dictionary))) fonts++;
  }
  return fonts;
}
