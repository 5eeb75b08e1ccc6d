import type { ChunkRef } from "../../../../protocol/content.ts";
import type { Node, OperationInput } from "../../../../protocol/tree.ts";
import type { KeptUpload } from "../upload-item.ts";
import type { Wish } from "./committer.ts";

/** What an upload is to become, once the server has its chunks. */
export function wishOf(kept: KeptUpload, chunks: ChunkRef[]): Wish {
  const { id, kind, folder: top, path, name, mtime, base, onConflict } = kept;
  if (kind === "folder") return { top, path: [...path, name], operation: null, chunks: 0 };
  const operation = (parent: string): OperationInput =>
    base
      ? { type: "updateFile", node: base.node, baseVersion: base.version, chunks, mtime }
      : { type: "createFile", id, parent, name, chunks, mtime, onConflict };
  // A version needs no folder: its file is where it is.
  return { top, path: base ? [] : path, operation, chunks: chunks.length };
}

/** An upload as somebody decided about the entry in its way. */
export function decided(kept: KeptUpload, choice: "rename" | "replace", existing: Node | null): KeptUpload {
  if (!kept.base) return { ...kept, onConflict: choice };
  if (choice === "rename") {
    const { folder, path, name } = kept;
    const place = existing?.parent
      ? { folder: existing.parent, path: [], name: existing.name }
      : { folder, path, name };
    return { ...kept, ...place, base: null, onConflict: "rename" };
  }
  return existing ? { ...kept, base: { node: existing.id, version: existing.version } } : kept;
}
