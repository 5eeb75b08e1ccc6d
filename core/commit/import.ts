import type { ChunkRef } from "../../protocol/content.ts";

/**
 * Makes a node as it is, or was, in a space of another owner (M11), or makes one that was imported before so. No client's.
 * What it is imported into is out of sight: `import` with `parent: null` makes a top that is in the trash without being listed
 * there, until `appear` puts it into its place.
 */
export interface ImportOperation {
  readonly type: "import";
  /** May be one that is trashed or purged in this space (M13): then that is what it becomes. */
  readonly id: string;
  /** Imported before, in this commit or another; null for the top. */
  readonly parent: string | null;
  readonly name: string;
  readonly of: "file" | "folder";
  readonly mtime: number;
  readonly createdAt: number;
  /** Below the top, what is in the trash there comes along as such (M13). Milliseconds; null: live. */
  readonly trashedAt: number | null;
  /** Of a file: all of them, oldest first, or those that follow `after`. */
  readonly versions: readonly ImportedVersion[];
  /** How many of its versions were imported before, by an earlier operation for the same node. */
  readonly after: number;
}

export interface ImportedVersion {
  readonly chunks: readonly ChunkRef[];
  readonly mtime: number;
  readonly executable: boolean;
  readonly createdAt: number;
  readonly author: string;
}

/** Puts an imported top into its place, with all that is below it: one row, whatever that is. */
export interface AppearOperation {
  readonly type: "appear";
  readonly node: string;
  readonly parent: string;
  readonly name: string;
  readonly onConflict: "fail" | "rename";
}
