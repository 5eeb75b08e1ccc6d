import { attribute } from "./markup.ts";
import type { MarkupHandler } from "./markup.ts";
import type { Reading } from "./reading.ts";
import { fieldHandler, parsePart } from "./zip-xml.ts";
import type { ZipDocument } from "./zip-xml.ts";

const PROPERTIES = {
  title: "title",
  "initial-creator": "author",
  subject: "subject",
  keyword: "keywords",
  description: "description",
  "creation-date": "created",
  date: "modified",
};

/** Text of a text, sheet or presentation as OpenDocument keeps it (ODF 1.3, part 3). */
export async function readOpenDocument(document: ZipDocument): Promise<void> {
  const { reading } = document;
  await parsePart(document, "META-INF/manifest.xml", {
    open(name) {
      if (name === "encryption-data") reading.stop("protected", "encrypted with a password");
    },
  });
  await parsePart(document, "meta.xml", fieldHandler(reading, PROPERTIES));
  await parsePart(document, "content.xml", bodyText(reading));
}

/** What is in paragraphs and headings. What changes took away is there still, and is not read. */
function bodyText(reading: Reading): MarkupHandler {
  let paragraphs = 0;
  let changes = 0;
  return {
    open(name, attributes) {
      if (name === "tracked-changes") changes++;
      if (name === "p" || name === "h") paragraphs++;
      if (name === "line-break") reading.add("\n");
      if (name === "s" || name === "tab") reading.add(" ");
      if (name === "table" || name === "page") reading.addLine(attribute(attributes, "name") ?? "");
    },
    text(text) {
      if (paragraphs > 0 && changes === 0) reading.add(text);
    },
    close(name) {
      if (name === "tracked-changes") changes--;
      if (name === "p" || name === "h") {
        paragraphs--;
        reading.add("\n");
      }
    },
  };
}
