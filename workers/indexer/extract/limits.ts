/** How much of a file is read for its text (X5). Bytes and characters are counted as they pass, not as a file declares them. */
export interface ExtractLimits {
  /** Characters (UTF-16 units) of text that are kept. */
  readonly text: number;
  /** Bytes of plain text that are decoded: what `text` characters take at most. */
  readonly textBytes: number;
  /** Bytes of a page of HTML. */
  readonly markupBytes: number;
  /** Bytes of a document that can only be read whole: PDF, mail, an image's head. */
  readonly wholeBytes: number;
  /** Bytes read from a file in all, by whatever reader, in parts or whole. */
  readonly readBytes: number;
  readonly pages: number;
  /** Entries of an archive that are looked at, and parts of a mail. */
  readonly entries: number;
  /** Bytes that may come out of compressed ones and are parsed, in all of a file. */
  readonly inflatedBytes: number;
  /** Bytes that may come out of compressed ones and are passed over, as those of an archive whose names are listed. */
  readonly passedBytes: number;
  /** How many times as long as the compressed bytes the inflated ones may be, beyond the first mebibyte. */
  readonly ratio: number;
  /** Elements of markup inside each other, groups of RTF, messages inside a mail. */
  readonly depth: number;
  /**
   * Milliseconds by the wall clock, looked at wherever something is awaited: in a Worker the clock stands still while
   * nothing is. What computes without waiting is held by the other limits.
   */
  readonly milliseconds: number;
}

const MIB = 1024 * 1024;

/** Chosen for an isolate of 128 MB: nothing is held longer than `wholeBytes`, and what is inflated passes in parts. */
export const EXTRACT_LIMITS: ExtractLimits = {
  text: 256 * 1024,
  textBytes: MIB,
  markupBytes: 6 * MIB,
  wholeBytes: 24 * MIB,
  readBytes: 32 * MIB,
  pages: 500,
  entries: 20_000,
  inflatedBytes: 32 * MIB,
  passedBytes: 256 * MIB,
  ratio: 250,
  depth: 1_000,
  milliseconds: 15_000,
};

/** Why a file has no text, or not all of it (X4). */
export type SkipReason =
  /** Neither its bytes nor its name's ending say a kind that can be read. */
  | "unknown_kind"
  /** It is not what it says it is, or ends too early. */
  | "damaged"
  /** It opens with a password only. */
  | "protected"
  /** Of a known kind that has no text in it: a scanned page, a photograph without a word. */
  | "no_text"
  | LimitReason;

/** Which limit ended the reading. */
export type LimitReason =
  "over_text" | "over_bytes" | "over_pages" | "over_entries" | "over_expansion" | "over_depth" | "over_time";
