import type { ErrorCode } from "../../../protocol/errors.ts";
import type { CommitResponse, OperationInput } from "../../../protocol/tree.ts";

interface Queued {
  /** Of a commit its operation id. */
  readonly id: string;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

export interface QueuedCommit extends Queued {
  readonly kind: "commit";
  /** All of one space. */
  readonly operations: readonly OperationInput[];
  /** The shared folder that they are in; absent: the account's own space. */
  readonly space?: string;
  /** The epoch that it was decided on; absent where it is as good in any. */
  readonly epoch?: string;
}

export interface QueuedStar extends Queued {
  readonly kind: "star";
  readonly node: string;
  readonly starred: boolean;
}

/** An edit that waits for the server's answer. Plain data: it is stored, and told to other tabs. */
export type QueuedEdit = QueuedCommit | QueuedStar;

/** The server's last word on an edit. */
export type Answer =
  | { readonly type: "committed"; readonly response: CommitResponse }
  | { readonly type: "starred" }
  /** As a whole: nothing of it was done. */
  | { readonly type: "refused"; readonly code: ErrorCode; readonly detail: string };
