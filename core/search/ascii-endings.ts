import { WORD_CHARACTERS, type Word } from "./words.ts";

const LETTER = /[a-z0-9]/;

/** Whether `asciiEndings` is of use: of others, words are to be folded before anything can be said of them. */
export function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

/**
 * The words of an ASCII text that have any of those that are sought in them, in order, each as the last of up to `count` words
 * that follow each other. It goes from one to the next without looking at those between, which is what most of a text is.
 *
 * @param sought - Folded words of ASCII letters and digits, one at least.
 * @param most - Words of the text that are looked at.
 */
export function* asciiEndings(
  text: string,
  sought: readonly string[],
  count: number,
  most: number,
): Generator<Word[], void, void> {
  const lower = text.toLowerCase();
  const limit = beginningOf(lower, most);
  const pattern = new RegExp(sought.join("|"), "g");
  for (let match = pattern.exec(lower); match && match.index < limit; match = pattern.exec(lower)) {
    const words = [wordAt(lower, match.index)];
    pattern.lastIndex = words[0]?.end ?? lower.length;
    while (words.length < count) {
      const before = lastLetter(lower, words[0]?.start ?? 0);
      if (before < 0) break;
      words.unshift(wordAt(lower, before));
    }
    yield words;
  }
}

/** Where the word begins that has so many before it; the end where there are not as many. */
function beginningOf(lower: string, before: number): number {
  // Words have something between them.
  if (lower.length <= 2 * before) return lower.length;
  let count = 0;
  for (const { index } of lower.matchAll(/[a-z0-9]+/g)) if (count++ === before) return index;
  return lower.length;
}

/** The last place before `end` that is of a word; -1 where there is none. */
function lastLetter(lower: string, end: number): number {
  let at = end - 1;
  while (at >= 0 && !LETTER.test(lower.charAt(at))) at--;
  return at;
}

function wordAt(lower: string, at: number): Word {
  let start = at;
  while (start > 0 && LETTER.test(lower.charAt(start - 1))) start--;
  let end = at;
  while (LETTER.test(lower.charAt(end))) end++;
  return { folded: lower.slice(start, Math.min(end, start + WORD_CHARACTERS)), isRun: false, start, end };
}
