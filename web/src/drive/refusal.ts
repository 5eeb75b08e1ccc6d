import { ServerTooOld } from "../../../client/http-errors.ts";
import { ERRORS, LedgeError, type ErrorCode } from "../../../protocol/errors.ts";

/** Errors that say something of the moment and not of what was asked. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["unauthenticated", "rate_limited", "busy", "internal"]);

/**
 * The server's final word on a request that failed; null where it is worth another try: the network, a server that is
 * busy, a session that is over (somebody may sign in again), or an answer that is none of Ledge's.
 */
export function refusalOf(error: unknown): { readonly code: ErrorCode; readonly detail: string } | null {
  if (error instanceof LedgeError && !PASSING.has(error.code)) {
    return { code: error.code, detail: error.detail ?? ERRORS[error.code][1] };
  }
  if (error instanceof ServerTooOld) return { code: "internal", detail: error.message };
  return null;
}
