/** Keeps text up to a number of characters, with runs of white space as one space or one line break. */
export class TextKeeper {
  readonly #limit: number;
  readonly #pieces: string[] = [];
  #length = 0;
  /** White space that has come and is not written yet: it is nothing at the text's ends. */
  #pending: "" | " " | "\n" = "";

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when it does not fit any more: what fits is kept. */
  add(piece: string): boolean {
    const even = piece.replace(UNSEEN, "").replace(BLANK, (run) => (LINE_END.test(run) ? "\n" : " "));
    const bare = even.trim();
    if (bare === "") {
      this.#wait(even);
      return true;
    }
    this.#wait(even.slice(0, even.indexOf(bare)));
    const joined = (this.#length > 0 ? this.#pending : "") + bare;
    const room = this.#limit - this.#length;
    this.#pieces.push(joined.length <= room ? joined : joined.slice(0, room));
    this.#length += Math.min(joined.length, room);
    this.#pending = "";
    this.#wait(even.slice(even.indexOf(bare) + bare.length));
    return joined.length <= room;
  }

  /** NFC, without halves of surrogate pairs and control characters. */
  text(): string {
    const joined = this.#pieces.join("");
    const last = joined.charCodeAt(joined.length - 1);
    const whole = last >= 0xd800 && last < 0xdc00 ? joined.slice(0, -1) : joined;
    return whole.toWellFormed().normalize("NFC").slice(0, this.#limit).trim();
  }

  #wait(blank: string): void {
    if (blank.includes("\n")) this.#pending = "\n";
    else if (blank !== "" && this.#pending === "") this.#pending = " ";
  }
}

/** A hyphen that shows at the end of a line only, and byte order marks: they are within words. */
const UNSEEN = /[\u00ad\ufeff]/g;
/** White space and control characters, NUL among them, which SQLite ends a text at. */
const BLANK = /[\s\p{Cc}\u2028\u2029]+/gu;
const LINE_END = /[\n\r\f\v\u0085\u2028\u2029]/;
