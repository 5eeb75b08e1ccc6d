import { readCellFormats } from "../cells/cell-formats.ts";
import { drawnText, readProperties } from "./office.ts";
import { OtherForms } from "../cells/other-forms.ts";
import { cellsShower } from "../cells/shown-cells.ts";
import type { ShowCell } from "../cells/shown-cells.ts";
import { attribute } from "../markup.ts";
import type { MarkupHandler } from "../markup.ts";
import type { Reading } from "../reading.ts";
import { parsePart, partsLike } from "../archives/zip-xml.ts";
import type { ZipDocument } from "../archives/zip-xml.ts";

/** Days from the beginning of 1900 to that of 1904, from which some files count. */
const DAYS_TO_1904 = 1462;
/** A number is written with fewer characters; a longer one is text. */
const NUMBER_CHARACTERS = 64;
/** Excel takes no longer header. */
const HEADER_CHARACTERS = 1_000;

const SHEETS = /^xl\/worksheets\/[^/]+\.xml$/;
const BESIDES =
  /^xl\/(comments\d+|comments\/comment\d+|threadedComments\/[^/]+|drawings\/drawing\d+|charts\/chart(Ex)?\d+|diagrams\/data\d+)\.xml$/;

/**
 * Excel's text (ECMA-376, part 1, 18): the sheets' names, all strings, then numbers, dates and what formulas gave as they are
 * shown, row by row, with headers and footers; comments and drawings; and other forms of the numbers and dates.
 */
export async function readXlsx(document: ZipDocument): Promise<void> {
  const { reading } = document;
  await readProperties(document);
  let daysBefore = 0;
  await parsePart(document, "xl/workbook.xml", {
    open(name, attributes) {
      if (name === "sheet") reading.addLine(attribute(attributes, "name") ?? "");
      if (name === "workbookPr" && /^(1|true)$/.test(attributes["date1904"] ?? "")) daysBefore = DAYS_TO_1904;
    },
  });
  await parsePart(document, "xl/sharedStrings.xml", sharedStrings(reading));
  const formats = await readCellFormats(document);
  const forms = new OtherForms(reading);
  const show = cellsShower({ formats, daysBefore, forms, most: reading.limits.text });
  try {
    for (const part of partsLike(document, SHEETS)) {
      await parsePart(document, part, sheet(reading, show));
    }
    for (const part of partsLike(document, BESIDES)) await parsePart(document, part, drawnText(reading));
  } finally {
    forms.write();
  }
}

/** A line a string, without how Japanese is pronounced (`rPh`). */
function sharedStrings(reading: Reading): MarkupHandler {
  let inText = false;
  let pronounced = false;
  return {
    open(name) {
      if (name === "rPh") pronounced = true;
      inText = name === "t" && !pronounced;
    },
    text(text) {
      if (inText) reading.add(text);
    },
    close(name) {
      inText = false;
      if (name === "rPh") pronounced = false;
      if (name === "si") reading.add("\n");
    },
  };
}

/** What a sheet has besides strings that it shares with others. */
function sheet(reading: Reading, show: ShowCell): MarkupHandler {
  const cells = cellReader(reading, show);
  const header = headerReader(reading);
  return {
    open(name, attributes) {
      cells.open(name, attributes);
      header.open(name, attributes);
    },
    text(text) {
      cells.text(text);
      header.text(text);
    },
    close(name) {
      cells.close(name);
      header.close(name);
      if (name === "row") reading.add("\n");
    },
  };
}

/** Values of cells, by their type: `s` is the number of a shared string, `b` 1 for true, `d` a date, none or `n` a number. */
function cellReader(reading: Reading, show: ShowCell): Required<MarkupHandler> {
  let type = "";
  let style: string | undefined;
  let inValue = false;
  let pronounced = false;
  /** Of a number or a date, which may come in pieces. */
  let value: string | null = null;
  return {
    open(name, attributes) {
      if (name === "c") {
        type = attributes["t"] ?? "n";
        style = attributes["s"];
      }
      if (name === "rPh") pronounced = true;
      inValue = (name === "v" && type !== "s") || (name === "t" && !pronounced);
      if (name === "v" && (type === "n" || type === "d")) value = "";
    },
    text(text) {
      if (!inValue) return;
      if (value !== null && value.length + text.length <= NUMBER_CHARACTERS) {
        value += text;
        return;
      }
      reading.add((value ?? "") + (type === "b" ? (text.trim() === "1" ? "TRUE" : "FALSE") : text));
      value = null;
    },
    close(name) {
      inValue = false;
      if (name === "rPh") pronounced = false;
      if (value !== null) reading.add(show(value.trim(), type, style));
      value = null;
      if (name === "c" && type !== "s") reading.add("\t");
    },
  };
}

/** The texts above and below a printed sheet, without the codes for fonts and page numbers. */
function headerReader(reading: Reading): Required<MarkupHandler> {
  let header: string | null = null;
  return {
    open(name) {
      header = /^(odd|even|first)(Header|Footer)$/.test(name) ? "" : null;
    },
    text(text) {
      if (header !== null && header.length < HEADER_CHARACTERS) header += text;
    },
    close() {
      if (header !== null) reading.addLine(header.replace(HEADER_CODE, (_, code) => (code === "&" ? "&" : " ")));
      header = null;
    },
  };
}

/** A font's name, its colour or its size, a page's number, the date; or an ampersand (18.3.1.46). */
const HEADER_CODE = /&("[^"]*"|K[\da-f]{6}|K\d\d[+-]\d{3}|\d+|.)/gis;
