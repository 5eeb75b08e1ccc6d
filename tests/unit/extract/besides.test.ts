import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../../support/memory-source.ts";
import { coreProperties, docxOf, zipOf } from "../../support/office-samples.ts";

/** The lines of a document's text. */
async function linesOf(bytes: Uint8Array): Promise<string[]> {
  const found = await extractText(memorySource("a.bin", bytes));
  if (!("text" in found)) throw new Error(found.detail);
  return found.text.split("\n");
}

/** A part of Word's whose text is one paragraph. */
const word = (element: string, text: string) => `<w:${element}><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:${element}>`;

test("[X9] a Word document's notes, comments, headers and footers are read, and a word with a hyphen that never breaks", async () => {
  const body =
    "<w:p><w:r><w:t>An E</w:t><w:noBreakHyphen/><w:t>Mail</w:t></w:r><w:hyperlink r:id='a'><w:r><w:t> with a link</w:t></w:r></w:hyperlink></w:p>";
  const docx = docxOf(body, {
    "word/footnotes.xml": word("footnotes", "at the foot"),
    "word/endnotes.xml": word("endnotes", "at the end"),
    "word/comments.xml": word("comments", "a remark"),
    "word/header1.xml": word("hdr", "above"),
    "word/footer2.xml": word("ftr", "below"),
  });
  const lines = await linesOf(docx);
  expect(lines[0]).toBe("An E-Mail with a link");
  expect(lines.slice(1).sort()).toEqual(["a remark", "above", "at the end", "at the foot", "below"]);
});

test("[X9] a presentation's notes, and comments of both ages, are read", async () => {
  const slide = (text: string) => `<p:sld><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sld>`;
  const pptx = zipOf({
    "ppt/presentation.xml": "<p/>",
    "ppt/slides/slide1.xml": slide("shown"),
    "ppt/notesSlides/notesSlide1.xml": slide("said"),
    "ppt/comments/comment1.xml": "<p:cmLst><p:cm><p:text>an old remark</p:text></p:cm></p:cmLst>",
    "ppt/comments/modernComment_100_0.xml":
      "<p188:cmLst><p188:cm><p188:txBody><a:p><a:r><a:t>a new remark</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>",
  });
  expect((await linesOf(pptx)).sort()).toEqual(["a new remark", "an old remark", "said", "shown"]);
});

test("[X9] who wrote a document and for whom, what it is about, and all of its keywords are known", async () => {
  const docx = docxOf(["text"], {
    "docProps/core.xml": coreProperties("Plan", "Ada").replace(
      "</cp:coreProperties>",
      "<cp:keywords>red, green</cp:keywords><cp:category>Budget</cp:category>" +
        "<cp:lastModifiedBy>Bob</cp:lastModifiedBy><dc:description/></cp:coreProperties>",
    ),
    "docProps/app.xml": "<Properties><Company>Analytical Engines</Company><Manager>Babbage</Manager></Properties>",
  });
  expect(await extractText(memorySource("a.docx", docx))).toMatchObject({
    fields: {
      title: "Plan",
      author: "Ada",
      keywords: "red, green",
      category: "Budget",
      editor: "Bob",
      company: "Analytical Engines",
      manager: "Babbage",
    },
  });
  const odt = openDocument("<text:p>text</text:p>", {
    "meta.xml":
      "<office:meta><meta:initial-creator>Ada</meta:initial-creator><dc:creator>Bob</dc:creator>" +
      "<meta:keyword>red</meta:keyword><meta:keyword>green</meta:keyword></office:meta>",
  });
  expect(await extractText(memorySource("a.odt", odt))).toMatchObject({
    fields: { author: "Ada", editor: "Bob", keywords: "red, green" },
  });
});

function openDocument(body: string, parts: Readonly<Record<string, string>> = {}): Uint8Array {
  return zipOf({
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content><office:body>${body}</office:body></office:document-content>`,
    ...parts,
  });
}

test("[X9] OpenDocument's notes and comments follow the paragraph that they stand in, and leave its words whole", async () => {
  const note =
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>at the foot</text:p></text:note-body></text:note>";
  const annotation =
    "<office:annotation><dc:creator>Ada</dc:creator><dc:date>2024-03-15</dc:date><text:p>a <text:span>remark</text:span></text:p></office:annotation>";
  const body = `<text:h>He${annotation}ading</text:h><text:p>One word${note}, and more</text:p><text:p>last</text:p>`;
  expect(await linesOf(openDocument(body))).toEqual([
    "Heading",
    "a remark",
    "One word, and more",
    "at the foot",
    "last",
  ]);
});

test("[X9] OpenDocument's headers and footers are read, without the page's number", async () => {
  const styles =
    "<office:styles><text:p>none</text:p></office:styles><style:master-page><style:header><text:p>A report</text:p></style:header>" +
    "<style:footer><text:p>Page <text:page-number>1</text:page-number> of it</text:p></style:footer></style:master-page>";
  const odt = openDocument("<text:p>text</text:p>", { "styles.xml": styles });
  expect(await linesOf(odt)).toEqual(["text", "A report", "Page of it"]);
});

test("[X9] an OpenDocument sheet's dates and numbers are found as they are shown and as they are", async () => {
  const cell = (attributes: string, shown: string) =>
    `<table:table-cell ${attributes}><text:p>${shown}</text:p></table:table-cell>`;
  const row =
    cell('office:value-type="date" office:date-value="2024-03-15T14:30:00"', "15. März 24") +
    cell('office:value-type="currency" office:value="1234.5"', "1.234,50 €") +
    cell('office:value-type="float" office:value="7"', "7") +
    cell('office:value-type="float" office:value="Infinity"', "much") +
    cell('office:value-type="string"', "word") +
    '<table:table-cell office:value-type="float" office:value="8.25"/>';
  const ods = openDocument(`<table:table table:name="Umsatz"><table:table-row>${row}</table:table-row></table:table>`);
  expect(await linesOf(ods)).toEqual([
    "Umsatz",
    "15. März 24",
    "1.234,50 €",
    "7",
    "much",
    "word",
    "2024-03-15 15.03.2024",
    "1234.5",
    "8.25",
  ]);
});

test("[X9] comments on an OpenDocument sheet's cells are read, of the last and of an empty one too, and are no part of numbers", async () => {
  const remark = (text: string) => `<office:annotation><text:p>${text}</text:p></office:annotation>`;
  const cell = (content: string) => `<table:table-cell office:value="1234.5">${content}</table:table-cell>`;
  const row = cell(`${remark("of a number")}<text:p>1,234.50</text:p>`) + cell(remark("of nothing"));
  const ods = openDocument(`<table:table table:name="Umsatz"><table:table-row>${row}</table:table-row></table:table>`);
  expect(await linesOf(ods)).toEqual(["Umsatz", "of a number", "1,234.50", "of nothing", "1234.50", "1234.5"]);
});
