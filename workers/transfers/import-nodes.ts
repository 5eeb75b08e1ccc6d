import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { LedgeError, type ErrorCode } from "../../protocol/errors.ts";
import type { OperationResult } from "../../protocol/tree.ts";
import { commitTo } from "./commit-to.ts";
import { copyChunks, missingChunks, requireRoom } from "./copy-chunks.ts";
import type { Run } from "./kind.ts";
import { sizeOf, type CopyPlan } from "./plan-copy.ts";

/** Operations of one commit. */
const COMMIT_OPERATIONS = 500;

/** Failures of imports that mean that the source or the copy is no longer what the plan was made from: it is made anew. */
const PASSING: readonly string[] = ["stale_base", "chunks_missing", "parent_not_found", "name_conflict", "busy"];

/**
 * Copies the bytes that a plan needs.
 *
 * @returns how many of the plan's bytes are at the target by now; null where that is all of them.
 * @throws LedgeError as `copyChunks`, and `over_quota` before the first byte where what is missing is more than there is room for.
 */
export async function copyBytes(run: Run, plan: CopyPlan): Promise<number | null> {
  if (plan.chunks.length === 0) return null;
  const missing = await missingChunks(run, plan.chunks);
  if (missing.length === 0) return null;
  await requireRoom(run, sizeOf(missing));
  const left = await copyChunks(run, missing);
  return left === 0 ? null : Math.max(0, plan.bytes - left);
}

/** Carries out imports, out of sight. @throws LedgeError `busy` where they are to be planned anew, else why they cannot be. */
export async function importNodes(run: Run, operations: readonly AnyOperation[]): Promise<void> {
  for (let at = 0; at < operations.length; at += COMMIT_OPERATIONS) {
    const part = operations.slice(at, at + COMMIT_OPERATIONS);
    requireDone(await commitTo(run, run.to, run.to.scope, part));
  }
}

/** @throws LedgeError for the first of the imports that failed. */
export function requireDone(results: readonly OperationResult[]): void {
  for (const result of results) {
    if (result.ok) continue;
    if (PASSING.includes(result.code)) throw new LedgeError("busy", `an import is to be made anew: ${result.detail}`);
    throw new LedgeError(result.code as ErrorCode, result.detail);
  }
}
