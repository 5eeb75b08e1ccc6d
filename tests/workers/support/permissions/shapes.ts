import type { Role } from "../../../../protocol/members.ts";
import type { LinkPermission } from "../../../../protocol/share.ts";

/** Who takes part, by a letter. */
export type User = string;
/** What a request is about: the asker's home, or the shared folder of this id. */
export type Base = string | null;

export interface ModelNode {
  readonly id: string;
  readonly owner: User;
  readonly type: "file" | "folder";
  /** The shared folder that it stands for. */
  readonly mount?: string;
  parent: string | null;
  state: "live" | "trashed" | "purged";
  name: string;
  /** The words of all names that it ever had. */
  readonly words: Set<string>;
  /** What each of its versions holds, by one word each; none of a folder. */
  readonly bodies: string[];
}

export interface Share {
  readonly owner: User;
  readonly members: Map<User, { role: Role; mount: string | null }>;
  readonly invited: Map<User, Role>;
  /** What was put in the trash in it while it was shared. */
  readonly trashed: Set<string>;
}

export interface ModelLink {
  readonly id: string;
  readonly owner: User;
  readonly node: string;
  readonly permission: LinkPermission;
  readonly hasPassword: boolean;
  revoked: boolean;
}

/** An operation of a commit, as far as it matters here. */
export type ModelOperation =
  | { type: "createFolder"; parent: string; name: string }
  | { type: "createFile"; parent: string; name: string; body: string }
  | { type: "updateFile"; node: string; baseVersion: number; body: string }
  | { type: "move"; node: string; parent?: string; name?: string }
  | { type: "copy"; node: string; parent: string }
  | { type: "trash" | "purge"; node: string }
  | { type: "restore"; node: string; parent?: string }
  | { type: "restoreVersion"; node: string; version: number };
