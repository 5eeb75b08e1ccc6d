import { LedgeError } from "../../protocol/errors.ts";
import { NetworkError, ServerTooOld } from "../http-errors.ts";

/** A failure that no other file would escape: it ends the run. */
export function isFatal(error: unknown): boolean {
  if (error instanceof NetworkError || error instanceof ServerTooOld) return true;
  return error instanceof LedgeError && ["unauthenticated", "insufficient_scope", "rate_limited"].includes(error.code);
}
