import Papa from "papaparse";

export interface TableData {
  readonly rows: readonly (readonly string[])[];
  /** Of the row that has the most. */
  readonly columns: number;
  /** Whether there is more than is held. */
  readonly isCut: boolean;
}

const MOST_ROWS = 200_000;
const MOST_COLUMNS = 500;

/**
 * The rows of a CSV or TSV text, whose delimiter is found out; 200,000 of them and 500 columns at most.
 *
 * @param isCut - Whether the text is the beginning of more: its last row, which may be half, is left out.
 */
export function parseTable(text: string, isCut: boolean): TableData {
  const { data, meta } = Papa.parse<string[]>(text, { skipEmptyLines: true, preview: MOST_ROWS });
  const parsed = isCut && data.length > 1 ? data.slice(0, -1) : data;
  const widest = parsed.reduce((most, row) => Math.max(most, row.length), 0);
  const columns = Math.min(widest, MOST_COLUMNS);
  const rows = widest > columns ? parsed.map((row) => row.slice(0, columns)) : parsed;
  return { rows, columns, isCut: isCut || meta.truncated || widest > columns };
}

/** How wide columns are, in characters, by the first rows. */
export function columnWidths({ rows, columns }: TableData): readonly number[] {
  const widths = Array.from({ length: columns }, () => 5);
  for (const row of rows.slice(0, 200)) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, Math.min(cell.length, 40))));
  }
  return widths.map((width) => width + 4);
}

/** Whether the first row names the columns: all different, none empty, none a number. */
export function hasHeader({ rows }: TableData): boolean {
  const [first] = rows;
  if (!first || rows.length < 2) return false;
  return (
    new Set(first).size === first.length && first.every((cell) => cell.trim() !== "" && Number.isNaN(Number(cell)))
  );
}
