import { type Figure, isMet } from "./measure.ts";

/** The figures as aligned text, a line each. */
export function table(figures: readonly Figure[]): string {
  const head = ["", "value", "unit", "reference", "ratio", "target", ""];
  const rows = figures.map((figure) => [
    figure.name,
    round(figure.value),
    figure.unit,
    figure.reference ? `${round(figure.reference.value)} (${figure.reference.name})` : "",
    figure.ratio === undefined ? "" : figure.ratio.toFixed(2),
    figure.target ? ("atLeast" in figure.target ? `>= ${figure.target.atLeast}` : `<= ${figure.target.atMost}`) : "",
    { true: "met", false: "MISSED", null: "" }[`${isMet(figure)}`],
  ]);
  const numeric = new Set([1, 4]);
  return [align(head, rows, numeric), ...details(figures)].join("\n\n");
}

/** A second table for figures that have counts behind them; none where no figure has. */
function details(figures: readonly Figure[]): string[] {
  const counted = figures.flatMap(({ name, details }) => (details ? [{ name, details }] : []));
  const names = Object.keys(counted[0]?.details ?? {});
  if (names.length === 0) return [];
  const rows = counted.map(({ name, details }) => [name, ...names.map((what) => round(details[what] ?? 0))]);
  return [align(["", ...names], rows, new Set(names.map((_, i) => i + 1)))];
}

function align(head: readonly string[], rows: readonly (readonly string[])[], numeric: ReadonlySet<number>): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row.map((cell, i) => (numeric.has(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

function round(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString("en")
    : value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
