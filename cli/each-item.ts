import { LedgeError } from "../protocol/errors.ts";
import type { CliContext } from "./context.ts";
import { EXIT, exitCodeOf, exitCodeOfFailures, UsageError } from "./exit-codes.ts";
import { reportError } from "./report-error.ts";

/**
 * Does `work` for each of the things that a command line names, in order. One that fails is reported, and the others are
 * done all the same; what would fail them all (no access, no server, Ctrl-C) rejects at once.
 */
export async function eachItem(
  context: CliContext,
  items: readonly string[],
  work: (item: string) => Promise<void>,
): Promise<void> {
  const failures: { code?: string }[] = [];
  for (const item of items) {
    context.signal.throwIfAborted();
    try {
      await work(item);
    } catch (error) {
      if (items.length === 1 || !isOfItem(error)) throw error;
      reportError(error, context.json);
      failures.push(error instanceof LedgeError ? { code: error.code } : {});
    }
  }
  if (failures.length > 0) context.failedSome(exitCodeOfFailures(failures));
}

function isOfItem(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  const code = exitCodeOf(error);
  return error instanceof LedgeError && code !== EXIT.auth && code !== EXIT.server;
}

/** Names `path` in the error of what was tried with it; `hint` tells the way out of a name conflict. */
export async function about<T>(path: string, work: Promise<T>, hint?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LedgeError) || !isOfItem(error)) throw error;
    const more = hint !== undefined && error.code === "name_conflict" ? ` (${hint})` : "";
    throw new LedgeError(error.code, `${path}: ${error.message}${more}`, error.extra);
  }
}

/** For commands that have the option. */
export const RENAME_HINT = "--rename takes a free name";
