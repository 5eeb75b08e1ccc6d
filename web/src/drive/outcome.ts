import type { ErrorCode } from "../../../protocol/errors.ts";
import type { Node, OperationInput } from "../../../protocol/tree.ts";
import type { EditOutcome } from "./drive.ts";
import type { Answer } from "./queued-edit.ts";

/** Operations that were sent together, and the server's answer. */
export interface AnsweredPart {
  readonly operations: readonly OperationInput[];
  readonly answer: Answer;
}

/** An operation that was carried out. */
export interface Done {
  readonly operation: OperationInput;
  readonly node: Node;
  /** The space's seq after its commit. */
  readonly seq: number;
}

export type Failed = EditOutcome["failed"][number];

/** What became of an edit's operations, in their order. */
export function gather(parts: readonly AnsweredPart[]): { done: Done[]; failed: Failed[] } {
  const done: Done[] = [];
  const failed: Failed[] = [];
  for (const { operations, answer } of parts) {
    operations.forEach((operation, at) => {
      const node = nodeOf(operation);
      if (answer.type === "refused") return failed.push({ node, code: answer.code, detail: answer.detail });
      if (answer.type === "starred") return 0;
      const { results, seq } = answer.response;
      const result = results[at];
      if (result?.ok) return done.push({ operation, node: result.node, seq });
      const { code = "internal", detail = "" } = result ?? {};
      return failed.push({ node, code: code as ErrorCode, detail });
    });
  }
  return { done, failed };
}

/** The node that an operation is about, as far as its maker knows. */
export function nodeOf(operation: OperationInput): string | null {
  return "node" in operation ? operation.node : (operation.id ?? null);
}
