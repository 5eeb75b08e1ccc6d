import type { Node, OperationResult } from "../../protocol/tree.ts";
import { newNode } from "./create-folder.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure, type Failure } from "./failure.ts";
import { findTarget, freeId, place } from "./place.ts";

/** Makes a folder that stands for somebody else's shared folder (M5). No client's: it takes a membership. */
export interface MountOperation {
  readonly type: "mount";
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  /** The shared folder's id. */
  readonly folder: string;
  readonly onConflict: "fail" | "rename";
}

export function mount(draft: TreeDraft, operation: MountOperation): OperationResult {
  const parent = findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  if (draft.sharedAbove(parent).length > 0) return inShared();
  const id = freeId(draft, operation.id);
  if (typeof id !== "string") return id;
  const node = { ...newNode(draft, id, "folder", draft.now), mount: operation.folder };
  const placed = place(draft, node, parent, operation.name, operation.onConflict);
  return isFailure(placed) ? placed : done(placed);
}

/**
 * Why `node` cannot go into `parent`, or null: mounts are in no shared folder, nor is a folder that has some, in the trash or
 * not, so that no member meets what others share with the owner (M5).
 */
export function mountProblem(draft: TreeDraft, node: Node, parent: Node): Failure | null {
  if (node.type === "file" || draft.sharedAbove(parent).length === 0) return null;
  if (node.mount !== undefined) return inShared();
  // What is in a shared folder has no mounts.
  if (draft.sharedAbove(node).length > 0) return null;
  return draft.mounts().some((each) => isWithin(draft, each, node)) ? inShared() : null;
}

function inShared(): Failure {
  return fail("mount_in_shared", "what others share with you cannot be in a folder that you share, nor in its trash");
}

function isWithin(draft: TreeDraft, node: Node, folder: Node): boolean {
  const above = draft.ancestors(node);
  const depth = above.findIndex(({ id }) => id === folder.id);
  return depth >= 0 && above.slice(0, depth).every(({ state }) => state !== "purged");
}
