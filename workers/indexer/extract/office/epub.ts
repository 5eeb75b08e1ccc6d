import { decodeText } from "../decode-text.ts";
import { readHtmlText } from "../texts/html.ts";
import { attribute } from "../markup.ts";
import { Stop } from "../reading.ts";
import { fieldHandler, parsePart, partBytes } from "../archives/zip-xml.ts";
import type { ZipDocument } from "../archives/zip-xml.ts";

const PROPERTIES = {
  title: "title",
  creator: "author",
  subject: "subject",
  description: "description",
  publisher: "publisher",
  language: "language",
  date: "date",
};

/** A book's chapters, in the order in which they are read (EPUB 3.3). */
export async function readEpub(document: ZipDocument): Promise<void> {
  const { reading } = document;
  const chapters = await readSpine(document, await findPackage(document));
  reading.checkEntries(chapters.length);
  for (const chapter of chapters) {
    reading.checkTime();
    const bytes = await partBytes(document, chapter, reading.limits.markupBytes);
    if (isScrambled(bytes, document)) throw new Stop("protected", "its chapters are encrypted");
    readHtmlText(decodeText(bytes, "utf-8"), reading, "without fields");
    reading.add("\n");
  }
}

/** A book that one has bought may be locked: its parts are listed then, and are no markup. */
function isScrambled(bytes: Uint8Array, document: ZipDocument): boolean {
  return document.parts.has("META-INF/encryption.xml") && bytes.length > 0 && !bytes.subarray(0, 1024).includes(0x3c);
}

async function findPackage(document: ZipDocument): Promise<string> {
  let path: string | undefined;
  await parsePart(document, "META-INF/container.xml", {
    open(name, attributes) {
      if (name === "rootfile") path ??= attribute(attributes, "full-path");
    },
  });
  return path ?? document.reading.stop("damaged", "it names no package");
}

/** The chapters' names within the archive. */
async function readSpine(document: ZipDocument, path: string): Promise<string[]> {
  const fields = fieldHandler(document.reading, PROPERTIES);
  const hrefs = new Map<string, string>();
  const order: string[] = [];
  await parsePart(document, path, {
    ...fields,
    open(name, attributes) {
      fields.open?.(name, attributes);
      if (name === "item") hrefs.set(attributes["id"] ?? "", attributes["href"] ?? "");
      if (name === "itemref") order.push(attributes["idref"] ?? "");
    },
  });
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return order.flatMap((id) => {
    const href = hrefs.get(id);
    return href === undefined ? [] : [resolve(folder, href)];
  });
}

/** A reference's name within the archive: without its fragment, and with its `..` and `%20` resolved. */
function resolve(folder: string, href: string): string {
  const base = `epub:/${folder.split("/").map(encodeURIComponent).join("/")}`;
  const url = URL.canParse(href, base) ? new URL(href, base) : undefined;
  try {
    return decodeURIComponent(url?.pathname.slice(1) ?? href);
  } catch {
    return href;
  }
}
