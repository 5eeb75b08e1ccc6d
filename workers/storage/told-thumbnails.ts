/** A version, as far as it matters to who may know of its thumbnail. */
export interface MadeVersion {
  /** The space's, and the content's. */
  readonly ownerId: string;
  readonly authorId: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** So long the Worker takes at most, as a rule, to make what is new. Milliseconds. */
const USUAL_MS = 60_000;
/** Clocks of two machines may differ by so much. */
const SKEW_MS = 1_000;

/**
 * Whether somebody other than the owner is told what is known of a version's thumbnail. What was there before the version tells
 * of a file that the owner holds elsewhere, to who made the version of the same bytes (M6): it is told once it might as well have
 * been made since; what a browser gave before, not at all.
 *
 * @param thumbnail - Whether a browser gave it, and since when, ms, it is given, or being made.
 */
export function isTold(
  { isGiven, since }: { readonly isGiven: boolean; readonly since: number },
  { ownerId, authorId, createdAt }: MadeVersion,
  now: number,
): boolean {
  if (authorId === ownerId) return true;
  if (since + SKEW_MS >= createdAt) return true;
  return !isGiven && now >= createdAt + USUAL_MS;
}
