import type { EntryType, SyncedState } from "./entry.ts";

/**
 * What a plan wants done. Each step is safe to be cut off at any instant and safe to be planned again: nothing but the
 * three trees, as they are then observed, says what is still to do. Steps name nodes by id; the executor takes places and
 * stamps from the trees at the moment it begins, and does nothing where they are not what the step says.
 */
export type Step = BookkeepingStep | LocalStep | UpwardStep | AcrossStep;

/** Changes to the trees alone: carried out at once, in one transaction with all others of the plan. */
export type BookkeepingStep =
  /** Both sides agree on this. */
  | { readonly type: "settle"; readonly id: string; readonly synced: SyncedState }
  /** The node is of no more concern: all three states go. `keepRemote` leaves the remote one. */
  | { readonly type: "forget"; readonly id: string; readonly keepRemote: boolean }
  /** The local state of `from`, a node that the server does not know, is that of `id`; its children's parent is `id` too. */
  | { readonly type: "adopt"; readonly id: string; readonly from: string }
  /** The local state of `id`, whose remote is gone, goes on as a new node `as`; its children's local parent is `as` from now on. */
  | { readonly type: "rebirth"; readonly id: string; readonly as: string }
  /**
   * The local state of `id` goes on in another realm, as a new node `as`; its children's local parent is `as` from now on. `id`
   * is gone here, but stays on the server until that has `as`.
   */
  | { readonly type: "emigrate"; readonly id: string; readonly as: string }
  /** `id` was moved to another realm and is `as` there: what is here of it, and of all below it, is that of its nodes there. */
  | { readonly type: "takeMoved"; readonly id: string; readonly as: string }
  /** The move of `id` to another realm is of no more concern. */
  | { readonly type: "endMove"; readonly id: string };

/** Changes to this disk. */
export type LocalStep =
  /** The local bytes must be known before it can be told what to do. */
  | { readonly type: "hash"; readonly id: string }
  | { readonly type: "makeFolder"; readonly id: string }
  /** Brings the remote version here, to the remote place (new file) or over the local one (which is unchanged). */
  | { readonly type: "fetch"; readonly id: string }
  /** Sets the executable bit as the remote version has it; the bytes are here. */
  | { readonly type: "setExecutable"; readonly id: string }
  /** Moves or renames locally. */
  | {
      readonly type: "moveLocal";
      readonly id: string;
      readonly parent: string;
      readonly name: string;
      readonly why: "remote" | "conflict" | "case";
    }
  /** Out of the way, to `STAGE`, because places are exchanged. */
  | { readonly type: "stage"; readonly id: string }
  /** To the local trash; a folder's own entry is empty but for what is ignored. */
  | { readonly type: "trashLocal"; readonly id: string; readonly entryType: EntryType }
  /** A folder that stood for a shared one that this account lost: it gets a name that says so, and is let alone (M9). */
  | { readonly type: "letGo"; readonly id: string }
  /** Two edits of one base: merges them when they are texts that do not overlap, else keeps the local one under `name`. */
  | { readonly type: "reconcile"; readonly id: string; readonly base: SyncedState | null; readonly name: string };

/** Changes to the server's tree. Order within a plan counts. */
export type UpwardStep =
  | { readonly type: "createFolder"; readonly id: string; readonly parent: string; readonly name: string }
  | { readonly type: "createFile"; readonly id: string; readonly parent: string; readonly name: string }
  | { readonly type: "updateFile"; readonly id: string; readonly baseVersion: number }
  /** Only what changes is named. */
  | { readonly type: "moveRemote"; readonly id: string; readonly parent?: string; readonly name?: string }
  /** Fails where the node or anything below it changed after `baseSeq`. */
  | { readonly type: "trashRemote"; readonly id: string; readonly baseSeq: number; readonly nodes: number };

/**
 * Moves a node to another realm, to where it is here (M11), or goes on with such a move that was begun before. The server takes
 * its time for that: nothing else of a plan depends on it.
 */
export interface AcrossStep {
  readonly type: "moveAcross";
  readonly id: string;
}

/** Why a node waits. Shown by `ledge status`. */
export type WaitReason =
  /** A folder above it is not there yet, or the name is still taken by something that will go. */
  | "order"
  /** This system cannot hold the name, or something that is not synced has it. */
  | "name"
  /** A mass deletion that nobody confirmed. */
  | "brake"
  /** This account may only read there. */
  | "read-only"
  /** It cannot be read or looked at. */
  | "unreadable"
  /** The last attempt failed; the engine tries again later. */
  | "error";

export interface Waiting {
  readonly id: string;
  readonly reason: WaitReason;
  readonly detail?: string;
}

export interface Plan {
  readonly bookkeeping: readonly BookkeepingStep[];
  readonly local: readonly LocalStep[];
  readonly upward: readonly UpwardStep[];
  readonly across: readonly AcrossStep[];
  /** Stays dirty. */
  readonly waiting: readonly Waiting[];
  /** Nothing is left to do for these: mark them clean. */
  readonly settled: readonly string[];
}
