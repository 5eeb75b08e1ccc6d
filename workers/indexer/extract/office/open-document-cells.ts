import { serialOf } from "../cells/date-format.ts";
import { attribute } from "../markup.ts";
import type { MarkupHandler } from "../markup.ts";
import type { OtherForms } from "../cells/other-forms.ts";

/** Characters of what a cell with a number shows. */
const SHOWN_CHARACTERS = 200;

/**
 * Hears what `text` hears, and of a sheet's cells what numbers and dates they have besides what they show
 * (`office:value`, `office:date-value`).
 */
export function sheetCells(text: Required<MarkupHandler>, forms: OtherForms): MarkupHandler {
  let value: string | undefined;
  let shown = "";
  return {
    open(name, attributes) {
      text.open(name, attributes);
      if (name !== "table-cell") return;
      shown = "";
      value = attribute(attributes, "value");
      const date = serialOf(attribute(attributes, "date-value") ?? "");
      if (date !== null) forms.day(date);
    },
    text(piece) {
      text.text(piece);
      if (value !== undefined && shown.length < SHOWN_CHARACTERS) shown += piece;
    },
    close(name) {
      text.close(name);
      // A comment comes before what a cell shows.
      if (name === "annotation") shown = "";
      if (name !== "table-cell" || value === undefined) return;
      if (value !== "" && Number.isFinite(Number(value))) forms.number(shown.trim(), String(Number(value)));
      value = undefined;
    },
  };
}
