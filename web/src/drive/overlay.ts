import type { Node, OperationInput } from "../../../protocol/tree.ts";

/** Operations that are on their way. */
export interface PendingOperations {
  readonly operations: readonly OperationInput[];
  /** The shared folder that they are in; absent: the account's own space. */
  readonly space?: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

export interface OverlayOptions {
  /** The account's own space. */
  readonly home: string;
  /** A node as the server has it. */
  readonly known: (id: string) => Node | undefined;
}

type Nodes = Map<string, Node>;

/** When and where an operation is made, and what it finds. */
interface Scene {
  readonly at: number;
  readonly space: string;
  readonly look: (id: string) => Node | undefined;
}

/**
 * What pending operations, in their order, make of the nodes they touch (B6): those nodes as they are to look until the
 * server answers. Nothing is judged: what the server refuses is taken back by leaving it out of `pending`.
 */
export function layOver(pending: readonly PendingOperations[], options: OverlayOptions): ReadonlyMap<string, Node> {
  const over: Nodes = new Map();
  for (const { operations, madeAt, space = options.home } of pending) {
    for (const operation of operations) {
      const look = (id: string): Node | undefined => over.get(id) ?? options.known(id);
      const node = outcome(operation, { at: madeAt, space, look });
      if (node) over.set(node.id, node);
    }
  }
  return over;
}

/** The node that an operation makes or changes, afterwards; undefined where it cannot be told. */
function outcome(operation: OperationInput, { at, space, look }: Scene): Node | undefined {
  switch (operation.type) {
    case "createFolder":
      return made(operation, { ...fresh(space, at), type: "folder", mtime: operation.mtime ?? at }, look);
    case "createFile": {
      const { mtime, executable = false, chunks } = operation;
      return made(operation, { ...fresh(space, at), mtime, executable, version: 1, size: sizeOf(chunks) }, look);
    }
    case "copy": {
      const source = look(operation.node);
      if (!source) return undefined;
      const copy = { ...source, ...fresh(space, at), type: source.type, mtime: source.mtime };
      const { size, content, executable, version } = source;
      return made(operation, { ...copy, name: source.name, size, content, executable, version }, look);
    }
    default:
      return changed(operation, look(operation.node), at);
  }
}

type Change = Exclude<OperationInput, { type: "createFolder" | "createFile" | "copy" }>;

function changed(operation: Change, node: Node | undefined, at: number): Node | undefined {
  if (!node) return undefined;
  switch (operation.type) {
    case "move":
      return { ...node, parent: operation.parent ?? node.parent, name: operation.name ?? node.name };
    case "trash":
      return { ...node, state: "trashed", trashedAt: at };
    case "restore": {
      const { parent = node.parent, name = node.name } = operation;
      return { ...node, state: "live", trashedAt: null, parent, name };
    }
    case "purge":
      return { ...node, state: "purged" };
    case "updateFile": {
      const { mtime, executable = false, chunks } = operation;
      return { ...node, mtime, executable, size: sizeOf(chunks) };
    }
    case "restoreVersion":
      return { ...node };
  }
}

interface Making {
  readonly id?: string | undefined;
  readonly parent: string;
  readonly name?: string | undefined;
}

/** Undefined where the id is the server's to choose; what is there already by that id was made: it is left as it is. */
function made({ id, parent, name }: Making, node: Node, look: (id: string) => Node | undefined): Node | undefined {
  if (id === undefined) return undefined;
  const there = look(id);
  return there ? { ...there } : { ...node, id, parent, name: name ?? node.name };
}

/** An empty file of no name, which the server has not given a seq. */
function fresh(space: string, at: number): Node {
  const empty = { version: 0, content: null, size: 0, mtime: at, executable: false };
  const place = { id: "", space, parent: null, name: "", type: "file", state: "live" } as const;
  return { ...place, ...empty, seq: 0, createdAt: at, trashedAt: null };
}

function sizeOf(chunks: readonly { readonly size: number }[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}
