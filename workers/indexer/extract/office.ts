import { attribute } from "./markup.ts";
import type { MarkupHandler } from "./markup.ts";
import type { Reading } from "./reading.ts";
import { fieldHandler, parsePart, partsLike } from "./zip-xml.ts";
import type { ZipDocument } from "./zip-xml.ts";

const PROPERTIES = {
  title: "title",
  creator: "author",
  subject: "subject",
  keywords: "keywords",
  description: "description",
  created: "created",
  modified: "modified",
};

/** Word's text: the document, then its notes, headers, footers and comments (ECMA-376, part 1, 17). */
export async function readDocx(document: ZipDocument): Promise<void> {
  await parsePart(document, "docProps/core.xml", fieldHandler(document.reading, PROPERTIES));
  const rest = partsLike(document, /^word\/(footnotes|endnotes|comments|header\d+|footer\d+)\.xml$/);
  for (const part of ["word/document.xml", ...rest]) {
    await parsePart(document, part, drawnText(document.reading));
  }
}

/** PowerPoint's text: the slides in their order, then the speaker's notes (ECMA-376, part 1, 19 and 21). */
export async function readPptx(document: ZipDocument): Promise<void> {
  await parsePart(document, "docProps/core.xml", fieldHandler(document.reading, PROPERTIES));
  const slides = partsLike(document, /^ppt\/slides\/slide\d+\.xml$/);
  document.reading.field("pages", slides.length);
  for (const part of [...slides, ...partsLike(document, /^ppt\/notesSlides\/notesSlide\d+\.xml$/)]) {
    document.reading.checkTime();
    await parsePart(document, part, drawnText(document.reading));
  }
}

/** Text of `t` elements, a line a paragraph. What is drawn twice, for programs of two ages, is read once. */
function drawnText(reading: Reading): MarkupHandler {
  let inText = false;
  let fallback = 0;
  return {
    open(name) {
      if (name === "Fallback") fallback++;
      inText = name === "t" && fallback === 0;
      if (name === "tab" || name === "br" || name === "cr") reading.add(name === "tab" ? "\t" : "\n");
    },
    text(text) {
      if (inText) reading.add(text);
    },
    close(name) {
      inText = false;
      if (name === "Fallback") fallback--;
      if (name === "p") reading.add("\n");
      if (name === "tc") reading.add("\t");
    },
  };
}

/** Excel's text: the sheets' names, all strings, then numbers and what formulas gave, row by row (ECMA-376, 18). */
export async function readXlsx(document: ZipDocument): Promise<void> {
  const { reading } = document;
  await parsePart(document, "docProps/core.xml", fieldHandler(reading, PROPERTIES));
  await parsePart(document, "xl/workbook.xml", {
    open(name, attributes) {
      if (name === "sheet") reading.addLine(attribute(attributes, "name") ?? "");
    },
  });
  await parsePart(document, "xl/sharedStrings.xml", sharedStrings(reading));
  for (const part of partsLike(document, /^xl\/worksheets\/sheet\d+\.xml$/)) {
    await parsePart(document, part, cells(reading));
  }
  for (const part of partsLike(document, /^xl\/(comments\d+|drawings\/drawing\d+)\.xml$/)) {
    await parsePart(document, part, drawnText(reading));
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

/** Values of cells that are in the sheet itself. Those of type `s` are numbers of shared strings. */
function cells(reading: Reading): MarkupHandler {
  let shared = false;
  let inValue = false;
  return {
    open(name, attributes) {
      if (name === "c") shared = attributes["t"] === "s";
      inValue = (name === "v" && !shared) || name === "t";
    },
    text(text) {
      if (inValue) reading.add(text);
    },
    close(name) {
      inValue = false;
      if (name === "c" && !shared) reading.add("\t");
      if (name === "row") reading.add("\n");
    },
  };
}
