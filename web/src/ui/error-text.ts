import { HttpError, NetworkError, ServerTooOld } from "../../../client/http-errors.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/strings.ts";
import { isMissingPart } from "./missing-parts.ts";

/** What went wrong, for a person, and where possible what to do. Takes whatever was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof LedgeError) return errorCodeText(error.code, error.detail);
  if (error instanceof HttpError && error.status < 500 && error.message) return error.message;
  if (isMissingPart(error)) return strings.errors.missingPart.notice;
  if (error instanceof NetworkError || isFetchFailure(error)) return strings.errors.network;
  if (error instanceof ServerTooOld) return strings.errors.serverTooOld;
  return strings.errors.unknown;
}

/** As `errorText`, for an error that came as a code: of an operation, or out of the outbox. */
export function errorCodeText(code: string, detail?: string): string {
  if (Object.hasOwn(strings.errors.byCode, code)) return strings.errors.byCode[code] ?? strings.errors.unknown;
  return detail ? sentence(detail) : strings.errors.unknown;
}

/** Whether the server could not be reached: what helps is waiting, not changing what was asked. */
export function isNetworkError(error: unknown): boolean {
  return error instanceof NetworkError || isFetchFailure(error);
}

/** As browsers say it where no answer came. */
function isFetchFailure(error: unknown): boolean {
  return error instanceof TypeError && !isMissingPart(error) && /fetch|load/i.test(error.message);
}

/** The server's details are fragments, lower case and without a full stop. */
function sentence(detail: string): string {
  return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${/[.!?…]$/.test(detail) ? "" : "."}`;
}
