import type { Node, OperationResult } from "../protocol/tree.ts";
import { nameKey } from "./names.ts";
import type { AnyOperation } from "./commit/any-operation.ts";
import { abandon, appear } from "./commit/appear.ts";
import { copy } from "./commit/copy.ts";
import { createFile } from "./commit/create-file.ts";
import { createFolder } from "./commit/create-folder.ts";
import { TreeDraft, Unloaded, type NewContent, type NewVersion } from "./commit/draft.ts";
import { importNode, type ImportOperation } from "./commit/import.ts";
import { mount } from "./commit/mount.ts";
import { fail } from "./commit/failure.ts";
import { move, type MoveBetween } from "./commit/move.ts";
import { standing } from "./commit/place.ts";
import { purge } from "./commit/purge.ts";
import { restore } from "./commit/restore.ts";
import { trash } from "./commit/trash.ts";
import { restoreVersion, updateFile } from "./commit/update-file.ts";
import { sharedChanges, type SharedChanges } from "./shared-folders.ts";
import { isSatisfied, noNeeds, slotOf, type Needs, type TreeState } from "./tree-state.ts";

/** Nodes that all copies of one commit take at most. */
const COPY_BUDGET = 10_000;
/** Missing chunks that all results of one commit name at most: keeps the stored result under D1's row limit. */
const MISSING_BUDGET = 4_000;

export interface CommitToPlan {
  readonly operations: readonly AnyOperation[];
  readonly authorId: string;
  /** The shared folder that it is confined to (M6), or null. */
  readonly scope: string | null;
  /** Chunks that are missing to its author, whatever the owner holds (M6). */
  readonly unsent?: ReadonlySet<string>;
}

export interface PlanContext {
  /** Milliseconds. */
  readonly now: number;
  readonly newId: () => string;
}

/** What a plan writes, in the order in which it is written. */
export interface Changes {
  readonly baseSeq: number;
  /** Equal to `baseSeq` where nothing changes. */
  readonly seq: number;
  /** Nodes whose present name another one takes: they let go of it before the names are written. */
  readonly vacated: readonly string[];
  /** Each changed node once, in its latest state. */
  readonly nodes: readonly Node[];
  /** Contents that the owner may not have yet. */
  readonly contents: readonly NewContent[];
  readonly versions: readonly NewVersion[];
  /** Nodes that lose all of their versions, those above included. Purged files of many versions are left to the reaper. */
  readonly purged: readonly string[];
  /** The space's shared folders as the plan found them. */
  readonly shared: ReadonlySet<string>;
  readonly inShared: SharedChanges;
}

export interface PlannedCommit {
  /** False where the folder that it is confined to is not shared, or not live, at that moment: nothing was looked at. */
  readonly isInReach: boolean;
  readonly results: readonly OperationResult[];
  /** The space's seq after this commit. */
  readonly seq: number;
}

export type Plan =
  | { readonly commits: readonly PlannedCommit[]; readonly changes: Changes }
  /** Load these into the state, then plan again. */
  | { readonly needs: Needs };

/** Carries out commits in order on a state that stays as it is. Deterministic but for `newId`. */
export function planCommits(state: TreeState, commits: readonly CommitToPlan[], context: PlanContext): Plan {
  const draft = new TreeDraft(state, context.now, context.newId);
  const planned = commits.map((commit) => planOne(draft, commit));
  const inShared = isSatisfied(draft.needs) ? loadedOr(() => sharedChanges(draft)) : null;
  return inShared ? { commits: planned, changes: changesOf(draft, inShared) } : { needs: draft.needs };
}

/** What `ask` answers, or null where something for it is not loaded, which is then among the needs. */
function loadedOr<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Unloaded) return null;
    throw error;
  }
}

function planOne(draft: TreeDraft, commit: CommitToPlan): PlannedCommit {
  draft.begin(commit.authorId, commit.scope);
  if (loadedOr(() => isInReach(draft)) === false) return { isInReach: false, results: [], seq: draft.seq };
  draft.copyBudget = COPY_BUDGET;
  draft.missingBudget = MISSING_BUDGET;
  draft.unsent = commit.unsent ?? new Set();
  const results: OperationResult[] = [];
  for (const operation of commit.operations) {
    // The next ones are gone through all the same, so that one read answers what all of them need.
    const result = loadedOr(() => unfitting(operation, results) ?? carryOut(draft, operation));
    if (result) results.push(result);
  }
  return { isInReach: true, results, seq: draft.seq };
}

/** Whether the folder that a commit is confined to is shared, and it and all above it is live (M10). */
function isInReach(draft: TreeDraft): boolean {
  if (draft.scope === null) return true;
  const folder = draft.node(draft.scope);
  return folder !== null && draft.state.shared.has(folder.id) && standing(draft, folder) === "live";
}

/** Nothing appears of which a part was not imported. */
function unfitting({ type }: AnyOperation, before: readonly OperationResult[]): OperationResult | null {
  return type === "appear" && before.some(({ ok }) => !ok)
    ? fail("stale_base", "not all of it was imported: plan it anew")
    : null;
}

function carryOut(draft: TreeDraft, operation: AnyOperation): OperationResult {
  switch (operation.type) {
    case "createFolder":
      return createFolder(draft, operation);
    case "createFile":
      return createFile(draft, operation);
    case "updateFile":
      return updateFile(draft, operation);
    case "mount":
      return mount(draft, operation);
    case "import":
      return importNode(draft, operation);
    case "appear":
      return appear(draft, operation);
    case "abandon":
      return abandon(draft, operation);
    case "move":
      return move(draft, operation);
    case "copy":
      return copy(draft, operation);
    case "trash":
      return trash(draft, operation);
    case "restore":
      return restore(draft, operation);
    case "purge":
      return purge(draft, operation);
    case "restoreVersion":
      return restoreVersion(draft, operation);
  }
}

function changesOf(draft: TreeDraft, inShared: SharedChanges): Changes {
  const nodes = [...draft.changed.values()];
  const vacated = new Set<string>();
  for (const node of nodes) {
    if (node.state !== "live" || node.parent === null) continue;
    const holder = draft.state.names.get(slotOf(node.parent, nameKey(node.name)));
    if (holder && holder !== node.id) vacated.add(holder);
  }
  return {
    baseSeq: draft.state.seq,
    seq: draft.seq,
    vacated: [...vacated],
    nodes,
    contents: [...draft.contents.values()],
    versions: draft.versions,
    purged: draft.purged,
    shared: draft.state.shared,
    inShared,
  };
}

/** What can be told from the operations alone: enough, for all but a few, to plan at the first try. */
export function needsOf(commits: readonly CommitToPlan[]): Needs {
  const needs = noNeeds();
  for (const { operations, scope } of commits) {
    if (scope !== null) needs.nodes.add(scope);
    for (const operation of operations) addNeeds(needs, operation);
  }
  return needs;
}

function addNeeds(needs: Needs, operation: AnyOperation): void {
  if ("node" in operation) needs.nodes.add(operation.node);
  if ("id" in operation && operation.id !== undefined) needs.nodes.add(operation.id);
  if ("parent" in operation && typeof operation.parent === "string") needs.nodes.add(operation.parent);
  if ("chunks" in operation) for (const chunk of operation.chunks) needs.chunks.add(chunk.id);
  if (operation.type === "trash" && operation.baseSeq !== undefined) needs.changedSince.add(operation.baseSeq);
  switch (operation.type) {
    case "createFolder":
    case "createFile":
    case "mount":
    case "appear": {
      const key = nameKey(operation.name);
      needs.names.set(slotOf(operation.parent, key), [operation.parent, key]);
      break;
    }
    case "import":
      addImportNeeds(needs, operation);
      break;
    case "move":
    case "copy":
    case "restore":
      if ("between" in operation) addScopes(needs, operation);
      needs.namesByNode.push([
        operation.node,
        operation.parent ?? null,
        operation.name === undefined ? null : nameKey(operation.name),
      ]);
      break;
    case "restoreVersion":
      needs.versions.set(`${operation.node}/${operation.version}`, [operation.node, operation.version]);
      break;
  }
}

function addScopes(needs: Needs, { between: { from, to } }: MoveBetween): void {
  if (from !== null) needs.nodes.add(from);
  if (to !== null) needs.nodes.add(to);
}

function addImportNeeds(needs: Needs, { parent, name, trashedAt, versions }: ImportOperation): void {
  for (const { chunks } of versions) for (const { id } of chunks) needs.chunks.add(id);
  if (parent === null || trashedAt !== null) return;
  const key = nameKey(name);
  needs.names.set(slotOf(parent, key), [parent, key]);
}
