import { Parser } from "htmlparser2";
import type { Reading } from "./reading.ts";

/** Attributes of one element: they are held together, whatever they are. */
const ATTRIBUTES = 2_000;

/** What of markup is heard of, in document order. Names are without their namespace prefix, as they are written. */
export interface MarkupHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * A forgiving parser of markup that comes in parts. Of a document type nothing is read: entities that it declares stay
 * as they are written, so they neither multiply nor fetch. Stops the reading where elements are too deep.
 */
export class MarkupParser {
  readonly #parser: Parser;
  #depth = 0;

  constructor(handler: MarkupHandler, reading: Reading, kind: "xml" | "html") {
    const xml = kind === "xml";
    let attributes = 0;
    this.#parser = new Parser(
      {
        onopentagname: () => void (attributes = 0),
        onattribute: () => {
          if (++attributes > ATTRIBUTES)
            reading.stop("over_entries", `an element of more than ${ATTRIBUTES} attributes`);
        },
        onopentag: (name, values) => {
          reading.checkDepth(++this.#depth);
          handler.open?.(localName(name), values);
        },
        ontext: (text) => handler.text?.(text),
        onclosetag: (name) => {
          this.#depth--;
          handler.close?.(localName(name));
        },
      },
      { xmlMode: xml, decodeEntities: true },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.end();
  }
}

/** `t` of `w:t`. */
function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** An attribute's value, whatever its prefix is. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  for (const key in attributes) if (localName(key) === name) return attributes[key];
  return undefined;
}
