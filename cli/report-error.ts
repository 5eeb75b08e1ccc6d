import { HttpError, NetworkError, ServerTooOld } from "../client/http-errors.ts";
import { ReplicaBusy } from "../client/ports/replica-lock.ts";
import { SyncEnded } from "../client/sync/ended.ts";
import { LedgeError } from "../protocol/errors.ts";
import { Interrupted, UsageError } from "./exit-codes.ts";
import { printable } from "./output.ts";

/** Says on standard error what went wrong and, with `json`, on standard output as `{"error": …}`. */
export function reportError(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`ledge: ${printable(message)}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: codeOf(error), message } })}\n`);
}

/** The server's code, why a sync ended, or one of `busy`, `usage`, `unreachable`, `server_too_old`, `interrupted`, `failed`. */
function codeOf(error: unknown): string {
  if (error instanceof SyncEnded) return error.reason.replaceAll("-", "_");
  if (error instanceof ReplicaBusy) return "busy";
  if (error instanceof LedgeError) return error.code;
  if (error instanceof HttpError) return error.code ?? `http_${error.status}`;
  if (error instanceof UsageError) return "usage";
  if (error instanceof NetworkError) return "unreachable";
  if (error instanceof ServerTooOld) return "server_too_old";
  return error instanceof Interrupted ? "interrupted" : "failed";
}
