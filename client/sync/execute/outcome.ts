import { LedgeError } from "../../../protocol/errors.ts";
import { HttpError, NetworkError, ServerTooOld } from "../../http-errors.ts";
import { ReplicaChanged } from "../../ports/replica-files.ts";
import type { Realm } from "../../ports/sync-remote.ts";
import { SyncEnded } from "../ended.ts";
import { RootLost } from "../observe/observer.ts";
import { HistoryReplaced, Outdated, Surprised, systemCode } from "./context.ts";
import { Refused } from "./upward.ts";

/** What a failure calls for. */
export type Verdict =
  /** The trees went on: plan anew. */
  | { readonly type: "outdated" }
  /** The disk is not what the trees say: look there, then plan anew. */
  | { readonly type: "surprised"; readonly paths: readonly string[] | null }
  /** The server's tree is not what the trees say: pull, then plan anew. */
  | { readonly type: "stale"; readonly reason: string }
  /** The server's history is another one than that of the trees: pull, which reads it anew, then plan anew (Y20). */
  | { readonly type: "replaced"; readonly epoch: string | undefined; readonly realm: Realm }
  /** Everything that needs the server waits. */
  | { readonly type: "offline"; readonly reason: string }
  /** The node rests. */
  | { readonly type: "rest"; readonly reason: string }
  /** The sync ends. */
  | { readonly type: "ended"; readonly error: Error };

const SURPRISES: ReadonlySet<string> = new Set(["ENOENT", "EEXIST", "ENOTEMPTY", "ENOTDIR", "EISDIR"]);
const REFUSED: ReadonlySet<string> = new Set(["unauthenticated", "insufficient_scope", "forbidden"]);

/** What to do about an error of a step, of a pull, or of a look at the disk. */
export function judge(error: unknown): Verdict {
  if (error instanceof RootLost)
    return { type: "ended", error: new SyncEnded("root-lost", error.message, { cause: error }) };
  if (error instanceof SyncEnded) return { type: "ended", error };
  if (error instanceof Outdated) return { type: "outdated" };
  if (error instanceof HistoryReplaced) return { type: "replaced", epoch: error.epoch, realm: error.realm };
  if (error instanceof Surprised) return { type: "surprised", paths: error.paths };
  if (error instanceof ReplicaChanged) return { type: "surprised", paths: null };
  if (error instanceof Refused) {
    if (error.code === "chunks_missing") return { type: "outdated" };
    return error.isStale ? { type: "stale", reason: error.message } : { type: "rest", reason: error.message };
  }
  const code = systemCode(error);
  if (code !== undefined && SURPRISES.has(code)) return { type: "surprised", paths: null };
  if (code === "ENOSPC") return { type: "rest", reason: "the disk is full" };
  return judgeServer(error);
}

function judgeServer(error: unknown): Verdict {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ServerTooOld) return { type: "ended", error };
  if (error instanceof NetworkError) return { type: "offline", reason };
  if (error instanceof LedgeError) {
    if (error.code === "not_found") return { type: "stale", reason };
    if (error.code === "device_revoked")
      return { type: "ended", error: new SyncEnded("revoked", reason, { cause: error }) };
    if (REFUSED.has(error.code)) return { type: "ended", error: new SyncEnded("refused", reason, { cause: error }) };
    if (error.code === "busy" || error.code === "rate_limited") return { type: "offline", reason };
  }
  if (error instanceof HttpError && error.status === 401) {
    return { type: "ended", error: new SyncEnded("refused", reason, { cause: error }) };
  }
  return { type: "rest", reason };
}
