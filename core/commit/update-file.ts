import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import type { VersionState } from "../tree-state.ts";
import { heldContent } from "./content.ts";
import type { NewContent, TreeDraft } from "./draft.ts";
import { done, fail, isFailure, type Failure } from "./failure.ts";
import { find, place, standing } from "./place.ts";
import { returnFolder } from "./restore.ts";

export function updateFile(draft: TreeDraft, operation: Extract<Operation, { type: "updateFile" }>): OperationResult {
  const file = findFile(draft, operation.node, operation.baseVersion);
  if (isFailure(file)) return file;
  const content = heldContent(draft, operation.chunks);
  if (isFailure(content)) return content;
  const { mtime, executable } = operation;
  return edit(draft, file, { content: content.id, size: content.size, mtime, executable }, content);
}

export function restoreVersion(
  draft: TreeDraft,
  operation: Extract<Operation, { type: "restoreVersion" }>,
): OperationResult {
  const file = findFile(draft, operation.node, operation.baseVersion);
  if (isFailure(file)) return file;
  const version = draft.version(file.id, operation.version);
  if (version === null) return fail("not_found", `the file has no version ${operation.version}`);
  const { content, size, mtime, executable } = version;
  return edit(draft, file, { content, size, mtime, executable });
}

/** The file that is to be edited, where its newest version is the one that the edit is based on (T9). */
function findFile(draft: TreeDraft, id: string, baseVersion: number | undefined): Node | Failure {
  const file = find(draft, id);
  if (isFailure(file)) return file;
  if (file.type !== "file") return fail("not_a_file", `${id} is a folder`, { node: file });
  if (baseVersion !== undefined && baseVersion !== file.version) {
    return fail("stale_base", `the newest version is ${file.version}, not ${baseVersion}`, { node: file });
  }
  return file;
}

/** Makes `state` the file's newest version; a file in the trash comes back for it, under a free name (T11). */
function edit(draft: TreeDraft, file: Node, state: VersionState, content?: NewContent): OperationResult {
  if (standing(draft, file) === "live") return done(addVersion(draft, file, state, content));
  const restored = place(draft, file, returnFolder(draft, file), file.name, "rename");
  return isFailure(restored) ? restored : done(addVersion(draft, restored, state, content));
}

/** Adds a version, unless the newest one is just that (T9). `content` is given where it may be new to the owner. */
export function addVersion(draft: TreeDraft, file: Node, state: VersionState, content?: NewContent): Node {
  const isSame = file.content === state.content && file.mtime === state.mtime && file.executable === state.executable;
  if (isSame) return file;
  if (content) draft.contents.set(content.id, content);
  return draft.putVersion({ ...file, ...state, version: file.version + 1 });
}
