import { createHash } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** Characters of an id that say when it was made. */
const TIME = 10;

/**
 * An id that is always the same for the same seed and text, as unlikely to be another's as a random one, and unknown to who
 * does not know the seed. It sorts with those that were made when `like` was.
 */
export function derivedId(like: string, seed: string, text: string): string {
  const digest = createHash("sha256").update(`${seed}/${text}`).digest();
  let id = like.slice(0, TIME);
  for (let i = TIME; i < like.length; i++) id += ALPHABET.charAt((digest[i] ?? 0) & 31);
  return id;
}
