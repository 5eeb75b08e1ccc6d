import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { find, standing } from "./place.ts";

/** Turns a node of the trash, there by itself or by an ancestor, into a tombstone. What is below is out of reach at once, and reaped in steps (T8). */
export function purge(draft: TreeDraft, operation: Extract<Operation, { type: "purge" }>): OperationResult {
  const node = find(draft, operation.node);
  if (isFailure(node)) return node;
  if (standing(draft, node) !== "trashed")
    return fail("not_trashed", "only what is in the trash can be purged", { node });
  if (!isLong(node)) draft.purged.push(node.id);
  return done(draft.put(tombstone(node)));
}

/** Versions of one file that go with its tombstone: a thousand files of as many are still one batch. */
const VERSIONS_AT_ONCE = 16;

/** True for a file whose versions are too many to go with its tombstone: the reaper takes them in steps (T8). */
export function isLong({ type, version }: Node): boolean {
  return type === "file" && version > VERSIONS_AT_ONCE;
}

/**
 * What is left of a purged node: that it was there, and where. A folder's keeps `trashedAt` until nothing is left to reap
 * below it, and a long file's until its versions are gone.
 */
export function tombstone(node: Node): Node {
  const trashedAt = node.type === "folder" || isLong(node) ? (node.trashedAt ?? 0) : null;
  const { mount: _, ...rest } = node;
  return { ...rest, name: "", state: "purged", version: 0, content: null, size: 0, executable: false, trashedAt };
}
