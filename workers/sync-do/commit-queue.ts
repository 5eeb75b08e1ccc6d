import type { ErrorCode } from "../../protocol/errors.ts";
import type { CommitRequest, CommitResponse } from "../../protocol/tree.ts";

/** One commit on its way to a space's single writer. */
export interface CommitInput {
  /** Binding name of the shard that the space lives on. */
  readonly shard: string;
  readonly spaceId: string;
  readonly ownerId: string;
  readonly authorId: string;
  /** SHA-256, hex, of what is asked for: tells a replay from a reused operation id. */
  readonly digest: string;
  readonly request: CommitRequest;
}

/** What became of it: values, because errors lose their members on the way through RPC. */
export type CommitOutcome =
  | { readonly ok: true; readonly response: CommitResponse; readonly bookmark: string | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };
