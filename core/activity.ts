import type { ActivityAction } from "../protocol/activity.ts";
import type { Node, OperationResult } from "../protocol/tree.ts";
import type { AnyOperation } from "./commit/any-operation.ts";

/** One thing that a commit did, or several alike in one folder (V1). */
export interface ActivityRecord {
  readonly action: ActivityAction;
  /** One of them, where there are several. */
  readonly node: string;
  readonly name: string;
  readonly type: Node["type"];
  readonly parent: string | null;
  readonly count: number;
  /** A rename's former name, a move's former folder (its id), a restored version's number. */
  readonly detail: string | null;
}

/** A commit that was carried out: one result for each operation, in order. */
export interface CommitDone {
  readonly operations: readonly { readonly type: string }[];
  readonly results: readonly OperationResult[];
  /** Whether a guest did it, by a link: what guests make was dropped. */
  readonly isGuest: boolean;
}

/**
 * What commits of one space did, of each the records, in the order of their first operations. Operations of one commit that
 * did the same to the same kind of node in the same folder are one record. What failed, or changed nothing, leaves none.
 *
 * @param before - The nodes as they were before the first of the commits, those that they changed included.
 */
export function activityOf(
  commits: readonly CommitDone[],
  before: ReadonlyMap<string, Node | null>,
): readonly (readonly ActivityRecord[])[] {
  const latest = new Map<string, Node>();
  return commits.map(({ operations, results, isGuest }) => {
    const records = new Map<string, ActivityRecord>();
    for (const [i, operation] of operations.entries()) {
      const result = results[i];
      if (!result?.ok) continue;
      const { node } = result;
      const was = latest.get(node.id) ?? before.get(node.id) ?? null;
      latest.set(node.id, node);
      if (was?.seq === node.seq) continue;
      const record = recordOf(operation as AnyOperation, was, node, isGuest);
      if (record === null) continue;
      const key = [record.action, record.type, record.parent].join("/");
      const alike = records.get(key);
      records.set(key, alike ? together(alike, record) : record);
    }
    return [...records.values()];
  });
}

function together(first: ActivityRecord, { detail }: ActivityRecord): ActivityRecord {
  return { ...first, count: first.count + 1, detail: first.detail === detail ? detail : null };
}

/** Null for what is no operation of a user's. */
function recordOf(operation: AnyOperation, was: Node | null, node: Node, isGuest: boolean): ActivityRecord | null {
  const what = actionOf(operation, was, node);
  if (what === null) return null;
  const [action, detail = null] = what;
  return {
    action: isGuest && action === "create" ? "drop" : action,
    node: node.id,
    // A tombstone has none.
    name: node.state === "purged" ? (was?.name ?? "") : node.name,
    type: node.type,
    parent: node.parent,
    count: 1,
    detail,
  };
}

function actionOf(operation: AnyOperation, was: Node | null, node: Node): [ActivityAction, (string | null)?] | null {
  switch (operation.type) {
    case "createFolder":
    case "createFile":
      return [was || node.version > 1 ? "edit" : "create"];
    case "updateFile":
      return ["edit"];
    case "move":
      return was?.parent === node.parent ? ["rename", was.name] : ["move", was?.parent ?? null];
    case "appear":
      return ["move"];
    case "copy":
    case "trash":
    case "restore":
    case "purge":
      return [operation.type];
    case "restoreVersion":
      return ["restoreVersion", String(operation.version)];
    default:
      return null;
  }
}
