import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { ImportOperation } from "../../core/commit/import.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import type { History } from "../storage/histories.ts";
import { readChains, type NodeChains } from "../storage/node-chains.ts";
import { derivedId } from "./derived-id.ts";
import type { Run } from "./kind.ts";

/** What makes the copies of some nodes what the nodes are. */
export interface CopyPlan {
  readonly operations: readonly AnyOperation[];
  /** Of the operations' versions, each once. */
  readonly chunks: readonly ChunkRef[];
  /** Files that are new to the copy, and bytes of versions. */
  readonly files: number;
  readonly bytes: number;
}

type Names = Pick<Run, "kind" | "transfer" | "progress">;

/** The id that a node has, or will have, in its new place. */
export function copyId({ kind, transfer, progress }: Names, id: string): string {
  return kind.idOf(transfer, progress, id);
}

/** The second top out of sight, below which is what was copied and has left the source meanwhile. */
export function binId({ transfer, progress }: Pick<Names, "transfer" | "progress">): string {
  return derivedId(transfer.id, progress.seed, "bin");
}

/** The copies of nodes, with all that is above them. */
export function readCopies(run: Run, ids: readonly string[]): Promise<NodeChains> {
  const names = ids.map((id) => copyId(run, id));
  return readChains(run.to.shard, run.to.spaceId, names);
}

/** Whether a node has a copy below that of what is moved, or is that. */
export function isInCopy(run: Run, copies: NodeChains, id: string): boolean {
  return copies.wayFrom(copyId(run, run.transfer.nodeId), copyId(run, id)) !== null;
}

/** Whether a node's copy is not there, or not as the node is. */
export function differs(run: Run, copies: NodeChains, node: Node): boolean {
  const copy = copies.get(copyId(run, node.id));
  if (!copy || !isInCopy(run, copies, node.id)) return true;
  const { parent, name, trashedAt, createdAt, mtime } = importOf(run, { node, after: 0, versions: [], isWhole: true });
  return (
    copy.version < node.version ||
    copy.parent !== parent ||
    copy.name !== name ||
    (parent !== null && copy.trashedAt !== trashedAt) ||
    copy.createdAt !== createdAt ||
    (node.type === "folder" && copy.mtime !== mtime)
  );
}

/**
 * The imports of nodes.
 *
 * @param histories - Each after the folder that it is in, which is in the copy or among them.
 * @throws LedgeError `mount_in_shared` where one stands for a folder of somebody else's.
 */
export function planCopy(run: Run, copies: NodeChains, histories: readonly History[]): CopyPlan {
  const operations: AnyOperation[] = [];
  const lists = new Set<readonly ChunkRef[]>();
  let [files, bytes] = [0, 0];
  for (const history of histories) {
    const { node } = history;
    if (node.mount !== undefined) throw mountsInside();
    const there = copies.get(copyId(run, node.id))?.version ?? 0;
    if (!history.isWhole || differs(run, copies, node)) {
      const after = Math.max(there, history.after);
      const versions = history.versions.slice(after - history.after);
      // Of a page that was copied before, and is looked at once more.
      if (history.isWhole || versions.length > 0) operations.push(importOf(run, { ...history, after, versions }));
      for (const { chunks } of versions) {
        lists.add(chunks);
        bytes += sizeOf(chunks);
      }
      if (node.type === "file" && there === 0 && history.after === 0) files++;
    }
  }
  const chunks = new Map<string, ChunkRef>();
  for (const list of lists) for (const chunk of list) chunks.set(chunk.id, chunk);
  return { operations, chunks: [...chunks.values()], files, bytes };
}

const sizes = new WeakMap<readonly ChunkRef[], number>();

/** Bytes of a list that versions may share: added up once. */
export function sizeOf(chunks: readonly ChunkRef[]): number {
  let size = sizes.get(chunks);
  if (size === undefined) {
    size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    sizes.set(chunks, size);
  }
  return size;
}

function importOf(run: Run, { node, after, versions }: History): ImportOperation {
  const isTop = node.id === run.transfer.nodeId;
  return {
    type: "import",
    id: copyId(run, node.id),
    parent: isTop || node.parent === null ? null : copyId(run, node.parent),
    name: isTop ? run.transfer.name : node.name,
    of: node.type,
    mtime: node.mtime,
    createdAt: node.createdAt,
    trashedAt: isTop ? null : node.trashedAt,
    versions,
    after,
  };
}

/**
 * What takes the copies of nodes that have left what is moved out of its copy: out of sight as well, but kept, for they may
 * come back.
 */
export function planRemoval(run: Run, copies: NodeChains, ids: readonly string[]): readonly ImportOperation[] {
  const bin = binId(run);
  const tops = [copyId(run, run.transfer.nodeId), bin];
  return ids.flatMap((id): ImportOperation[] => {
    const copy = copies.get(copyId(run, id));
    // Where ids are kept (M13), another node of the space may have one.
    const isCopy = copy !== undefined && tops.some((top) => copies.wayFrom(top, copy.id) !== null);
    if (!isCopy || copy.parent === bin || copy.parent === null) return [];
    const { type: of, mtime, createdAt, version: after } = copy;
    const name = copy.id;
    return [
      { type: "import", id: name, parent: bin, name, of, mtime, createdAt, trashedAt: null, versions: [], after },
    ];
  });
}

/** The operation that makes the place of what left the copy. */
export function binOperation(run: Run): ImportOperation {
  const id = binId(run);
  const { createdAt } = run.transfer;
  return {
    type: "import",
    id,
    parent: null,
    name: id,
    of: "folder",
    mtime: createdAt,
    createdAt,
    trashedAt: null,
    versions: [],
    after: 0,
  };
}

export function mountsInside(): LedgeError {
  return new LedgeError(
    "mount_in_shared",
    "what is shared, or has others' shared folders in it, moves to no other owner: unshare or take out that first",
  );
}
