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

/** Tables of the counts behind figures: one for the figures that have the same ones. */
function details(figures: readonly Figure[]): string[] {
  const groups = new Map<string, { readonly name: string; readonly details: Readonly<Record<string, number>> }[]>();
  for (const { name, details } of figures) {
    const key = Object.keys(details ?? {}).join("\n");
    if (details && key !== "") groups.set(key, [...(groups.get(key) ?? []), { name, details }]);
  }
  return [...groups].map(([key, counted]) => {
    const names = key.split("\n");
    const rows = counted.map(({ name, details }) => [name, ...names.map((what) => round(details[what] ?? 0))]);
    return align(["", ...names], rows, new Set(names.map((_, i) => i + 1)));
  });
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
