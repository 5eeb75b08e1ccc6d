import type { Node } from "../../../protocol/tree.ts";

/**
 * `waiting`: for its turn or the connection; `sending`: its bytes are read and sent; `saving`: the server has them, and is
 * told the name; `conflict`: its name is taken, and a person decides; `lost`: this browser cannot read the file any more,
 * and a person has to choose it again.
 */
export type UploadState = "waiting" | "sending" | "saving" | "paused" | "conflict" | "lost" | "failed" | "done";

/** What became wrong. `code` is the server's (protocol/errors.ts), or one of this browser's. */
export interface UploadProblem {
  readonly code: string;
  readonly detail: string;
}

/** What to do about a name that is taken (B13). */
export type ConflictChoice = "rename" | "replace" | "skip";

/** A file, or an empty folder, on its way into the tree. */
export interface UploadItem {
  /** Also the id of the node that it makes. */
  readonly id: string;
  /** `save`: a new version of a file that is there. */
  readonly kind: "file" | "folder" | "save";
  /** The folder that was chosen as target. */
  readonly folder: string;
  /** Names of the folders below that, the topmost first. */
  readonly path: readonly string[];
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  readonly state: UploadState;
  /** Bytes that the server has, or that are under way in a request. */
  readonly sent: number;
  /** Of `failed` and `lost`. */
  readonly problem: UploadProblem | null;
  /** What has the name, of a `conflict`. */
  readonly existing: Node | null;
  /** What was made, once `done`. */
  readonly node: Node | null;
}

/** A file handle outlives the page: it reads the file again where the browser still allows it. */
export type FileSource = File | FileSystemFileHandle;

/** What somebody chose to upload. */
export interface NewUpload {
  readonly kind: "file" | "folder";
  readonly path: readonly string[];
  readonly name: string;
  /** Null for a folder. */
  readonly file: File | null;
  readonly handle?: FileSystemFileHandle | undefined;
  /** What has the name, where that is known. */
  readonly existing?: Node;
}

/** An upload as it outlives the page. */
export interface KeptUpload {
  readonly id: string;
  /** Items go in this order. */
  readonly order: number;
  readonly account: string;
  /** The tab that works on it. */
  readonly owner: string;
  readonly kind: UploadItem["kind"];
  readonly folder: string;
  /** The shared folder of somebody else's that it goes into; null or absent: the account's own space. */
  readonly sharedIn?: string | null;
  readonly path: readonly string[];
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
  /** What a person decided. */
  readonly onConflict: "fail" | "rename" | "replace";
  /** The version that a save is based on. */
  readonly base: SaveBase | null;
  readonly isPaused: boolean;
}

export interface SaveBase {
  readonly node: string;
  readonly version: number;
}

/** Whether nothing more happens to it unless somebody does something. */
export function isAtRest(state: UploadState): boolean {
  return state !== "waiting" && state !== "sending" && state !== "saving";
}

/** Whether it asks for somebody's decision or help. */
export function needsHelp(state: UploadState): boolean {
  return state === "conflict" || state === "lost" || state === "failed";
}
