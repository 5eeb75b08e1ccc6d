import { expect, test } from "vitest";
import { extractText } from "../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../support/memory-source.ts";
import { coreProperties, docxOf } from "../support/office-samples.ts";
import { flate, pageContent, pdfOf } from "../support/pdf-sample.ts";

test("[X5] a PDF's text is read inside of a Worker", async () => {
  const pdf = pdfOf([flate(pageContent(["Hello from", "page one"])), flate(pageContent(["and two"]))], {
    info: "/Title (A letter) /Author (Ada)",
  });
  expect(await extractText(memorySource("a.pdf", pdf))).toEqual({
    text: "Hello from\npage one\nand two",
    truncated: false,
    cut: null,
    fields: { pages: "2", title: "A letter", author: "Ada" },
  });
});

test("[X5] a Word document's text is read inside of a Worker", async () => {
  const docx = docxOf(["Grüße aus Zürich", "東京都"], { "docProps/core.xml": coreProperties("Brief", "Ada") });
  expect(await extractText(memorySource("a.docx", docx))).toMatchObject({
    text: "Grüße aus Zürich\n東京都",
    fields: { title: "Brief", author: "Ada" },
  });
});
