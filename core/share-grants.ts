/** What a guest may still fetch of a file that was charged once. */
export interface ShareGrant {
  /** Bytes. */
  readonly left: number;
  /** Milliseconds. */
  readonly until: number;
}

/** How long an interrupted download may be gone on with, in ms. */
export const GRANT_LIFETIME = 6 * 3_600_000;
/** Grants that one link keeps; of more, those that end first are forgotten. */
const MOST_GRANTS = 200;

/** Grants by whose and of what they are. */
export type ShareGrants = Readonly<Record<string, ShareGrant>>;

/**
 * What one charge buys: a file of `size` bytes, `asked` of which are about to be sent, and as much again, because what a
 * broken connection swallowed is not known at once. So one charge never sends more than twice the file.
 */
export function grantFor(grants: ShareGrants, key: string, size: number, asked: number, now: number): ShareGrants {
  const left = Math.max(0, leftOf(grants, key, now) + 2 * size - asked);
  const kept = Object.entries(grants).filter(([other, { until }]) => other !== key && until > now);
  const newest = kept.sort(([, a], [, b]) => b.until - a.until).slice(0, MOST_GRANTS - 1);
  return { ...Object.fromEntries(newest), [key]: { left, until: now + GRANT_LIFETIME } };
}

/** Takes `asked` bytes off a grant; null where it does not hold so many. */
export function useGrant(grants: ShareGrants, key: string, asked: number, now: number): ShareGrants | null {
  const left = leftOf(grants, key, now);
  const grant = grants[key];
  return grant && left >= asked ? { ...grants, [key]: { ...grant, left: left - asked } } : null;
}

/** Gives bytes back that were taken off a grant and not sent. */
export function settleGrant(grants: ShareGrants, key: string, unsent: number): ShareGrants {
  const grant = grants[key];
  return grant ? { ...grants, [key]: { ...grant, left: grant.left + unsent } } : grants;
}

/** Bytes that a grant holds now; 0 where there is none. */
export function leftOf(grants: ShareGrants, key: string, now: number): number {
  const grant = Object.hasOwn(grants, key) ? grants[key] : undefined;
  return grant && grant.until > now ? grant.left : 0;
}
