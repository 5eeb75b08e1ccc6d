import type { ChunkRef } from "../../protocol/content.ts";
import type { CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { RemoteFile } from "../download/fetch-file.ts";
import type { ReplicaPath, Stamp } from "./replica-files.ts";

/** Begins the names of the partial files that a `SyncRemote` keeps for itself: chunks that came before their file. */
export const EARLY_PREFIX = "chunk-";

/** A local file whose every byte the server holds now. */
export interface SentFile {
  readonly content: string;
  readonly chunks: readonly ChunkRef[];
  /** What the file was, before and after it was read. */
  readonly stamp: Stamp;
}

/**
 * What of the remote tree one commit can change, and one sequence counts: the account's own space, or a shared folder of
 * somebody else's, by its id. Nothing is moved from one to another. Undefined: the account's own.
 */
export type Realm = string | undefined;

/** A node of the merged tree. A folder with `mount` stands for that realm: what is in it is of that. */
export interface RemoteNode extends Node {
  readonly realm?: Realm;
}

/** A realm that is no more in the tree: it was taken out of it, lost to this account (M9), or is its own by now (M13). */
export interface EndedRealm {
  readonly realm: string;
  readonly mount: string;
  readonly how: "closed" | "lost" | "owned";
}

/** Part of what changed: of one realm. */
export interface RemoteChanges {
  readonly realm?: Realm;
  readonly space?: string;
  readonly changes: readonly RemoteNode[];
  /** Nodes that are no longer in the realm, nor is what is below them. */
  readonly left?: readonly string[] | undefined;
  /** Whether `changes` were listed: they may have changed before the cursor. */
  readonly isListed?: boolean | undefined;
  /** Folders of `changes` whose content is told anew from here on: what is known below them holds no more. */
  readonly relisted?: readonly string[] | undefined;
  /** Whether the realm's history was replaced, and `changes` is all that is in it. */
  readonly isAnew?: boolean | undefined;
  readonly ended?: readonly EndedRealm[] | undefined;
  /** Nodes that were listed along with the changes: folders that came to be this account's own, with what is in them (M13). */
  readonly listed?: readonly RemoteNode[] | undefined;
  /** Realms that could not be read now, and why: what is known of them is as before. Whoever reads on is to ask again later. */
  readonly unread?: ReadonlyMap<string, string> | undefined;
  /** Realms in which this account may change nothing: all of them. Absent: as before. */
  readonly readOnly?: readonly string[] | undefined;
  /** How far all realms are known with this; see `client/sync/merged-cursor.ts`. */
  readonly cursor: string;
  readonly upToDate: boolean;
  /** The realm's. */
  readonly epoch: string;
}

/** The answer to a commit of one realm. The cursor is that realm's own. */
export interface RemoteCommitResponse extends CommitResponse {
  readonly realm?: Realm;
}

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** The realm that the file is in, or is to be in. */
  readonly realm?: Realm;
  /** Called as bytes are read and sent, or arrive. */
  readonly onBytes?: (bytes: number) => void;
}

export interface SyncCommitOptions {
  /** Made by the caller; the same one over the retries of a call. */
  readonly operationId: string;
  /** The epoch that the operations were decided on: `cursor_expired` where the server has another history by now (Y20). */
  readonly epoch?: string | undefined;
  /** Of all operations. */
  readonly realm?: Realm;
  readonly signal: AbortSignal;
}

/** A move of a node with all that is below it, and all versions, into another realm (SPEC M11). */
export interface RealmMove {
  /** Made by the caller: asked for again with it, the same move answers. */
  readonly id: string;
  readonly from: { readonly realm?: Realm; readonly node: string };
  readonly to: { readonly realm?: Realm; readonly parent: string };
  readonly name: string;
}

/** How far a move is. */
export interface RealmMoveState {
  readonly state: "copying" | "done" | "failed" | "cancelled";
  /** The node in its new place, which may have another id there; null until it is `done`. */
  readonly node: string | null;
  /** Copied so far; in all, null while that is being counted. */
  readonly bytes: number;
  readonly totalBytes: number | null;
  /** Changes whenever the server went on with it. */
  readonly revision: string;
  /** Why it failed. */
  readonly error: { readonly code: string; readonly detail: string } | null;
}

/** Moves between realms. What is asked for goes on by itself; until it is `done` the original is where it was. */
export interface RealmMoves {
  /** Rejects with `LedgeError` where it cannot be begun, with `ServerTooOld` where the server knows of no such moves. */
  begin(move: RealmMove, signal: AbortSignal): Promise<RealmMoveState>;
  /** `not_found` where it was never begun, or is long over. */
  look(id: string, signal: AbortSignal): Promise<RealmMoveState>;
  /** `transfer_ended` where it is too late. */
  cancel(id: string, signal: AbortSignal): Promise<RealmMoveState>;
}

/**
 * The server, as the sync engine needs it. Rejects with `LedgeError` (the server's refusal), `NetworkError` and the like
 * (after its own retries), `ReplicaChanged` (the local file is not what it was expected to be), the file system's
 * errors, or the signal's reason. Everything may be called again after any failure.
 */
export interface SyncRemote {
  /**
   * One page after a cursor; all from the beginning without one. `cursor_expired` where the epoch changed. `isKnown` tells
   * whether a node is in the tree as it is up to the cursor.
   */
  changes(cursor: string | undefined, signal: AbortSignal, isKnown: (node: string) => boolean): Promise<RemoteChanges>;
  commit(operations: readonly OperationInput[], options: SyncCommitOptions): Promise<RemoteCommitResponse>;
  /** Reads a file, cuts it, sends what the server lacks. Many calls at once share requests. */
  send(path: ReplicaPath, expected: Stamp, options: TransferOptions): Promise<SentFile>;
  /** The content id of a local file's bytes; sends nothing. */
  hash(path: ReplicaPath, expected: Stamp, options: TransferOptions): Promise<{ content: string; stamp: Stamp }>;
  /**
   * Brings a version into the partial file `name`: every chunk verified, synced to disk, with its mtime and executable bit.
   * Chunks that `base` (a local file with that content) has in common are taken from there. Many calls at once share requests.
   */
  fetch(
    file: RemoteFile,
    name: string,
    base: { readonly path: ReplicaPath; readonly content: string } | null,
    options: TransferOptions,
  ): Promise<void>;
  /**
   * A whole version in memory, for merging; rejects where it does not have `file.content`. Of the rest only node and version
   * count: size, mtime and executable bit of an older version are not known here.
   */
  read(file: RemoteFile, options: Pick<TransferOptions, "signal" | "realm">): Promise<Uint8Array>;
  /** Absent: it knows of none. */
  readonly moves?: RealmMoves | undefined;
  /** Files of which the server has lost bytes: sending those bytes again makes them whole. Absent: it cannot say. */
  damaged?(signal: AbortSignal): Promise<readonly { readonly id: string; readonly content: string }[]>;
}

/** What the server says unasked. */
export type PushMessage =
  /** The socket is open: whatever was said before may have been missed. */
  | { readonly type: "open" }
  /** Changes between two cursors, whole. */
  | { readonly type: "changes"; readonly changes: RemoteChanges; readonly base: string }
  /** Something changed. */
  | { readonly type: "poke" }
  /** Something changed in the shared folder `space`. */
  | { readonly type: "shared"; readonly space: string }
  /** The socket is closed; it is being opened again. */
  | { readonly type: "closed"; readonly reason: string }
  /** This device or its session was revoked: there is no coming back. */
  | { readonly type: "revoked" };

export interface PushChannel {
  /** Keeps a socket open until the signal aborts; calls `onMessage` in order. Never rejects. */
  run(onMessage: (message: PushMessage) => void, signal: AbortSignal): Promise<void>;
  /** Tells the server how far this device is. */
  acknowledge(cursor: string): void;
}
