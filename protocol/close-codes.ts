/** Close codes beyond the standard's. */
export const CLOSE = {
  /** The session, token or device was revoked: do not come back with it. */
  revoked: 4401,
  /** The credential lived until now when the ticket was made; it may live longer since: subscribe again. */
  expired: 4408,
  /** Another socket of the same device was opened. */
  replaced: 4409,
} as const;
