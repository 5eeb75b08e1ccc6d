import { isFatal } from "../../../../client/download/fatal.ts";
import { contentId, type ChunkRef } from "../../../../protocol/content.ts";
import { LedgeError } from "../../../../protocol/errors.ts";
import type { Node, OperationResult } from "../../../../protocol/tree.ts";
import type { UploadProblem } from "../upload-item.ts";

/** What is to become of an item. */
export type Outcome =
  | { readonly next: "done"; readonly node: Node | null }
  /** Its name is taken, or somebody saved a newer version. */
  | { readonly next: "conflict"; readonly existing: Node | null }
  /** From the beginning, and its folders anew. */
  | { readonly next: "again"; readonly problem: UploadProblem }
  /** Its id is in use: by itself, where an answer was lost. */
  | { readonly next: "look" }
  /** Nothing can be sent for the moment. */
  | { readonly next: "wait"; readonly problem: UploadProblem }
  | { readonly next: "lost"; readonly problem: UploadProblem }
  | { readonly next: "failed"; readonly problem: UploadProblem };

/** What the browser throws where a chosen file changed, was moved, or may not be read any more. */
const UNREADABLE: ReadonlySet<string> = new Set(["NotReadableError", "NotFoundError", "NotAllowedError"]);

/** What follows from the answer to an item's operation. */
export function outcomeOf(result: OperationResult, chunks: readonly ChunkRef[]): Outcome {
  if (result.ok) return { next: "done", node: result.node };
  const { code, detail, node = null } = result;
  switch (code) {
    case "name_conflict":
    case "stale_base":
      // What is there is what was to come: there is nothing to decide.
      if (node?.state === "live" && node.content === contentId(chunks)) return { next: "done", node };
      return { next: "conflict", existing: node };
    case "id_conflict":
      return { next: "look" };
    case "chunks_missing":
    case "parent_not_found":
      return { next: "again", problem: { code, detail } };
    default:
      return { next: "failed", problem: { code, detail } };
  }
}

/** What follows from what was thrown while an item was read, sent or committed. */
export function outcomeOfError(error: unknown): Outcome {
  const detail = error instanceof Error ? error.message : String(error);
  if (isFatal(error) || (error instanceof LedgeError && error.code === "busy")) {
    return { next: "wait", problem: { code: error instanceof LedgeError ? error.code : "network", detail } };
  }
  if (error instanceof LedgeError) {
    const problem = { code: error.code, detail };
    const isOver = error.code === "upload_expired" || error.code === "upload_not_found";
    return isOver ? { next: "again", problem } : { next: "failed", problem };
  }
  if (error instanceof DOMException && UNREADABLE.has(error.name)) {
    return { next: "lost", problem: { code: error.name === "NotAllowedError" ? "not_allowed" : "unreadable", detail } };
  }
  return { next: "failed", problem: { code: "unknown", detail } };
}
