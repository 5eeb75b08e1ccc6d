import type { Node, OperationResult } from "../../protocol/tree.ts";

/** What an operation row keeps: the results without what all of their nodes share. */
interface Stored {
  readonly seq: number;
  readonly results: readonly unknown[];
}

/** Bytes of a stored answer, as JSON within JSON, from which on failures no longer show nodes: D1 takes 2 MB. */
const ROW_BYTES = 1_000_000;

/** The results as they are answered, now and at a replay: without the failures' nodes where these would be too much. */
export function boundResults(results: readonly OperationResult[]): readonly OperationResult[] {
  if (results.every((result) => result.ok || !result.node)) return results;
  if (Buffer.byteLength(JSON.stringify(encodeResults(0, results))) <= ROW_BYTES) return results;
  return results.map((result) => {
    if (result.ok) return result;
    const { node: _, ...rest } = result;
    return rest;
  });
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
  /** On mounts only. */
  mount?: string,
];

function nodeTuple(node: Node): NodeTuple {
  const { id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt } = node;
  const tuple = [id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt] as const;
  return node.mount === undefined ? [...tuple, trashedAt] : [...tuple, trashedAt, node.mount];
}

function nodeOf(space: string, tuple: NodeTuple): Node {
  const [id, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt, trashedAt] = tuple;
  const node = { id, space, parent, name, type, state, version, content, size, mtime, executable, seq, createdAt };
  const mount = tuple[13];
  return { ...node, trashedAt, ...(mount !== undefined && { mount }) };
}
