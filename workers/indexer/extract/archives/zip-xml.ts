import { decoderOf } from "../decode-text.ts";
import type { FileBytes } from "../file-bytes.ts";
import { MarkupParser } from "../markup.ts";
import type { MarkupHandler } from "../markup.ts";
import type { Reading } from "../reading.ts";
import { readZipEntry } from "./zip-directory.ts";
import type { ZipEntry } from "./zip-directory.ts";

/** A field has no more. */
const FIELD_CHARACTERS = 1_000;

/** A document that is a ZIP file of parts: Office, OpenDocument, EPUB. */
export interface ZipDocument {
  readonly file: FileBytes;
  readonly reading: Reading;
  /** By name. Where two have one name it is the first: programs that write documents write no two. */
  readonly parts: ReadonlyMap<string, ZipEntry>;
}

/** Parses a part as it is inflated. A part that is missing says nothing. */
export async function parsePart(document: ZipDocument, name: string, handler: MarkupHandler): Promise<void> {
  const entry = document.parts.get(name);
  if (!entry) return;
  const { file, reading } = document;
  const parser = new MarkupParser(handler, reading, "xml");
  let decoder: TextDecoder | undefined;
  await readZipEntry(file, entry, reading, (bytes) => {
    decoder ??= decoderOf(bytes, "utf-8");
    parser.write(decoder.decode(bytes, { stream: true }));
  });
  parser.write(decoder?.decode() ?? "");
  parser.end();
}

/** A part's text, decoded, as long as it is no longer than `most` bytes, and cut there. */
export async function partBytes(document: ZipDocument, name: string, most: number): Promise<Uint8Array> {
  const entry = document.parts.get(name);
  const pieces: Uint8Array[] = [];
  let length = 0;
  if (entry) {
    await readZipEntry(document.file, entry, document.reading, (bytes) => {
      if (length < most) pieces.push(bytes);
      length += bytes.length;
    });
  }
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.subarray(0, most);
}

/** Names of parts that match, in the order of the first number in them: `slide2` before `slide10`. */
export function partsLike(document: ZipDocument, pattern: RegExp): string[] {
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
  return [...document.parts.keys()]
    .filter((name) => pattern.test(name))
    .sort((a, b) => number(a) - number(b) || (a < b ? -1 : 1));
}

/**
 * Hears the text of elements by their names: `fields` says under which field an element's text is kept. Where there are
 * several for one field, as keywords and authors, it has them all.
 */
export function fieldHandler(reading: Reading, fields: Readonly<Record<string, string>>): MarkupHandler {
  const values = new Map<string, string>();
  let name: string | undefined;
  let value = "";
  return {
    open(element) {
      name = Object.hasOwn(fields, element) ? fields[element] : undefined;
      value = "";
    },
    text(text) {
      if (name !== undefined && value.length < FIELD_CHARACTERS) value += text;
    },
    close() {
      const before = (name !== undefined && values.get(name)) || "";
      if (name !== undefined && value.trim() !== "" && before.length < FIELD_CHARACTERS) {
        values.set(name, before === "" ? value : `${before}, ${value}`);
        reading.field(name, values.get(name));
      }
      name = undefined;
    },
  };
}
