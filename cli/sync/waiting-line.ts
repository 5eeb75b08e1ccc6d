import type { WaitReason } from "../../client/sync/steps.ts";
import type { WaitingNode } from "../../client/sync/status.ts";

const WHY: Readonly<Record<WaitReason, string>> = {
  order: "waits for something else",
  "read-only": "you may only read this shared folder, so it stays here as it is",
  name: "cannot have its name here",
  brake: "held back with a mass deletion",
  unreadable: "cannot be read",
  error: "failed, and will be tried again",
};

/** What waits, and why. */
export function waitingLine({ path, reason, detail }: Pick<WaitingNode, "path" | "reason" | "detail">): string {
  return `waiting ${path}: ${WHY[reason]}${detail === undefined ? "" : ` (${detail})`}`;
}
