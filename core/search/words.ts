import { nameKey } from "../names.ts";

/** A piece of a text that is found as one: a word of letters and digits, or a run of characters of a script without spaces. */
export interface Word {
  /** Folded: without case, accents and width. Only letters, digits and marks. */
  readonly folded: string;
  /** Found by its parts of two characters and more instead of by its beginning. */
  readonly isRun: boolean;
  /** Where it is in the text, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Longer words (base64, hashes of hashes) are found by this many characters of theirs; runs by all of them. */
export const WORD_CHARACTERS = 40;

/** The last ones are written among kana and Chinese characters, of no script by themselves: half of a width, too. */
const RUN =
  "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Bopo}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Tibt}ーｰﾞﾟ〆";
const RUN_CHARACTER = new RegExp(`[${RUN}]`, "u");
/** Fast where a text is ASCII, which most is. */
const PIECE = new RegExp(
  `[A-Za-z0-9]+(?![\\p{L}\\p{N}\\p{M}])|(?:[${RUN}]\\p{M}*)+|(?:(?![${RUN}])[\\p{L}\\p{N}\\p{M}])+`,
  "gu",
);

/**
 * Points above and below letters, of Hebrew and Arabic as well; not those that Indic and Thai words are spelled with. And what
 * chooses how a character is drawn, or a frame around it: emoji are followed by it, and numbers that are shown as one.
 */
const ACCENTS =
  /[\u0300-\u036f\u20d0-\u20f0\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\p{Variation_Selector}]/gu;

/** What Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ħ: "h",
  ŧ: "t",
};

/** The words of a text, in order. Those of a run of letters follow each other without a gap. */
export function* wordsOf(text: string): Generator<Word, void, void> {
  for (const match of text.matchAll(PIECE)) {
    const [piece] = match;
    const isRun = RUN_CHARACTER.test(piece);
    const folded = fold(piece);
    if (folded === "") continue;
    yield { folded: isRun ? folded : cut(folded), isRun, start: match.index, end: match.index + piece.length };
  }
}

/** Without case, accents and width; of letters and digits only. */
export function fold(word: string): string {
  if (/^[a-z0-9]*$/.test(word)) return word;
  if (/^[A-Za-z0-9]*$/.test(word)) return word.toLowerCase();
  return nameKey(word.normalize("NFKD").replace(ACCENTS, ""))
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .replace(/[øłđðþæœıħŧ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[\x00-\x2f\x3a-\x60\x7b-\x7f\s]/g, "");
}

function cut(word: string): string {
  return word.length <= WORD_CHARACTERS ? word : [...word].slice(0, WORD_CHARACTERS).join("");
}

/** Its characters by twos, then the last by itself, so that one character is found as the beginning of two. */
export function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.map((character, i) => character + (characters[i + 1] ?? ""));
}

/** Its characters by threes; none where it has fewer. */
export function threesOf(word: string): string[] {
  const characters = [...word];
  return characters.slice(2).map((character, i) => `${characters[i]}${characters[i + 1]}${character}`);
}
