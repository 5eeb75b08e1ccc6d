import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../workers/env.ts";
import { characterMapsOf } from "../../workers/indexer/character-maps.ts";
import { extractText } from "../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../support/memory-source.ts";
import { coreProperties, docxOf, zipOf } from "../support/office-samples.ts";
import { cjkFont, flate, pageContent, pdfOf } from "../support/pdf-sample.ts";

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

test("[X8] a PDF's text of a map that it does not bring along is read inside of a Worker, by the one that is deployed", async () => {
  const characterMap = characterMapsOf((env as unknown as Env).ASSETS);
  const pdf = pdfOf([flate("BT /F2 12 Tf <938c8b9e> Tj ET")], { fonts: [cjkFont("90ms-RKSJ-H", "Japan1")] });
  expect(await extractText({ ...memorySource("a.pdf", pdf), characterMap })).toMatchObject({ text: "東京", cut: null });
  expect(await characterMap("None-H.bcmap")).toBeNull();
});

test("[X8] a deployment that does not answer for a map has failed for now", async () => {
  const ASSETS = { fetch: () => Promise.resolve(new Response("", { status: 500 })) } as unknown as Fetcher;
  await expect(characterMapsOf(ASSETS)("H.bcmap")).rejects.toThrow("500");
});

test("[X5] a Word document's text is read inside of a Worker", async () => {
  const docx = docxOf(["Grüße aus Zürich", "東京都"], { "docProps/core.xml": coreProperties("Brief", "Ada") });
  expect(await extractText(memorySource("a.docx", docx))).toMatchObject({
    text: "Grüße aus Zürich\n東京都",
    fields: { title: "Brief", author: "Ada" },
  });
});

test("[X9] a sheet's dates have the names of months of their format's language inside of a Worker", async () => {
  const styles =
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-407]d. mmmm yyyy"/><numFmt numFmtId="165" formatCode="[$-419]d mmmm"/>' +
    '</numFmts><cellXfs><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>';
  const sheet =
    '<worksheet><sheetData><row><c s="0"><v>45366</v></c><c s="1"><v>45366</v></c></row></sheetData></worksheet>';
  const xlsx = zipOf({
    "xl/workbook.xml": "<workbook/>",
    "xl/styles.xml": styles,
    "xl/worksheets/sheet1.xml": sheet,
  });
  expect(await extractText(memorySource("a.xlsx", xlsx))).toMatchObject({
    text: "15. März 2024 15 марта\n2024-03-15 15.03.2024",
  });
});
