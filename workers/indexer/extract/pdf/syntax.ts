/** How deep objects go into each other. The parser calls itself for each, and real ones go some tens deep. */
const DEPTH = 500;
/** Characters of a word. The parser throws where there are more. */
const WORD = 128;
/** Words that are read ahead of an object: behind the first two numbers of a reference, two after it. */
const AHEAD = 4;

/** What a byte is, by its number (ISO 32000-2, 7.2.3). */
const REGULAR = 0;
const BLANK = 1;
const DELIMITER = 2;
const DIGIT = 3;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if ("\0\t\n\f\r ".includes(character)) return BLANK;
  if ("()<>[]{}/%".includes(character)) return DELIMITER;
  return /\d/.test(character) ? DIGIT : REGULAR;
});

/** A word as the parser takes it. Its brackets and names count, and what it throws at (`wrong`); all else is one to it. */
type Word = "[" | "]" | "<<" | ">>" | "name" | "stream" | "BI" | "other" | "end" | "wrong";

/**
 * Whether the parser reads an object of a stream of objects and keeps it: it throws at none of its words nor at an end
 * that comes too early, and it is no stream. Takes time in proportion to the bytes.
 */
export function isKeptObject(bytes: Uint8Array): boolean {
  const words = new PdfWords(bytes);
  /** Brackets that are open: of a dictionary whether a key or a value is to come. */
  const open: ("[" | "key" | "value")[] = [];
  do {
    const word = words.next();
    const inside = open.at(-1);
    if (word === "wrong" || (word === "end" && inside !== undefined)) return false;
    if ((inside === "[" && word === "]") || (inside === "key" && word === ">>")) {
      open.pop();
      if (inside === "key" && words.isBefore("stream")) return false;
    } else if (inside === "key") {
      // What is no name is passed over.
      if (word === "name") open[open.length - 1] = "value";
    } else {
      if (inside === "value") open[open.length - 1] = "key";
      if (word === "BI" || open.length > DEPTH) return false;
      if (word === "[" || word === "<<") open.push(word === "[" ? "[" : "key");
    }
  } while (open.length > 0);
  return Array.from({ length: AHEAD }, () => words.next()).every((word) => word !== "wrong");
}

/** The words of some bytes, as pdf.js reads them where they are written wrongly, too. */
class PdfWords {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isBefore(word: Word): boolean {
    const at = this.#at;
    const isIt = this.next() === word;
    this.#at = at;
    return isIt;
  }

  next(): Word {
    this.#skipBlanks();
    const first = this.#bytes[this.#at];
    if (first === undefined) return "end";
    // The signs of a number, and its point.
    if (KINDS[first] === DIGIT || first === 0x2b || first === 0x2d || first === 0x2e) return this.#number(first);
    if (KINDS[first] !== DELIMITER) return this.#word(first);
    this.#at++;
    return this.#delimiter(String.fromCharCode(first));
  }

  #skipBlanks(): void {
    for (;;) {
      const byte = this.#bytes[this.#at] ?? 0x100;
      if (byte === 0x25) this.#skipComment();
      else if (KINDS[byte] === BLANK) this.#at++;
      else return;
    }
  }

  #skipComment(): void {
    while (this.#at < this.#bytes.length && !isLineEnd(this.#bytes[this.#at])) this.#at++;
  }

  /** Digits, with a point among them; of other signs one that begins it. */
  #number(first: number): Word {
    if (first === 0x2d && this.#bytes[this.#at + 1] === 0x2d) this.#at++;
    if (first === 0x2d || first === 0x2b) this.#at++;
    while (isLineEnd(this.#bytes[this.#at])) this.#at++;
    let hasPoint = this.#bytes[this.#at] === 0x2e;
    if (hasPoint) this.#at++;
    const digit = this.#bytes[this.#at];
    if (digit === undefined || KINDS[digit] !== DIGIT)
      return digit === undefined || "\t\n\r (<".includes(String.fromCharCode(digit)) ? "other" : "wrong";
    for (;;) {
      const byte = this.#bytes[this.#at] ?? 0x100;
      if (KINDS[byte] !== DIGIT && byte !== 0x2d && (byte !== 0x2e || hasPoint)) return "other";
      hasPoint ||= byte === 0x2e;
      this.#at++;
    }
  }

  #word(first: number): Word {
    const start = this.#at++;
    const second = this.#bytes[this.#at] ?? 0;
    if ((first < 0x20 || first > 0x7f) && second >= 0x20 && second <= 0x7f) return "other";
    this.#skipRegular();
    const length = this.#at - start;
    if (length > WORD) return "wrong";
    const word = length === 2 || length === 6 ? String.fromCharCode(...this.#bytes.subarray(start, this.#at)) : "";
    return word === "stream" || word === "BI" ? word : "other";
  }

  #skipRegular(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || KINDS[byte] === BLANK || KINDS[byte] === DELIMITER) return;
      this.#at++;
    }
  }

  /** What begins with a bracket, a slash or a brace, which is gone over. */
  #delimiter(first: string): Word {
    if (first === "(") return this.#string();
    if (first === ")") return "wrong";
    if (first === "[" || first === "]") return first;
    if (first === "/") this.#skipRegular();
    if (first === "/") return "name";
    if (first !== "<" && first !== ">") return "other";
    if (this.#bytes[this.#at] === first.charCodeAt(0)) {
      this.#at++;
      return first === "<" ? "<<" : ">>";
    }
    if (first === "<") {
      const end = this.#bytes.indexOf(0x3e, this.#at);
      this.#at = end < 0 ? this.#bytes.length : end + 1;
    }
    return "other";
  }

  /** To the bracket that closes it, or to the end. */
  #string(): Word {
    for (let depth = 1; depth > 0 && this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === 0x5c) this.#at++;
      else if (byte === 0x28) depth++;
      else if (byte === 0x29) depth--;
    }
    return "other";
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}
