import type { Node, OperationResult } from "../../protocol/tree.ts";

/** What an operation row keeps: the results without what all of their nodes share. */
interface Stored {
  readonly seq: number;
  readonly results: readonly unknown[];
}

/** A commit's answer as its operation row keeps it (T4), nodes as tuples: under half of the wire form's size. */
export function encodeResults(seq: number, results: readonly OperationResult[]): string {
  const stored: Stored = { seq, results: results.map(pack) };
  return JSON.stringify(stored);
}

/** The answer that `encodeResults` made a row of. */
export function decodeResults(space: string, text: string): { seq: number; results: OperationResult[] } {
  const { seq, results } = JSON.parse(text) as Stored;
  return { seq, results: results.map((result) => unpack(space, result)) };
}

function pack(result: OperationResult): unknown {
  if (result.ok) return nodeTuple(result.node);
  return { ...result, ...(result.node && { node: nodeTuple(result.node) }) };
}

function unpack(space: string, stored: unknown): OperationResult {
  if (Array.isArray(stored)) return { ok: true, node: nodeOf(space, stored as unknown as NodeTuple) };
  const failure = stored as Omit<Extract<OperationResult, { ok: false }>, "node"> & { node?: NodeTuple };
  const { node, ...rest } = failure;
  return { ...rest, ...(node && { node: nodeOf(space, node) }) };
}

type NodeTuple = readonly [
  id: Node["id"],
  parent: Node["parent"],
  name: Node["name"],
  type: Node["type"],
  state: Node["state"],
  version: Node["version"],
  content: Node["content"],
  size: Node["size"],
  mtime: Node["mtime"],
  executable: Node["executable"],
  seq: Node["seq"],
  createdAt: Node["createdAt"],
  trashedAt: Node["trashedAt"],
];

function nodeTuple(node: Node): NodeTuple {
  const { id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt } = node;
  return [id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt];
}

function nodeOf(space: string, tuple: NodeTuple): Node {
  const [id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt] = tuple;
  return { id, space, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt };
}
