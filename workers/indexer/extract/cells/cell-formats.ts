import { CODE_CHARACTERS, GENERAL, numberFormat } from "./number-format.ts";
import type { NumberFormat } from "./number-format.ts";
import { parsePart } from "../archives/zip-xml.ts";
import type { ZipDocument } from "../archives/zip-xml.ts";

/** Excel has 65,490 styles of cells and some hundred formats. What is beyond is shown without a format. */
const STYLES = 65_536;
const CODES = 2_000;
/** Formats that are read: those that cells have. */
const FORMATS = 500;

/** The format of the cells that have a style's number. */
export type CellFormats = (style: string | undefined) => NumberFormat;

/** Formats that are in no file, by their numbers (ECMA-376, part 1, 18.8.30), as they are in the United States. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  5: "$#,##0;($#,##0)",
  6: "$#,##0;($#,##0)",
  7: "$#,##0.00;($#,##0.00)",
  8: "$#,##0.00;($#,##0.00)",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  14: "m/d/yyyy",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  22: "m/d/yyyy h:mm",
  37: "#,##0;(#,##0)",
  38: "#,##0;(#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;(#,##0.00)",
  41: "#,##0;(#,##0)",
  42: "$#,##0;($#,##0)",
  43: "#,##0.00;(#,##0.00)",
  44: "$#,##0.00;($#,##0.00)",
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mm:ss.0",
  48: "##0.0E+0",
};

/** Those of China, Japan, Korea and Taiwan, which are days but for these times; what they write is different in each. */
const EAST_ASIAN_DAYS = new Set([27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const EAST_ASIAN_TIMES = new Set([32, 33, 34, 35, 55, 56]);

/** Reads how the cells of a sheet show their numbers (`xl/styles.xml`). */
export async function readCellFormats(document: ZipDocument): Promise<CellFormats> {
  const codes = new Map<number, string>();
  const styles: number[] = [];
  let inStyles = false;
  await parsePart(document, "xl/styles.xml", {
    open(name, attributes) {
      if (name === "cellXfs") inStyles = true;
      if (name === "xf" && inStyles && styles.length < STYLES) styles.push(Number(attributes["numFmtId"] ?? 0));
      if (name !== "numFmt" || codes.size >= CODES) return;
      const code = attributes["formatCode"] ?? "";
      if (code.length <= CODE_CHARACTERS) codes.set(Number(attributes["numFmtId"]), code);
    },
    close(name) {
      if (name === "cellXfs") inStyles = false;
    },
  });
  const formats = new Map<number, NumberFormat>();
  return (style) => {
    const id = styles[Number(style ?? 0)] ?? 0;
    const known = formats.get(id);
    if (known || id === 0 || formats.size >= FORMATS) return known ?? GENERAL;
    const format = numberFormat(codes.get(id) ?? builtIn(id));
    formats.set(id, format);
    return format;
  };
}

function builtIn(id: number): string {
  if (EAST_ASIAN_DAYS.has(id)) return "yyyy-mm-dd";
  return BUILT_IN[id] ?? (EAST_ASIAN_TIMES.has(id) ? "h:mm:ss" : "General");
}
