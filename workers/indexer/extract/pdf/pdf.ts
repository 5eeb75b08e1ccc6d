import { getDocument } from "unpdf/pdfjs";
import type { FileBytes } from "../file-bytes.ts";
import { guardPdf } from "./guard.ts";
import { PdfMaps } from "./maps.ts";
import { Stop } from "../reading.ts";
import type { Reading } from "../reading.ts";

/** Pieces of text that are read, empty ones counted: a form within a form within a form makes any number of them. */
const PIECES = 60_000;
/** Pieces after which the time is looked at: a turn of the event loop costs about as much as a page. */
const PIECES_A_TURN = 500;

type PdfDocument = Awaited<ReturnType<typeof getDocument>["promise"]>;

/** Reads a PDF's text, page by page, with its title and author. Pictures of text have none. */
export async function readPdf(file: FileBytes, reading: Reading): Promise<void> {
  const bytes = await file.handOver();
  const { lost, mappedFonts } = guardPdf(bytes, reading);
  const maps = new PdfMaps(file, mappedFonts);
  const task = getDocument({
    data: bytes,
    verbosity: 0,
    useWorkerFetch: false,
    useSystemFonts: true,
    disableFontFace: true,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: 1,
    enableXfa: false,
    BinaryDataFactory: maps.factory,
  });
  try {
    const document = await task.promise.catch((error: unknown) => refuse(error));
    await readInfo(document, reading);
    await readPages(document, reading, maps);
    if (lost) reading.stop("over_expansion", "parts of it decode to too much");
  } finally {
    await task.destroy();
  }
}

function refuse(error: unknown): never {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") throw new Stop("protected", "encrypted with a password");
  throw error;
}

async function readInfo(document: PdfDocument, reading: Reading): Promise<void> {
  reading.field("pages", document.numPages);
  const { info } = await document.getMetadata();
  const known = info as Readonly<Record<string, unknown>>;
  const fields = { Title: "title", Author: "author", Subject: "subject", Keywords: "keywords" };
  for (const [key, name] of Object.entries(fields)) {
    const value = known[key];
    if (typeof value === "string") reading.field(name, value);
  }
  reading.field("created", readDate(known["CreationDate"]));
}

/** `2026-11-22` of `D:20261122203000+01'00'`. */
function readDate(value: unknown): string | undefined {
  const parts = typeof value === "string" ? /^D:(\d{4})(\d\d)?(\d\d)?/.exec(value) : null;
  return parts?.slice(1).filter(Boolean).join("-");
}

async function readPages(document: PdfDocument, reading: Reading, maps: PdfMaps): Promise<void> {
  const { pages } = reading.limits;
  const progress = { pieces: 0, maps };
  for (let number = 1; number <= Math.min(document.numPages, pages); number++) {
    await reading.pause();
    // A page that is damaged is passed over: the others may be whole.
    const page = await document.getPage(number).catch(() => undefined);
    if (!page) continue;
    await readPage(page.streamTextContent(), reading, progress);
    page.cleanup();
    if (maps.letGo()) await document.cleanup();
    reading.add("\n");
  }
  if (document.numPages > pages) reading.stop("over_pages", `more than ${pages} pages`);
}

async function readPage(
  stream: ReadableStream<PageText>,
  reading: Reading,
  progress: { pieces: number; readonly maps: PdfMaps },
): Promise<void> {
  const reader = stream.getReader();
  let hyphen = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      progress.maps.show(Object.keys(value.styles));
      if (progress.maps.areTooMany) reading.stop("over_expansion", "a page with too many fonts");
      const before = Math.floor(progress.pieces / PIECES_A_TURN);
      progress.pieces += value.items.length;
      if (progress.pieces > PIECES) reading.stop("over_expansion", `more than ${PIECES} pieces of text`);
      if (Math.floor(progress.pieces / PIECES_A_TURN) > before) await reading.pause();
      for (const item of value.items) {
        if (item.str === undefined) continue;
        // A word that was broken at the end of a line is one word again.
        const broken = item.hasEOL === true && /\p{Ll}[-\u2010]$/u.test(item.str);
        reading.add(`${hyphen && !/^\p{Ll}/u.test(item.str) ? "-" : ""}${broken ? item.str.slice(0, -1) : item.str}`);
        if (item.hasEOL === true && !broken) reading.add("\n");
        if (item.str !== "" || broken) hyphen = broken;
      }
    }
  } finally {
    // Without an error for its reason, pdf.js goes on, and throws where nobody can catch it.
    await reader.cancel(new Error("enough")).catch(() => undefined);
  }
}

/** What pdf.js sends of a page's text. Items without `str` are marks of structure; `styles` has fonts not seen on it before. */
interface PageText {
  readonly styles: Readonly<Record<string, unknown>>;
  readonly items: readonly { readonly str?: string; readonly hasEOL?: boolean }[];
}
