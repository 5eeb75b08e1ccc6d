import type { CellFormats } from "./cell-formats.ts";
import { serialOf } from "./date-format.ts";
import { GENERAL } from "./number-format.ts";
import type { OtherForms } from "./other-forms.ts";

/** What a cell shows of a number (type `n`) or a date (`d`), whose style has the number `style`. */
export type ShowCell = (value: string, type: string, style: string | undefined) => string;

interface Workbook {
  readonly formats: CellFormats;
  /** Days from the beginning of 1900 to the one from which dates count. */
  readonly daysBefore: number;
  readonly forms: OtherForms;
  /** Cells whose formats are looked at: more of them than there may be characters show nothing. */
  readonly most: number;
}

/** A number without the noise that computed ones end with, whatever its length: a card's, a parcel's. */
const WHOLE = /^-?\d+$/;

/** Cells of one workbook; what they show is added to its other forms. */
export function cellsShower({ formats, daysBefore, forms, most }: Workbook): ShowCell {
  let left = most;
  const showDate = (value: string, serial: number, style: string | undefined): string => {
    const format = formats(style);
    if (format.isDay || !format.isTime) forms.day(serial);
    return format.isTime ? format.show(serial) : value;
  };
  return (value, type, style) => {
    const number = type === "d" ? serialOf(value) : Number(value);
    if (value === "" || number === null || !Number.isFinite(number) || left-- <= 0) return value;
    if (type === "d") return number < 1 ? value : showDate(value, number, style);
    const format = formats(style);
    // A time that is no day's is as long in any file.
    if (format.isTime) return showDate(value, format.isDay ? number + daysBefore : number, style);
    const exact = WHOLE.test(value) ? value : GENERAL.show(number);
    if (format === GENERAL) return exact;
    const shown = format.show(number);
    forms.number(shown, exact);
    return shown;
  };
}
