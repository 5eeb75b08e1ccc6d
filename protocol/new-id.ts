/** Crockford's base 32, lower case: no i, l, o, u. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 characters: 48 bits of time, 80 bits of randomness (the ULID layout, in lower case). */
export const ID_PATTERN = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * A new ULID in lower case. Sorting by id is sorting by creation time as the maker's clock had it;
 * nothing relies on that clock but locality in B-trees. Apart from the schemas, so that a page that only makes ids does
 * not load what parses them.
 */
export function newId(now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  let id = idTime(now);
  for (const byte of random) id += ALPHABET.charAt(byte & 31);
  return id;
}

/** The last millisecond that has ids, in the year 10889: 48 bits. */
const LAST = 2 ** 48 - 1;

/**
 * What all ids of a millisecond begin with, 10 characters: it sorts before them, and behind all earlier ones. What is later
 * than any id is taken for the last millisecond.
 */
export function idTime(millis: number): string {
  let text = "";
  let time = Math.min(millis, LAST);
  for (let i = 0; i < 10; i++) {
    text = ALPHABET.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  return text;
}
