import { sheetCells } from "./open-document-cells.ts";
import { attribute } from "../markup.ts";
import type { MarkupHandler } from "../markup.ts";
import { OtherForms } from "../cells/other-forms.ts";
import type { Reading } from "../reading.ts";
import { fieldHandler, parsePart } from "../archives/zip-xml.ts";
import type { ZipDocument } from "../archives/zip-xml.ts";

const PROPERTIES = {
  title: "title",
  "initial-creator": "author",
  creator: "editor",
  subject: "subject",
  keyword: "keywords",
  description: "description",
  "creation-date": "created",
  date: "modified",
};

/**
 * Text of a text, sheet or presentation as OpenDocument keeps it (ODF 1.3, part 3): what is in it, headers and footers, and
 * other forms of a sheet's numbers and dates.
 */
export async function readOpenDocument(document: ZipDocument): Promise<void> {
  const { reading } = document;
  await parsePart(document, "META-INF/manifest.xml", {
    open(name) {
      if (name === "encryption-data") reading.stop("protected", "encrypted with a password");
    },
  });
  await parsePart(document, "meta.xml", fieldHandler(reading, PROPERTIES));
  const forms = new OtherForms(reading);
  try {
    await parsePart(document, "content.xml", sheetCells(bodyText(reading), forms));
    await parsePart(document, "styles.xml", headerText(reading));
  } finally {
    forms.write();
  }
}

/**
 * What is in paragraphs and headings. What changes took away is there still, and is not read. Notes and comments stand
 * within a paragraph, within a word at times: they follow it.
 */
function bodyText(reading: Reading): Required<MarkupHandler> {
  let paragraphs = 0;
  let changes = 0;
  /** Paragraphs around each note that is open. */
  const around: number[] = [];
  let notes = "";
  const add = (text: string): void => {
    if (around.length === 0) reading.add(text);
    else if (notes.length < reading.limits.text) notes += text;
  };
  return {
    open(name, attributes) {
      if (name === "tracked-changes") changes++;
      if (isNote(name)) {
        around.push(paragraphs);
        paragraphs = 0;
      }
      if (name === "p" || name === "h") paragraphs++;
      if (name === "line-break") add("\n");
      if (name === "s" || name === "tab") add(" ");
      if (name === "table" || name === "page") reading.addLine(attribute(attributes, "name") ?? "");
    },
    text(text) {
      if (paragraphs > 0 && changes === 0) add(text);
    },
    close(name) {
      if (name === "tracked-changes") changes--;
      if (isNote(name)) {
        paragraphs = around.pop() ?? 0;
      } else if (name === "p" || name === "h") {
        paragraphs--;
        add("\n");
      } else return;
      // A cell's comment stands in no paragraph.
      if (around.length > 0 || paragraphs > 0) return;
      reading.add(notes);
      notes = "";
    },
  };
}

function isNote(name: string): boolean {
  return name === "note" || name === "annotation";
}

/** Paragraphs above and below a page, without its number and the like. */
function headerText(reading: Reading): MarkupHandler {
  let headers = 0;
  let fields = 0;
  return {
    open(name) {
      if (HEADER.test(name)) headers++;
      if (FIELD.test(name)) fields++;
    },
    text(text) {
      if (headers > 0 && fields === 0) reading.add(text);
    },
    close(name) {
      if (HEADER.test(name)) headers--;
      if (FIELD.test(name)) fields--;
      if (headers > 0 && name === "p") reading.add("\n");
    },
  };
}

const HEADER = /^(header|footer)(-left|-first)?$/;
const FIELD = /^(page-(number|count)|sheet-name|file-name|date|time|title)$/;
