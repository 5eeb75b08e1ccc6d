import type { MarkupHandler } from "../markup.ts";
import type { Reading } from "../reading.ts";
import { fieldHandler, parsePart, partsLike } from "../archives/zip-xml.ts";
import type { ZipDocument } from "../archives/zip-xml.ts";

const PROPERTIES = {
  title: "title",
  creator: "author",
  subject: "subject",
  keywords: "keywords",
  description: "description",
  category: "category",
  lastModifiedBy: "editor",
  created: "created",
  modified: "modified",
};

const PROGRAM_PROPERTIES = { Company: "company", Manager: "manager" };

/** What Office keeps of a document besides: its title, who wrote it, and for whom. */
export async function readProperties(document: ZipDocument): Promise<void> {
  await parsePart(document, "docProps/core.xml", fieldHandler(document.reading, PROPERTIES));
  await parsePart(document, "docProps/app.xml", fieldHandler(document.reading, PROGRAM_PROPERTIES));
}

/** The part that is Word's text. Some programs number it. */
export const WORD_DOCUMENT = /^word\/document\d*\.xml$/;

/** Word's text: the document, then its notes, headers, footers, comments and drawings (ECMA-376, part 1, 17). */
export async function readDocx(document: ZipDocument): Promise<void> {
  await readProperties(document);
  const rest = partsLike(
    document,
    /^word\/(footnotes|endnotes|comments|header\d*|footer\d*|diagrams\/data\d+|charts\/chart(?:Ex)?\d+)\.xml$/,
  );
  for (const part of [...partsLike(document, WORD_DOCUMENT), ...rest]) {
    await parsePart(document, part, drawnText(document.reading));
  }
}

/** PowerPoint's text: the slides in their order, then the speaker's notes, comments and drawings (ECMA-376, part 1, 19 and 21). */
export async function readPptx(document: ZipDocument): Promise<void> {
  await readProperties(document);
  const slides = partsLike(document, /^ppt\/slides\/[^/]+\.xml$/);
  document.reading.field("pages", slides.length);
  const notes = partsLike(document, /^ppt\/notesSlides\/[^/]+\.xml$/);
  const drawings = partsLike(document, /^ppt\/(comments\/[^/]+|diagrams\/data\d+|charts\/chart(?:Ex)?\d+)\.xml$/);
  for (const part of [...slides, ...notes, ...drawings]) {
    document.reading.checkTime();
    await parsePart(document, part, drawnText(document.reading));
  }
}

/**
 * Text of `t` elements, a line a paragraph, and what charts name their series and categories by. What is drawn twice, for
 * programs of two ages, is read once.
 */
export function drawnText(reading: Reading): MarkupHandler {
  let inText = false;
  let fallback = 0;
  let inNames = false;
  return {
    open(name) {
      if (name === "Fallback") fallback++;
      if (name === "strCache") inNames = true;
      inText = fallback === 0 && (name === "t" || name === "text" || (name === "v" && inNames));
      if (name === "tab" || name === "br" || name === "cr") reading.add(name === "tab" ? "\t" : "\n");
      if (name === "noBreakHyphen") reading.add("-");
    },
    text(text) {
      if (inText) reading.add(text);
    },
    close(name) {
      inText = false;
      if (name === "Fallback") fallback--;
      if (name === "strCache") inNames = false;
      if (name === "p" || name === "pt" || name === "text") reading.add("\n");
      if (name === "tc") reading.add("\t");
    },
  };
}
