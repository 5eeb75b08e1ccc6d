import { partitionPoint } from "../partition-point.ts";
import { fold, type Word } from "./words.ts";

/** Korean letters that fold to a syllable's beginning, its vowel and its end: composed ones, compatible ones, half-width ones. */
const LEAD = "\\u1100-\\u1112\\u3131-\\u314e\\uffa1-\\uffbe";
const VOWEL = "\\u1161-\\u1175\\u314f-\\u3163\\uffc2-\\uffdc";
const END = "\\u11a8-\\u11c2\\u3133\\u3135\\u3136\\u313a-\\u313f\\uffa3\\uffa5\\uffa6\\uffaa-\\uffaf";

/** A character with what is written on it: also the vowels and the end of a Korean syllable, and half-width kana's voice. */
const CHARACTER = new RegExp(
  `(?:[${LEAD}][${VOWEL}][${END}]?|[가-힣][${END}]|[^])[\\p{M}\\u1160-\\u11ff\\ud7b0-\\ud7fb\\uff9e\\uff9f]*`,
  "gu",
);

/**
 * Tells where a part of what a word is folded to is in its text, UTF-16 code units: folding makes characters of several, and
 * several of one. The whole word where its characters, folded one by one, are not what it is folded to.
 *
 * @returns A function of the part's beginning and its length, which is at least 1, both in the folded word. It goes through no
 *   more of the word than it was asked about, and through none of it twice.
 */
export function unfolding(text: string, word: Word): (at: number, length: number) => [from: number, to: number] {
  const { folded, start, end } = word;
  const rest = foldedCharacters(text, word);
  const known: FoldedCharacter[] = [];
  const isInPlace = folded.length === end - start && text.startsWith(folded, start);
  return (at, length) => {
    if (isInPlace) return [start + at, start + at + length];
    while ((known.at(-1)?.end ?? 0) < at + length) {
      const { value, done } = rest.next();
      if (done) return [start, end];
      known.push(value);
    }
    return [characterAt(known, at)?.from ?? start, characterAt(known, at + length - 1)?.to ?? end];
  };
}

/** The last that begins at a place or before it: a run may have as many characters as its text. */
function characterAt(known: readonly FoldedCharacter[], place: number): FoldedCharacter | undefined {
  return known[partitionPoint(known.length, (index) => (known[index]?.at ?? Infinity) <= place) - 1];
}

interface FoldedCharacter {
  /** In the folded word. */
  readonly at: number;
  readonly end: number;
  /** In the text. */
  readonly from: number;
  readonly to: number;
}

/** Those that are folded to something, as long as they make up the word. */
function* foldedCharacters(text: string, { folded, start, end }: Word): Generator<FoldedCharacter, void, void> {
  let at = 0;
  for (const match of text.slice(start, end).matchAll(CHARACTER)) {
    const [character] = match;
    const piece = fold(character);
    // Of a long word, which is cut, maybe only a part.
    if (!folded.startsWith(piece.slice(0, folded.length - at), at)) return;
    const from = start + match.index;
    if (piece !== "") yield { at, end: at + piece.length, from, to: from + character.length };
    at += piece.length;
  }
}
