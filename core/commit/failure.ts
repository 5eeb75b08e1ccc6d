import type { ErrorCode } from "../../protocol/errors.ts";
import type { Node, OperationResult } from "../../protocol/tree.ts";

/** Why an operation was not carried out: its result. */
export type Failure = Extract<OperationResult, { ok: false }>;

export function fail(code: ErrorCode, detail: string, extra: { node?: Node; missing?: string[] } = {}): Failure {
  return { ok: false, code, detail, ...extra };
}

export function isFailure(value: object): value is Failure {
  return "ok" in value && value.ok === false;
}

export function done(node: Node): OperationResult {
  return { ok: true, node };
}
