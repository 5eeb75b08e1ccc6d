import type { ChunkRef } from "../../protocol/content.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Node, OperationResult } from "../../protocol/tree.ts";
import { nameKey, nameProblem } from "../names.ts";
import { heldContent } from "./content.ts";
import { newNode } from "./create-folder.ts";
import type { NewContent, TreeDraft } from "./draft.ts";
import { done, fail, isFailure, type Failure } from "./failure.ts";
import { depthBelow, standing } from "./place.ts";
import { isStaged, isStagedTop } from "./staging.ts";

/**
 * Makes a node as it is, or was, in a space of another owner (M11), or makes one that was imported before so. No client's.
 * What it is imported into is out of sight, also by id, as if it were purged: `import` with `parent: null` makes a top that is
 * in no folder, until `appear` puts it into its place, or `abandon` ends it. Imports leave no record of activity.
 *
 * Fails with `id_conflict` where the id is in use outside of what is staged, `busy` where it is of something purged that still
 * has something to be reaped, `parent_not_found` where the parent is not staged, `stale_base` where `after` is not the number of
 * versions that are there, and as `createFile` does for names, depths and chunks.
 */
export interface ImportOperation {
  readonly type: "import";
  /** May be one that is purged in this space (M13): then that is what it becomes. */
  readonly id: string;
  /** Imported before, in this commit or another; null for the top. */
  readonly parent: string | null;
  /** Another staged node that has it gives it up: its own import, which is to follow, tells what it is called by now. */
  readonly name: string;
  readonly of: "file" | "folder";
  /** Of a folder: a file's is that of its newest version. */
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

/**
 * Puts an imported top into its place, with all that is below it: one row, whatever that is. `not_found` where the node is no
 * top that was imported, or has appeared; else it fails as `move` does. In a confined commit the parent is to be in its folder.
 */
export interface AppearOperation {
  readonly type: "appear";
  readonly node: string;
  readonly parent: string;
  readonly name: string;
  readonly onConflict: "fail" | "rename";
}

/** Purges what was imported and has not appeared: a top, or a node below one. What is below that is reaped in steps (T8). */
export interface AbandonOperation {
  readonly type: "abandon";
  readonly node: string;
}

export function importNode(draft: TreeDraft, operation: ImportOperation): OperationResult {
  const problem = nameProblem(operation.name);
  if (problem !== null) return fail("invalid_name", problem);
  const before = begun(draft, operation);
  if (isFailure(before)) return before;
  const unfit = unfitParent(draft, operation, before);
  if (unfit) return unfit;
  const contents = contentsOf(draft, operation, before);
  if (!Array.isArray(contents)) return contents;
  const unnamed = freeSlot(draft, operation);
  if (unnamed) return unnamed;
  return done(take(draft, operation, before, contents));
}

/** The node as it was imported so far, or one to begin with. */
function begun(draft: TreeDraft, { id, of, parent, createdAt, mtime }: ImportOperation): Node | Failure {
  const known = draft.node(id);
  const fresh: Node = { ...newNode(draft, id, of, mtime), createdAt };
  if (known === null) return fresh;
  if (isStaged(draft, known)) {
    const isSame = known.type === of && isStagedTop(known) === (parent === null);
    return isSame ? { ...known, createdAt } : fail("id_conflict", `the id ${id} is in use`);
  }
  if (standing(draft, known) !== "gone") return fail("id_conflict", `the id ${id} is in use`);
  // Its versions may be there still, or go with this very batch.
  const isReaped = known.state === "purged" && known.trashedAt === null && !draft.purged.includes(id);
  return isReaped ? fresh : fail("busy", `what ${id} was is still being purged: try again shortly`);
}

/** Why a node cannot be imported into that parent, or null. */
function unfitParent(draft: TreeDraft, operation: ImportOperation, node: Node): Failure | null {
  if (operation.parent === null) {
    return operation.trashedAt === null ? null : fail("invalid_request", "what is to appear is not in the trash");
  }
  const parent = draft.node(operation.parent);
  if (parent === null || !isStaged(draft, parent)) {
    return fail("parent_not_found", `there is no folder ${operation.parent} that was imported`);
  }
  if (parent.type !== "folder") return fail("not_a_folder", `${parent.id} is a file`, { node: parent });
  if (parent.id === node.id || draft.ancestors(parent).some(({ id }) => id === node.id)) {
    return fail("would_cycle", "the parent is below the folder that is imported");
  }
  // The top will have a folder above it, the root at least.
  if (depthBelow(draft, parent) >= LIMITS.depth) return fail("too_deep", `a path has at most ${LIMITS.depth} folders`);
  return null;
}

/** The contents of the versions that are new, in order. */
function contentsOf(draft: TreeDraft, operation: ImportOperation, node: Node): NewContent[] | Failure {
  const { versions, after, of } = operation;
  if (after !== node.version) {
    return fail("stale_base", `${node.version} versions were imported, not ${after}`, { node });
  }
  if (of === "folder" ? versions.length > 0 : versions.length + after === 0) {
    return fail("invalid_request", "a file has a version at least, and a folder none");
  }
  const contents: NewContent[] = [];
  for (const { chunks } of versions) {
    const content = heldContent(draft, chunks);
    if (isFailure(content)) return content;
    contents.push(content);
  }
  return contents;
}

/**
 * Has another staged node of that name give it up, and be called by its id in brackets for now. Names are unique where the nodes are from:
 * that one has another name there by now, or is gone.
 */
function freeSlot(draft: TreeDraft, { id, parent, name, trashedAt }: ImportOperation): Failure | null {
  if (parent === null || trashedAt !== null) return null;
  const holder = draft.holder(parent, nameKey(name));
  if (holder === null || holder.id === id) return null;
  const meanwhile = `(${holder.id})`;
  if (draft.holder(parent, nameKey(meanwhile)) !== null) {
    return fail("name_conflict", "there is an entry of this name already", { node: holder });
  }
  draft.put({ ...holder, name: meanwhile });
  return null;
}

function take(draft: TreeDraft, operation: ImportOperation, before: Node, contents: readonly NewContent[]): Node {
  const { parent, name, trashedAt, versions, mtime } = operation;
  const state = parent === null ? "purged" : trashedAt === null ? "live" : "trashed";
  let node: Node = { ...before, parent, name, state, trashedAt };
  if (node.type === "folder") node = { ...node, mtime };
  for (const [i, version] of versions.entries()) {
    const content = contents[i];
    if (!content) throw new Error("each version has its content");
    const { mtime, executable, createdAt, author } = version;
    const made = { ...node, version: node.version + 1, content: content.id, size: content.size, mtime, executable };
    draft.contents.set(content.id, content);
    node = draft.noteVersion(made, { createdAt, authorId: author });
  }
  return isSame(draft.node(node.id), node) ? node : draft.put(node);
}

/** Whether a node is already what an import makes of it (T2). */
function isSame(known: Node | null, node: Node): boolean {
  if (known === null) return false;
  const keys = ["parent", "name", "state", "trashedAt", "mtime", "createdAt", "version"] as const;
  return keys.every((key) => known[key] === node[key]);
}
