/** How many attempts are let through: `burst` at once, and one more each `everyMs` milliseconds. */
export interface AttemptLimit {
  readonly burst: number;
  readonly everyMs: number;
}

/** Whether an attempt goes through, when the next one would (ms from now), and the state to keep. */
export interface Charge {
  readonly allowed: boolean;
  readonly waitMs: number;
  readonly paidUntil: number;
}

/**
 * A leaky bucket in one number (the generic cell rate algorithm, ITU-T I.371): `paidUntil` is when all past attempts
 * will have drained. A refused attempt costs nothing, so that retrying does not lengthen the wait.
 *
 * @param paidUntil - What the last charge answered; 0 at first. Milliseconds since 1970, as `now`.
 */
export function chargeAttempt(paidUntil: number, limit: AttemptLimit, now: number): Charge {
  const start = Math.max(paidUntil, now);
  const waitMs = start + limit.everyMs - now - limit.burst * limit.everyMs;
  if (waitMs > 0) return { allowed: false, waitMs, paidUntil: start };
  return { allowed: true, waitMs: 0, paidUntil: start + limit.everyMs };
}
