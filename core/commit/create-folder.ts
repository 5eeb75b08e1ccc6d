import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import { nameKey } from "../names.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure } from "./failure.ts";
import { findTarget, freeId, place } from "./place.ts";

export function createFolder(
  draft: TreeDraft,
  operation: Extract<Operation, { type: "createFolder" }>,
): OperationResult {
  const parent = findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  if (operation.onConflict === "reuse") {
    const holder = draft.holder(parent.id, nameKey(operation.name));
    if (holder?.type === "folder" && holder.mount === undefined) return reuse(draft, holder, operation.id);
  }
  const id = freeId(draft, operation.id);
  if (typeof id !== "string") return id;
  const folder = newNode(draft, id, "folder", operation.mtime ?? draft.now);
  const placed = place(draft, folder, parent, operation.name, operation.onConflict === "rename" ? "rename" : "fail");
  return isFailure(placed) ? placed : done(placed);
}

/** Answers a node that is there already; later operations of the commit may name it by `id`. */
export function reuse(draft: TreeDraft, node: Node, id: string | undefined): OperationResult {
  if (id === undefined || id === node.id) return done(node);
  const holder = draft.node(id);
  if (holder !== null && holder.id !== node.id) return fail("id_conflict", `the id ${id} is in use`);
  draft.aliases.set(id, node.id);
  return done(node);
}

/** A node as it begins, in no folder yet. */
export function newNode(draft: TreeDraft, id: string, type: "file" | "folder", mtime: number): Node {
  return {
    id,
    space: draft.state.space,
    parent: null,
    name: "",
    type,
    state: "live",
    version: 0,
    content: null,
    size: 0,
    mtime,
    executable: false,
    seq: 0,
    createdAt: draft.now,
    trashedAt: null,
  };
}
