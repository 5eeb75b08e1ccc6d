import type { Role } from "../../protocol/members.ts";
import type { Changes, CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { SyncCommitOptions, SyncRemote } from "./sync-remote.ts";

/** A shared folder by its own routes: nodes as its members see them, its own id for the root's. */
export interface SharedSpaceRemote extends Pick<SyncRemote, "send" | "fetch" | "read"> {
  /** One page after a cursor; without one no changes and a cursor for now. */
  changes(cursor: string | undefined, signal: AbortSignal): Promise<Changes>;
  /** What is live in these folders; those that are no longer there are left out. */
  list(folders: readonly string[], signal: AbortSignal): AsyncIterable<Node>;
  commit(operations: readonly OperationInput[], options: SyncCommitOptions): Promise<CommitResponse>;
}

/** The shared folders that the account has. Rejects as `SyncRemote` does. */
export interface SharedSpaces {
  /** What the account may do in each. */
  roles(signal: AbortSignal): Promise<ReadonlyMap<string, Role | "owner">>;
  /** The same object for the same folder. */
  open(folder: string): SharedSpaceRemote;
}
