import type { Operation, OperationResult } from "../../protocol/tree.ts";
import { nameKey } from "../names.ts";
import { heldContent } from "./content.ts";
import { newNode, reuse } from "./create-folder.ts";
import type { TreeDraft } from "./draft.ts";
import { done, isFailure } from "./failure.ts";
import { findTarget, freeId, freeName } from "./place.ts";
import { addVersion } from "./update-file.ts";

export function createFile(draft: TreeDraft, operation: Extract<Operation, { type: "createFile" }>): OperationResult {
  const parent = findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  const content = heldContent(draft, operation.chunks);
  if (isFailure(content)) return content;
  const { mtime, executable } = operation;
  if (operation.onConflict === "replace") {
    const holder = draft.holder(parent.id, nameKey(operation.name));
    if (holder?.type === "file") {
      const named = reuse(draft, holder, operation.id);
      return named.ok
        ? done(addVersion(draft, holder, { content: content.id, size: content.size, mtime, executable }, content))
        : named;
    }
  }
  const id = freeId(draft, operation.id);
  if (typeof id !== "string") return id;
  const free = freeName(
    draft,
    parent.id,
    operation.name,
    { id, type: "file" },
    operation.onConflict === "rename" ? "rename" : "fail",
  );
  if (isFailure(free)) return free;
  const file = { ...newNode(draft, id, "file", mtime), parent: parent.id, name: free.name };
  return done(addVersion(draft, file, { content: content.id, size: content.size, mtime, executable }, content));
}
