import { ERRORS, LedgeError, type ErrorCode } from "../protocol/errors.ts";
import { HttpError, NetworkError, ServerTooOld } from "../client/http-errors.ts";
import { ReplicaBusy } from "../client/ports/replica-lock.ts";
import { SyncEnded, type EndReason } from "../client/sync/ended.ts";

/** What the shell gets; described in docs/cli.md and stable. */
export const EXIT = {
  ok: 0,
  /** Some items of several failed, or one failed for a reason that has no code of its own. */
  failed: 1,
  usage: 2,
  auth: 3,
  notFound: 4,
  conflict: 5,
  quota: 6,
  /** The server could not be reached, failed, or is too old. */
  server: 7,
  interrupted: 130,
} as const;

/** Bad input that the command line's parser could not know. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ctrl-C. The reason of the abort signal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

function ofStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  if (status >= 500 || status === 429) return EXIT.server;
  return EXIT.failed;
}

function exitCodeOfCode(code: ErrorCode): number {
  if (code === "invalid_search") return EXIT.usage;
  return code === "over_quota" ? EXIT.quota : ofStatus(ERRORS[code][0]);
}

/** For items that failed by themselves: one alone says why; several are "some failed". */
export function exitCodeOfFailures(failures: readonly { readonly code?: string }[]): number {
  const code = failures.length === 1 ? failures[0]?.code : undefined;
  return code !== undefined && Object.hasOwn(ERRORS, code) ? exitCodeOfCode(code as ErrorCode) : EXIT.failed;
}

const OF_END: Readonly<Record<EndReason, number>> = {
  "root-lost": EXIT.failed,
  "remote-root-gone": EXIT.notFound,
  revoked: EXIT.auth,
  refused: EXIT.auth,
  "wrong-root": EXIT.usage,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof SyncEnded) return OF_END[error.reason];
  if (error instanceof ReplicaBusy) return EXIT.conflict;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof LedgeError) return exitCodeOfCode(error.code);
  if (error instanceof HttpError) return ofStatus(error.status);
  return error instanceof NetworkError || error instanceof ServerTooOld ? EXIT.server : EXIT.failed;
}
