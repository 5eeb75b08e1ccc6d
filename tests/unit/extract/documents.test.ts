import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../../support/memory-source.ts";
import { coreProperties, docxOf, zipOf } from "../../support/office-samples.ts";
import { flate, pageContent, pdfOf } from "../../support/pdf-sample.ts";

const read = (name: string, bytes: Uint8Array | string) => extractText(memorySource(name, bytes));

test("[X5] a PDF's pages are read in order, with its title, and a word broken at a line's end is whole", async () => {
  const pdf = pdfOf(
    [
      flate(pageContent(["Die Donaudampf-", "schifffahrt auf der Elbe-", "Weser-Strecke", "(in Klammern)"])),
      flate(pageContent(["Seite zwei"])),
    ],
    { info: "/Title (Fahrplan) /Author (Ada) /CreationDate (D:20261122203000Z)" },
  );
  expect(await read("a.bin", pdf)).toEqual({
    text: "Die Donaudampfschifffahrt auf der Elbe-Weser-Strecke\n(in Klammern)\nSeite zwei",
    truncated: false,
    cut: null,
    fields: { pages: "2", title: "Fahrplan", author: "Ada", created: "2026-11-22" },
  });
});

test("[X4] a PDF with a password is protected; a page that is damaged leaves the others readable", async () => {
  const encrypt =
    `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${"41".repeat(32)}> /U <${"42".repeat(32)}> >> ` +
    `/ID [<${"43".repeat(16)}> <${"43".repeat(16)}>]`;
  expect(await read("a.pdf", pdfOf([flate(pageContent(["secret"]))], { trailer: encrypt }))).toMatchObject({
    skipped: "protected",
  });
  const broken = { dictionary: "/Filter /FlateDecode", bytes: new Uint8Array(300).fill(7) };
  expect(await read("a.pdf", pdfOf([broken, flate(pageContent(["whole"]))]))).toMatchObject({ text: "whole" });
});

test("[X5] a Word document is read with its tables, headers and notes; what was deleted or is drawn twice is not", async () => {
  const body =
    "<w:p><w:r><w:t>Grüße</w:t><w:tab/><w:t xml:space='preserve'> &amp; mehr</w:t></w:r></w:p>" +
    "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>" +
    "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Choice>" +
    "<mc:Fallback><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>" +
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>東京</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
  const found = await read(
    "renamed.zip",
    docxOf(body, {
      "docProps/core.xml": coreProperties("Ein Brief", "Ada"),
      "word/header1.xml": "<w:hdr><w:p><w:r><w:t>Kopf</w:t></w:r></w:p></w:hdr>",
      "word/footnotes.xml": "<w:footnotes><w:p><w:r><w:t>Note</w:t></w:r></w:p></w:footnotes>",
    }),
  );
  expect(found).toEqual({
    text: "Grüße & mehr\nBox\n東京\nNote\nKopf",
    truncated: false,
    cut: null,
    fields: { title: "Ein Brief", author: "Ada" },
  });
});

test("[X5] a sheet's names, strings and numbers are read, and no numbers of strings", async () => {
  const xlsx = zipOf({
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<workbook><sheets><sheet name="Umsatz" sheetId="1"/></sheets></workbook>',
    "xl/sharedStrings.xml":
      "<sst><si><t>Müller</t></si><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si></sst>",
    "xl/worksheets/sheet1.xml":
      '<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="B1"><f>SUM(1)</f><v>1234.5</v></c></row>' +
      '<row><c t="inlineStr"><is><t>inline</t></is></c><c t="b"><v>1</v></c></row></sheetData></worksheet>',
    "xl/worksheets/sheet.xml":
      '<worksheet><sheetData><row><c t="str"><v>unnumbered</v></c></row></sheetData></worksheet>',
  });
  expect(await read("a.xlsx", xlsx)).toMatchObject({
    text: "Umsatz\nMüller\n東京\nunnumbered\n1234.5\ninline TRUE",
  });
});

test("[X5] a Word document whose text is in a numbered part is read, with the text of its drawings", async () => {
  const docx = zipOf({
    "word/diagrams/data1.xml": "<dgm:dataModel><a:p><a:r><a:t>Step</a:t></a:r></a:p></dgm:dataModel>",
    "word/document2.xml": "<w:document><w:body><w:p><w:r><w:t>Numbered</w:t></w:r></w:p></w:body></w:document>",
  });
  expect(await read("a.docx", docx)).toMatchObject({ text: "Numbered\nStep" });
});

test("[X5] slides are read in the order of their numbers, then the notes, comments, charts' names and diagrams", async () => {
  const slide = (text: string) => `<p:sld xmlns:a="a"><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;
  const pptx = zipOf({
    "ppt/presentation.xml": "<p/>",
    "ppt/slides/slide10.xml": slide("ten"),
    "ppt/slides/slide2.xml": slide("two"),
    "ppt/diagrams/data1.xml": slide("drawn"),
    "ppt/comments/comment1.xml": "<p:cmLst><p:cm><p:text>said of it</p:text></p:cm></p:cmLst>",
    "ppt/charts/chart1.xml":
      "<c:chart><c:cat><c:strCache><c:pt><c:v>North</c:v></c:pt></c:strCache></c:cat>" +
      "<c:val><c:numCache><c:pt><c:v>5</c:v></c:pt></c:numCache></c:val></c:chart>",
    "ppt/notesSlides/notesSlide1.xml": slide("say this"),
  });
  expect(await read("a.pptx", pptx)).toMatchObject({
    text: "two\nten\nsay this\nNorth\nsaid of it\ndrawn",
    fields: { pages: "2" },
  });
});

test("[X5] OpenDocument is read without what changes took away; with a password it is protected", async () => {
  const parts = {
    mimetype: "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "meta.xml": "<office:meta><dc:title>Plan</dc:title><meta:initial-creator>Ada</meta:initial-creator></office:meta>",
    "content.xml":
      "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>" +
      "<text:h>Titel</text:h><text:p>Ein<text:s/>Satz<text:line-break/>und <text:span>mehr</text:span></text:p></office:text>",
  };
  expect(await read("a.odt", zipOf(parts))).toMatchObject({
    text: "Titel\nEin Satz\nund mehr",
    fields: { title: "Plan", author: "Ada" },
  });
  const manifest =
    "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
  expect(await read("a.odt", zipOf({ ...parts, "META-INF/manifest.xml": manifest }))).toMatchObject({
    skipped: "protected",
  });
});

test("[X5] a book's chapters are read in the order of its spine", async () => {
  const epub = zipOf({
    mimetype: "application/epub+zip",
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>',
    "OEBPS/a.opf":
      '<package><metadata><dc:title>Buch</dc:title><dc:creator>Ada</dc:creator></metadata><manifest><item id="b" href="b%20b.xhtml"/>' +
      '<item id="a" href="../a.xhtml#x"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>',
    "OEBPS/b b.xhtml": "<html><head><title>x</title></head><body><p>zuerst</p></body></html>",
    "a.xhtml": "<html><body><p>dann <i>das</i></p></body></html>",
  });
  expect(await read("a.epub", epub)).toMatchObject({
    text: "x\nzuerst\ndann das",
    fields: { title: "Buch", author: "Ada" },
  });
});

test("[X5] a page of HTML is read without its scripts, in the encoding that it declares", async () => {
  const html =
    '<html><head><meta charset="windows-1251"><title>\xcf\xf0\xe8</title><style>p{}</style><script>var a = "<p>no";</script></head>' +
    "<body><p>one<b>two</b> &eacute;&#x4e00;<br>three<noscript>no</noscript></p></body></html>";
  expect(
    await read(
      "a.txt",
      Uint8Array.from(html, (character) => character.charCodeAt(0)),
    ),
  ).toMatchObject({
    text: "При\nonetwo é一\nthree",
    fields: { title: "При" },
  });
});

test("[X5] RTF is read without its fonts and hidden groups", async () => {
  const rtf =
    String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Times;}}{\info{\title T}}\f0 \'cf\'f0\'e8 Z\u252?rich\par ` +
    String.raw`{\b fett} \{x\} {\*\hidden gone}Ende}`;
  expect(await read("a.rtf", rtf)).toMatchObject({ text: "При Zürich\nfett {x} Ende" });
});
