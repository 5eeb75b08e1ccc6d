import { decodeText } from "../decode-text.ts";
import type { FileBytes } from "../file-bytes.ts";
import { MarkupParser } from "../markup.ts";
import type { MarkupHandler } from "../markup.ts";
import type { Reading } from "../reading.ts";

/** Elements whose text nobody reads. */
const UNREAD = new Set(["script", "style", "template", "noscript", "iframe", "object", "svg:metadata", "math"]);
/** Elements that run within a line; all others end one. */
const INLINE = new Set(
  `a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small span
  strike strong sub sup time tt u var wbr tspan`.split(/\s+/),
);
/** Characters of markup that are parsed before the limits are looked at again. */
const STEP = 64 * 1024;

/** Reads a page's text, without its scripts and styles, and its title, description and author. */
export async function readHtml(file: FileBytes, reading: Reading): Promise<void> {
  const { markupBytes } = reading.limits;
  readHtmlText(decodeHtml(await file.range(0, markupBytes)), reading);
  if (file.size > markupBytes) reading.stop("over_bytes", `more than ${markupBytes} bytes of markup`);
}

/** Adds what a page says. Its title becomes a field where `reading` has none yet. */
export function readHtmlText(
  html: string,
  reading: Reading,
  fields: "with fields" | "without fields" = "with fields",
): void {
  const parser = new MarkupParser(htmlHandler(reading, fields === "with fields"), reading, "html");
  for (let at = 0; at < html.length; at += STEP) {
    parser.write(html.slice(at, at + STEP));
    reading.checkTime();
  }
  parser.end();
}

function htmlHandler(reading: Reading, fields: boolean): MarkupHandler {
  let unread = 0;
  let title: string | undefined;
  return {
    open(name, attributes) {
      if (UNREAD.has(name)) unread++;
      if (!INLINE.has(name)) reading.add("\n");
      if (name === "title") title = "";
      if (name === "img" && attributes["alt"]) reading.add(` ${attributes["alt"]} `);
      if (name === "meta" && fields) {
        const meta = attributes["name"]?.toLowerCase();
        if (meta === "author" || meta === "description" || meta === "keywords")
          reading.field(meta, attributes["content"]);
      }
    },
    text(text) {
      if (unread > 0) return;
      reading.add(text);
      if (title !== undefined && title.length < 1_000) title += text;
    },
    close(name) {
      if (UNREAD.has(name)) unread--;
      if (!INLINE.has(name)) reading.add("\n");
      if (name !== "title" || title === undefined) return;
      if (fields) reading.field("title", title);
      title = undefined;
    },
  };
}

/** By what the page declares; by its bytes where it declares nothing, or nothing that is known. */
function decodeHtml(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  const declared =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? /^<\?xml[^>]+encoding=["']([\w-]+)/.exec(head)?.[1];
  return decodeText(bytes, declared);
}
