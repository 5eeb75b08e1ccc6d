import { extensionOf, fileKind } from "../file-kind.ts";
import { fold, pairsOf, threesOf, wordsOf, type Word } from "./words.ts";

/**
 * What the index is asked by. A term begins with its kind and the number of its space, so that terms of a space lie
 * side by side and a search of one never walks through those of others (F6). Terms are of ASCII letters, digits, and
 * characters beyond ASCII, which is what the index's tokenizer leaves as they are.
 */
export type TermKind = "n" | "i" | "t" | "c" | "f";

/** Space numbers are written with this many digits of base 36: sixty million. */
const NUMBER_DIGITS = 5;

export function term(kind: TermKind, space: number, text: string): string {
  return kind + space.toString(36).padStart(NUMBER_DIGITS, "0") + text;
}

/** Words of texts that are found by their inside as well have this many characters at least: compounds (F2). */
export const COMPOUND_CHARACTERS = 8;
/** Different compounds of a text that are. */
const COMPOUNDS = 4_000;
/**
 * Bytes that the terms of a text may take, and those of its compounds: a row of D1, and what is written at once, is 2 MB at most.
 * An entry that cannot be written holds up its space for ever.
 */
const TERM_BYTES = 1_200_000;
const COMPOUND_BYTES = 600_000;

/** The columns of an entry's terms; each is text whose words are terms. */
export interface Terms {
  readonly name: string;
  readonly inside: string;
  readonly text: string;
  readonly compounds: string;
  readonly facets: string;
}

/** What an entry is found by. */
export interface Indexed {
  readonly name: string;
  readonly type: "file" | "folder";
  readonly size: number;
  /** Milliseconds. */
  readonly mtime: number;
  readonly text: string | null;
}

export function termsOf(space: number, entry: Indexed): Terms {
  const names = [...wordsOf(entry.name)];
  const { text, compounds } = textTerms(space, entry.text ?? "");
  return {
    name: names.flatMap((word) => positionsOf(word).map((each) => term("n", space, each))).join(" "),
    inside: names.flatMap((word) => insideOf("i", space, word)).join(" "),
    text,
    compounds,
    facets: facetsOf(entry)
      .map((facet) => term("f", space, facet))
      .join(" "),
  };
}

/** What a word takes in the order of a text's words. */
export function positionsOf(word: Pick<Word, "folded" | "isRun">): string[] {
  return word.isRun ? pairsOf(word.folded) : [word.folded];
}

/** A word's threes in order, and an empty term that keeps them apart from the next word's. */
function insideOf(kind: "i" | "c", space: number, word: Word): string[] {
  const threes = word.isRun ? [] : threesOf(word.folded);
  return threes.length < 2 ? [] : [...threes.map((three) => term(kind, space, three)), term(kind, space, "")];
}

function textTerms(space: number, text: string): { text: string; compounds: string } {
  const positions: string[] = [];
  const compounds = new Map<string, Word>();
  let bytes = 0;
  for (const word of wordsOf(text)) {
    for (const each of positionsOf(word)) {
      const made = term("t", space, each);
      bytes += byteBound(made) + 1;
      if (bytes > TERM_BYTES) break;
      positions.push(made);
    }
    if (!word.isRun && word.folded.length >= COMPOUND_CHARACTERS && compounds.size < COMPOUNDS) {
      compounds.set(word.folded, word);
    }
    if (bytes > TERM_BYTES) break;
  }
  return { text: positions.join(" "), compounds: compoundTerms(space, compounds.values()) };
}

function compoundTerms(space: number, words: Iterable<Word>): string {
  const insides: string[] = [];
  let bytes = 0;
  for (const word of words) {
    const inside = insideOf("c", space, word).join(" ");
    bytes += byteBound(inside) + 1;
    if (bytes > COMPOUND_BYTES) break;
    insides.push(inside);
  }
  return insides.join(" ");
}

function byteBound(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) bytes += 2;
  return bytes;
}

/** What can be asked for besides words: all, what it is, its ending, how large and how old about. */
function facetsOf(entry: Indexed): string[] {
  if (entry.type === "folder") return ["a", "kfolder"];
  const ending = fold(extensionOf(entry.name));
  return [
    "a",
    "kfile",
    `k${fileKind(entry.name)}`,
    `y${yearFacet(entry.mtime)}`,
    `s${sizeFacet(entry.size)}`,
    ...(ending === "" ? [] : [`e${ending}`]),
  ];
}

const FIRST_YEAR = 1980;
const LAST_YEAR = 2059;

/** The year of a time in UTC, what is out of a span counted to its ends. */
export function yearFacet(mtime: number): number {
  return Math.min(LAST_YEAR, Math.max(FIRST_YEAR, new Date(mtime).getUTCFullYear()));
}

/** All of them that a time from `from` to `to` may have. */
export function yearFacets(from: number, to: number): number[] {
  const first = from === -Infinity ? FIRST_YEAR : yearFacet(from);
  const last = to === Infinity ? LAST_YEAR : yearFacet(to);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** Which power of four of bytes. */
export function sizeFacet(size: number): number {
  return Math.floor(Math.log2(size + 1) / 2);
}

const LAST_SIZE_FACET = 26;

export function sizeFacets(from: number, to: number): number[] {
  const first = sizeFacet(Math.max(0, from));
  const last = to === Infinity ? LAST_SIZE_FACET : sizeFacet(Math.max(0, to));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
