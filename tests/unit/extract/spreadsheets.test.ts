import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { memorySource } from "../../support/memory-source.ts";
import { zipOf } from "../../support/office-samples.ts";

const read = (bytes: Uint8Array, limits = EXTRACT_LIMITS) => extractText(memorySource("a.xlsx", bytes), limits);

interface Workbook {
  /** Cells, a row. */
  readonly cells: string;
  /** Format codes by the numbers of the styles that have them; a number is one that is in no file. */
  readonly formats?: readonly (string | number)[];
  readonly properties?: string;
  /** What follows the rows in the sheet. */
  readonly after?: string;
  readonly parts?: Readonly<Record<string, string>>;
}

/** An Excel file of one sheet with one row, and a style for each format, as style 1, 2 and so on. */
function xlsxOf({ cells, formats = [], properties = "", after = "", parts = {} }: Workbook): Uint8Array {
  const codes = formats.map((format, at) => (typeof format === "number" ? format : 164 + at));
  const custom = formats.map((format, at) =>
    typeof format === "string" ? `<numFmt numFmtId="${164 + at}" formatCode="${escaped(format)}"/>` : "",
  );
  return zipOf({
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": `<workbook><workbookPr ${properties}/><sheets><sheet name="S"/></sheets></workbook>`,
    "xl/styles.xml":
      `<styleSheet><numFmts>${custom.join("")}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>` +
      `<cellXfs><xf numFmtId="0"/>${codes.map((id) => `<xf numFmtId="${id}"/>`).join("")}</cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row>${cells}</row></sheetData>${after}</worksheet>`,
    ...parts,
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

const cell = (value: string | number, style: number, type = "n") => `<c s="${style}" t="${type}"><v>${value}</v></c>`;

test("[X9] dates are found as they are shown, as 2024-03-15, and as 15.03.2024", async () => {
  const formats = ["d. mmm yyyy", 14, "h:mm"];
  const cells = cell(45366, 1) + cell(45366.604, 2) + cell(45366.604, 3) + cell(45366, 2);
  expect(await read(xlsxOf({ cells, formats }))).toMatchObject({
    text: "S\n15. Mar 2024 3/15/2024 14:29 3/15/2024\n2024-03-15 15.03.2024",
    cut: null,
  });
});

test("[X9] dates of a file that counts from 1904, and dates that are written as such, are the same days", async () => {
  const text = "S\n2024/3/15\n2024-03-15 15.03.2024";
  const formats = ["yyyy/m/d"];
  expect(await read(xlsxOf({ cells: cell(43904, 1), formats, properties: 'date1904="1"' }))).toMatchObject({ text });
  expect(await read(xlsxOf({ cells: cell(45366, 1), formats, properties: 'date1904="0"' }))).toMatchObject({ text });
  expect(await read(xlsxOf({ cells: cell("2024-03-15T10:00:00", 1, "d"), formats }))).toMatchObject({ text });
  expect(await read(xlsxOf({ cells: cell("2024-03-15", 0, "d") }))).toMatchObject({
    text: "S\n2024-03-15\n2024-03-15 15.03.2024",
  });
});

test("[X9] a time that is shown in all is as long in a file that counts from 1904", async () => {
  const cells = cell(1.5, 1) + cell(0.25, 2);
  expect(await read(xlsxOf({ cells, formats: ["[h]:mm", "h:mm"], properties: 'date1904="1"' }))).toMatchObject({
    text: "S\n36:00 6:00",
  });
});

test("[X9] a date that is written as such, of a time that Excel does not count, is found as it is written", async () => {
  const cells = cell("1850-07-04", 1, "d") + cell("1900-01-01", 1, "d") + cell("1900-03-01", 1, "d");
  expect(await read(xlsxOf({ cells, formats: ["yyyy/m/d"] }))).toMatchObject({
    text: "S\n1850-07-04 1900/1/1 1900/3/1\n1900-01-01 01.01.1900\n1900-03-01 01.03.1900",
  });
});

test("[X9] whole numbers of more digits than are computed with are found as they are written", async () => {
  const cells = cell("4929123456781234", 0) + cell("49291234567812345", 1) + cell("0.30000000000000004", 1);
  expect(await read(xlsxOf({ cells, formats: ["#,##0"] }))).toMatchObject({
    text: expect.stringMatching(/^S\n4929123456781234 [\d,]+ 0\n49291234567812344\n49291234567812345\n0\.3$/),
  });
});

test("[X9] numbers are found as they are shown, without marks between thousands, and whole", async () => {
  const formats = ["#,##0.00", "[$€-2] #,##0.00", 9, "#,##0", 4];
  const cells = cell(1234.5, 1) + cell(99, 2) + cell(0.12, 3) + cell(1234.56, 4) + cell(-7, 5) + cell(0.1 + 0.2, 0);
  expect(await read(xlsxOf({ cells, formats }))).toMatchObject({
    text: "S\n1,234.50 € 99.00 12% 1,235 -7.00 0.3\n1234.50\n0.12\n1235\n1234.56",
  });
});

test("[X9] a number is found by the beginning of what is shown, and has no other form then", async () => {
  const formats = ['0"kg"', "[Red](0.00)", '"A"0', "0.0"];
  const cells = cell(12, 1) + cell(-1234.5, 2) + cell(15, 3) + cell(0.25, 4);
  expect(await read(xlsxOf({ cells, formats }))).toMatchObject({ text: "S\n12kg -(1234.50) A15 0.3\n15\n0.25" });
});

test("[X9] numbers and dates with the same format in other places are what they are", async () => {
  const formats = ["0.00"];
  const cells =
    '<c s="1"><f>A1*2</f><v>2.5</v></c><c s="1" t="str"><v>2.5</v></c><c s="1" t="e"><v>#DIV/0!</v></c>' +
    '<c s="1" t="b"><v>0</v></c><c s="1"><v>not a number</v></c><c s="1"><v></v></c><c s="7"><v>3</v></c>' +
    `<c s="1"><v>${"9".repeat(80)}</v></c><c s="1" t="inlineStr"><is><t>in line</t><rPh><t>said</t></rPh></is></c>`;
  expect(await read(xlsxOf({ cells, formats }))).toMatchObject({
    text: `S\n2.50 2.5 #DIV/0! FALSE not a number 3 ${"9".repeat(80)} in line`,
  });
});

test("[X9] headers, footers, comments in either form and drawings of a sheet are read", async () => {
  const after =
    '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;14Budget &amp;&amp; plan&amp;CPage &amp;P&amp;R&amp;K01+000draft</oddHeader>' +
    "<oddFooter>secret</oddFooter></headerFooter>";
  const comment = (text: string) => `<comments><comment><text><r><t>${text}</t></r></text></comment></comments>`;
  const parts = {
    "xl/comments1.xml": comment("by Excel"),
    "xl/comments/comment2.xml": comment("by others"),
    "xl/threadedComments/threadedComment1.xml":
      "<ThreadedComments><threadedComment><text>an answer</text></threadedComment></ThreadedComments>",
    "xl/diagrams/data1.xml": "<d><a:p><a:t>a step</a:t></a:p></d>",
    "xl/charts/chartEx1.xml": "<c><a:p><a:t>a title</a:t></a:p></c>",
  };
  const found = await read(xlsxOf({ cells: cell(1, 0), after, parts }));
  expect("text" in found && found.text.split("\n")).toEqual(
    expect.arrayContaining([
      "Budget & plan Page draft",
      "secret",
      "by Excel",
      "by others",
      "an answer",
      "a step",
      "a title",
    ]),
  );
});

test("[X5][X9] other forms of numbers take a quarter of the text at most, and are there when a sheet is cut", async () => {
  const formats = ["#,##0.00"];
  const limits = { ...EXTRACT_LIMITS, text: 4_000 };
  const many = Array.from({ length: 90 }, (_, at) => cell(1_000.123 + at, 1)).join("");
  const found = await read(xlsxOf({ cells: many, formats }), limits);
  if (!("text" in found)) throw new Error(found.detail);
  const [, shown = "", ...forms] = found.text.split("\n");
  expect(shown.split(" ")).toHaveLength(90);
  expect(forms.slice(0, 2)).toEqual(["1000.12", "1000.123"]);
  expect(forms.join("\n").length).toBeLessThan(1_050);
  expect(found.cut).toBeNull();
  const deep = "<a>".repeat(2_000);
  expect(await read(xlsxOf({ cells: cell(1234.5, 1) + deep, formats }))).toMatchObject({
    text: "S\n1,234.50\n1234.50",
    cut: "over_depth",
  });
});

test("[X5] more formats and styles than programs write, and codes that are too long, show numbers as they are", async () => {
  const formats = Array.from({ length: 66_000 }, (_, at) => `0"k${at}"`);
  const cells = cell(1, 1) + cell(2, 2_000) + cell(3, 2_001) + cell(4, 65_535) + cell(5, 65_536) + cell(6, 65_999);
  expect(await read(xlsxOf({ cells, formats }))).toMatchObject({ text: "S\n1k0 2k1999 3 4 5 6", cut: null });
  const megabyte = Array.from({ length: 170_000 }, (_, at) => at).join("");
  const long = [`0.00"${megabyte}"`, `[$${megabyte}]0.00`, '0.00"fine"'];
  expect(await read(xlsxOf({ cells: cell(1, 1) + cell(2, 2) + cell(3, 3), formats: long }))).toMatchObject({
    text: "S\n1 2 3.00fine",
    cut: null,
  });
});

test("[X5] formats are read for five hundred of them, and for as many cells as there may be characters", async () => {
  const formats = Array.from({ length: 600 }, (_, at) => `0"k${at}"`);
  const found = await read(xlsxOf({ cells: formats.map((_, at) => cell(7, at + 1)).join(""), formats }));
  expect(found).toMatchObject({ text: expect.stringContaining("7k499 7 7 7"), cut: null });
  const limits = { ...EXTRACT_LIMITS, text: 1_000 };
  const hidden = Array.from({ length: 4_000 }, () => cell(5, 1)).join("");
  const few = { text: "S\n5", cut: null };
  expect(await read(xlsxOf({ cells: hidden.slice(0, hidden.length / 4), formats: [";;;"] }), limits)).toMatchObject(
    few,
  );
  expect(await read(xlsxOf({ cells: hidden, formats: [";;;"] }), limits)).toMatchObject({ cut: "over_text" });
});

test("[X5] numbers that are no moments and no numbers are shown as they are", async () => {
  const values = ["1e308", "-1e308", "1e-308", "NaN", "Infinity", "9".repeat(30), "-0", "-5", "2958466", "0x10", "1e"];
  for (const format of ["yyyy-mm-dd", "[h]:mm", "ss.000", "#,##0.00", "0.00E+00", "mmmm", 14, 999, -1]) {
    const cells = values.map((value) => cell(value, 1)).join("");
    const found = await read(xlsxOf({ cells, formats: [format] }));
    expect(found, String(format)).toMatchObject({ cut: null, text: expect.stringContaining("NaN Infinity") });
    if ("text" in found) expect(found.text).not.toMatch(/undefined|Invalid|null/);
  }
});
