import type { Node, Version } from "../protocol/tree.ts";

/** Where a live node is found by its name: see `slotOf`. */
export type Slot = string;

/** The slot of a name's key in a folder. Unambiguous, because ids hold no slash. */
export function slotOf(parent: string, key: string): Slot {
  return `${parent}/${key}`;
}

/** What a version was made of. */
export type VersionState = Pick<Version, "content" | "size" | "mtime" | "executable">;

/**
 * The part of a space that a plan may look at, at one seq. In every map `null` is "known not to be there" and an absent
 * key "not loaded": a plan that meets one asks for it (`Needs`).
 */
export interface TreeState {
  readonly space: string;
  readonly rootId: string;
  readonly seq: number;
  readonly nodes: Map<string, Node | null>;
  /** Live nodes by slot: their ids. */
  readonly names: Map<Slot, string | null>;
  /** The live children of a folder: their ids. Never half of them. */
  readonly children: Map<string, readonly string[]>;
  /** Folders that have more live nodes below them than one copy takes. */
  readonly tooLarge: Set<string>;
  /** How many levels of live folders a folder has below it. */
  readonly heights: Map<string, number>;
  /** By `node/version`. */
  readonly versions: Map<string, VersionState | null>;
  /** Sizes of the owner's chunks, by id. */
  readonly chunks: Map<string, number | null>;
  /** Null: not loaded. */
  recent: RecentNodes | null;
  /** The space's shared folders (M1). */
  readonly shared: ReadonlySet<string>;
  /** Nodes that stand for folders of others (M5): their ids. They and their ancestors are in `nodes`. Null: not loaded. */
  mounts: readonly string[] | null;
}

/** Nodes that one commit looks through at most for what changed since a `baseSeq` (T18). */
export const RECENT_NODES = 1_000;

/** Which nodes changed of late. They and their ancestors are in `TreeState.nodes`. */
export interface RecentNodes {
  /** The lowest seq that was asked for. */
  readonly asked: number;
  /** All that changed after this seq is known: what was asked for, or later where that was too much. */
  readonly since: number;
  readonly ids: readonly string[];
}

/** The `RecentNodes` of all nodes whose seq is over `asked`; of more than `RECENT_NODES`, the latest ones. */
export function recentNodes(asked: number, nodes: readonly Pick<Node, "id" | "seq">[]): RecentNodes {
  const latest = nodes.filter(({ seq }) => seq > asked).sort((a, b) => b.seq - a.seq);
  const since = latest[RECENT_NODES]?.seq ?? asked;
  return { asked, since, ids: latest.slice(0, RECENT_NODES).map(({ id }) => id) };
}

/** A state of which nothing is loaded yet. */
export function emptyState(space: string, rootId: string, seq: number, shared: Iterable<string> = []): TreeState {
  return {
    space,
    rootId,
    seq,
    nodes: new Map(),
    names: new Map(),
    children: new Map(),
    tooLarge: new Set(),
    heights: new Map(),
    versions: new Map(),
    chunks: new Map(),
    recent: null,
    shared: new Set(shared),
    mounts: null,
  };
}

/** What a plan needs to be loaded. */
export interface Needs {
  /** With all of their ancestors. */
  readonly nodes: Set<string>;
  readonly names: Map<Slot, readonly [parent: string, key: string]>;
  /** Slots that only the stored node tells: its own parent or its own name's key where null is given. */
  readonly namesByNode: (readonly [node: string, parent: string | null, key: string | null])[];
  /** Folders, with all live nodes below. */
  readonly subtrees: Set<string>;
  readonly heights: Set<string>;
  readonly versions: Map<string, readonly [node: string, version: number]>;
  readonly chunks: Set<string>;
  /** Seqs: all nodes that changed after the lowest of them, with all of their ancestors; see `RecentNodes`. */
  readonly changedSince: Set<number>;
  /** Folders of which it is asked whether mounts are below: all mounts of the space, with all of their ancestors. */
  readonly mounts: Set<string>;
}

export function noNeeds(): Needs {
  return {
    nodes: new Set(),
    names: new Map(),
    namesByNode: [],
    subtrees: new Set(),
    heights: new Set(),
    versions: new Map(),
    chunks: new Set(),
    changedSince: new Set(),
    mounts: new Set(),
  };
}

export function isSatisfied(needs: Needs): boolean {
  const { namesByNode, ...sets } = needs;
  return namesByNode.length === 0 && Object.values(sets).every(({ size }) => size === 0);
}
