import type { Node, Operation, OperationResult } from "../protocol/tree.ts";
import { nameKey } from "./names.ts";
import { copy } from "./commit/copy.ts";
import { createFile } from "./commit/create-file.ts";
import { createFolder } from "./commit/create-folder.ts";
import { TreeDraft, Unloaded, type NewContent, type NewVersion } from "./commit/draft.ts";
import { move } from "./commit/move.ts";
import { purge } from "./commit/purge.ts";
import { restore } from "./commit/restore.ts";
import { trash } from "./commit/trash.ts";
import { restoreVersion, updateFile } from "./commit/update-file.ts";
import { isSatisfied, noNeeds, slotOf, type Needs, type TreeState } from "./tree-state.ts";

/** Nodes that all copies of one commit take at most. */
const COPY_BUDGET = 10_000;
/** Missing chunks that all results of one commit name at most: keeps the stored result under D1's row limit. */
const MISSING_BUDGET = 4_000;

export interface CommitToPlan {
  readonly operations: readonly Operation[];
  readonly authorId: string;
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
}

export interface PlannedCommit {
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
  return isSatisfied(draft.needs) ? { commits: planned, changes: changesOf(draft) } : { needs: draft.needs };
}

function planOne(draft: TreeDraft, commit: CommitToPlan): PlannedCommit {
  draft.begin(commit.authorId);
  draft.copyBudget = COPY_BUDGET;
  draft.missingBudget = MISSING_BUDGET;
  const results: OperationResult[] = [];
  for (const operation of commit.operations) {
    try {
      results.push(carryOut(draft, operation));
    } catch (error) {
      // The next ones are gone through all the same, so that one read answers what all of them need.
      if (!(error instanceof Unloaded)) throw error;
    }
  }
  return { results, seq: draft.seq };
}

function carryOut(draft: TreeDraft, operation: Operation): OperationResult {
  switch (operation.type) {
    case "createFolder":
      return createFolder(draft, operation);
    case "createFile":
      return createFile(draft, operation);
    case "updateFile":
      return updateFile(draft, operation);
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

function changesOf(draft: TreeDraft): Changes {
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
  };
}

/** What can be told from the operations alone: enough, for all but a few, to plan at the first try. */
export function needsOf(commits: readonly CommitToPlan[]): Needs {
  const needs = noNeeds();
  for (const { operations } of commits) for (const operation of operations) addNeeds(needs, operation);
  return needs;
}

function addNeeds(needs: Needs, operation: Operation): void {
  if ("node" in operation) needs.nodes.add(operation.node);
  if ("id" in operation && operation.id !== undefined) needs.nodes.add(operation.id);
  if ("parent" in operation && operation.parent !== undefined) needs.nodes.add(operation.parent);
  if ("chunks" in operation) for (const chunk of operation.chunks) needs.chunks.add(chunk.id);
  if (operation.type === "trash" && operation.baseSeq !== undefined) needs.changedSince.add(operation.baseSeq);
  switch (operation.type) {
    case "createFolder":
    case "createFile": {
      const key = nameKey(operation.name);
      needs.names.set(slotOf(operation.parent, key), [operation.parent, key]);
      break;
    }
    case "move":
    case "copy":
    case "restore":
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
