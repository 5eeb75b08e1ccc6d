import { SyncEnded, type EndReason } from "../../client/sync/ended.ts";

/** What to do next, after what ended a sync. */
const NEXT: Readonly<Record<EndReason, string>> = {
  "root-lost": "Nothing was deleted. Is a disk not mounted? --relink links the folder anew",
  "remote-root-gone": "Nothing was deleted. Restore it, or link the folder anew with --relink",
  revoked: 'To sync this folder again: "ledge login", then "ledge sync DIR --relink"',
  refused: 'Sign in again with "ledge login"; nothing was lost',
  "wrong-root": "--relink links it anew",
};

/** Adds to what ended a sync what can be done about it. */
export function explainEnd(error: unknown, root: string): unknown {
  if (!(error instanceof SyncEnded)) return error;
  const message = error.message.replace(/\.$/, "");
  return new SyncEnded(error.reason, `${root}: ${message}. ${NEXT[error.reason].replace("DIR", root)}`, {
    cause: error,
  });
}
