import { LIMITS } from "../../protocol/limits.ts";
import type { Node, Operation, OperationResult } from "../../protocol/tree.ts";
import { newNode } from "./create-folder.ts";
import type { TreeDraft } from "./draft.ts";
import { done, fail, isFailure, type Failure } from "./failure.ts";
import { depthBelow, find, findTarget, freeId, freeName, standing } from "./place.ts";

/** Nodes that one operation copies at most. */
export const COPY_NODES = 1_000;

/** Copies a file, or a folder with all live nodes below: nodes and versions, but no content (T6). */
export function copy(draft: TreeDraft, operation: Extract<Operation, { type: "copy" }>): OperationResult {
  const source = find(draft, operation.node);
  if (isFailure(source)) return source;
  if (source.mount !== undefined) return standsForAnother(source);
  if (standing(draft, source) === "trashed") return fail("already_trashed", "restore the node first", { node: source });
  const parent = findTarget(draft, operation.parent);
  if (isFailure(parent)) return parent;
  if (parent.id === source.id || draft.ancestors(parent).some((above) => above.id === source.id)) {
    return fail("would_cycle", "the target is below the folder that is to be copied");
  }
  const id = freeId(draft, operation.id);
  if (typeof id !== "string") return id;
  const free = freeName(
    draft,
    parent.id,
    operation.name ?? source.name,
    { id, type: source.type },
    operation.onConflict,
  );
  if (isFailure(free)) return free;
  const below = nodesBelow(draft, source, depthBelow(draft, parent));
  if (isFailure(below)) return below;

  const top = copyNode(draft, source, id, parent.id, free.name);
  const copies = new Map([[source.id, id]]);
  for (const node of below) {
    const copied = draft.newId();
    copies.set(node.id, copied);
    copyNode(draft, node, copied, copies.get(node.parent ?? "") ?? id, node.name);
  }
  return done(top);
}

function standsForAnother(node: Node): Failure {
  return fail("mounted_folder", `${node.id} stands for somebody else's folder: copy what is in that`, { node });
}

/** All live nodes below `source`, each folder before what is in it, where one copy can take them. */
function nodesBelow(draft: TreeDraft, source: Node, depth: number): Node[] | Failure {
  const tooMany = fail("too_many_nodes", `one copy takes at most ${COPY_NODES} nodes: copy the folder in parts`);
  const below: Node[] = [];
  if (draft.copyBudget <= 0) return tooMany;
  let level = [source];
  for (let above = depth; level.length > 0; above++) {
    const next: Node[] = [];
    for (const folder of level.filter((node) => node.type === "folder")) {
      const children = draft.children(folder.id);
      if (children === null || below.length + next.length + children.length >= COPY_NODES) {
        draft.copyBudget -= COPY_NODES;
        return tooMany;
      }
      const mounted = children.find(({ mount }) => mount !== undefined);
      if (mounted) return standsForAnother(mounted);
      next.push(...children);
    }
    if (next.length > 0 && above >= LIMITS.depth) return fail("too_deep", `a path has at most ${LIMITS.depth} folders`);
    below.push(...next);
    level = next;
  }
  draft.copyBudget -= below.length + 1;
  return below;
}

/** One node's copy; a file's begins again at version 1. */
function copyNode(draft: TreeDraft, source: Node, id: string, parent: string, name: string): Node {
  const node = { ...newNode(draft, id, source.type, source.mtime), parent, name };
  if (source.type === "folder") return draft.put(node);
  const { content, size, executable } = source;
  return draft.putVersion({ ...node, version: 1, content, size, executable });
}
