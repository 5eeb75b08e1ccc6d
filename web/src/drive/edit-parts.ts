import { LIMITS } from "../../../protocol/limits.ts";
import type { OperationInput } from "../../../protocol/tree.ts";

/** Operations of one space that go to the server together. */
export interface EditPart {
  readonly space: string;
  readonly operations: readonly OperationInput[];
}

/**
 * An edit's operations by the space that each is carried out in: that of the node it is about, or of the folder that it makes
 * one in. In each space their order stays.
 *
 * @param spaceOf - Undefined where it is not known: then it is the account's own, `home`.
 */
export function partsOf(
  operations: readonly OperationInput[],
  home: string,
  spaceOf: (node: string) => string | undefined,
): EditPart[] {
  const made = new Map<string, string>();
  const bySpace = new Map<string, OperationInput[]>();
  for (const operation of operations) {
    const about =
      operation.type === "createFolder" || operation.type === "createFile" ? operation.parent : operation.node;
    const space = made.get(about) ?? spaceOf(about) ?? home;
    if ("id" in operation && operation.id !== undefined) made.set(operation.id, space);
    const others = bySpace.get(space);
    if (others) others.push(operation);
    else bySpace.set(space, [operation]);
  }
  return [...bySpace].flatMap(([space, all]) => slices(all).map((part): EditPart => ({ space, operations: part })));
}

/** No more than a commit takes in each. */
function slices(operations: readonly OperationInput[]): OperationInput[][] {
  const parts: OperationInput[][] = [];
  for (let at = 0; at < operations.length; at += LIMITS.commitOperations) {
    parts.push(operations.slice(at, at + LIMITS.commitOperations));
  }
  return parts;
}
