import type { Clock } from "../../ports/clock.ts";
import type { ReplicaFiles, ReplicaPath } from "../../ports/replica-files.ts";
import type { Realm, SyncRemote } from "../../ports/sync-remote.ts";
import type { TreeStore } from "../../ports/tree-store.ts";
import type { DiskGate } from "../disk-gate.ts";
import type { Entry, LocalState, Place, SyncedState } from "../entry.ts";
import type { Conflict } from "../events.ts";
import { localPath } from "../local-path.ts";
import type { Pull } from "../pull.ts";
import { epochOf } from "../realms.ts";
import type { SyncSettings } from "../settings.ts";
import type { Transfers } from "../transfers.ts";
import type { Trees } from "../trees.ts";
import type { Watchdog } from "../watchdog.ts";

/** What carrying out steps takes. */
export interface ExecuteContext {
  readonly trees: Trees;
  readonly store: TreeStore;
  readonly files: ReplicaFiles;
  readonly remote: SyncRemote;
  readonly gate: DiskGate;
  readonly watchdog: Watchdog;
  readonly pull: Pull;
  readonly transfers: Transfers;
  readonly settings: SyncSettings;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Has the node made anew in the other realm instead of moved there; all nodes where none is named. */
  readonly makeAnew: (id: string | null) => void;
  /** Whether the entry at that path is ignored (Y15). */
  readonly isIgnored: (path: ReplicaPath, type: "file" | "folder") => boolean;
  /** Whether the node that is, or would be, at that path is left out, by ignore rules or by choice (Y15, Y16). */
  readonly isExcluded: (path: ReplicaPath, type: "file" | "folder", id: string) => boolean;
  readonly onConflict: (conflict: Omit<Conflict, "at" | "device">) => void;
  /** Has paths looked at again; resolves when that was done. */
  readonly observe: (paths: readonly ReplicaPath[]) => Promise<void>;
  /** Has the newest changes pulled; resolves when that was done, or did not go. */
  readonly pulled: () => Promise<void>;
}

/** The trees are no longer what the step was planned by: it is dropped, the next plan knows better. */
export class Outdated extends Error {
  override readonly name = "Outdated";
}

/** The history of a realm is no longer the one that steps were planned by (Y20). */
export class HistoryReplaced extends Error {
  override readonly name = "HistoryReplaced";
  readonly epoch: string | undefined;
  readonly realm: Realm;

  constructor(epoch: string | undefined, realm: Realm, options?: ErrorOptions) {
    super("the server's history was replaced", options);
    this.epoch = epoch;
    this.realm = realm;
  }
}

/** Whether the trees are of another history than that; pulls first where they are not yet. */
export async function isOtherHistory(
  { trees, pull, pulled }: ExecuteContext,
  epoch: string | undefined,
  realm: Realm,
): Promise<boolean> {
  if (pull.expired(epoch, realm)) await pulled();
  return epochOf(trees, realm) !== epoch;
}

/** What is at these paths is not what the trees say: they are looked at again before the node is planned anew. */
export class Surprised extends Error {
  override readonly name = "Surprised";
  readonly paths: readonly ReplicaPath[];

  constructor(message: string, paths: readonly ReplicaPath[], options?: ErrorOptions) {
    super(message, options);
    this.paths = paths;
  }
}

export function requireEntry(context: ExecuteContext, id: string): Entry {
  const entry = context.trees.get(id);
  if (!entry) throw new Outdated(`${id} is not known any more`);
  return entry;
}

/** The entry's local state, with where it is. */
export function requireLocal(context: ExecuteContext, id: string): { entry: Entry; local: LocalState; path: string } {
  const entry = requireEntry(context, id);
  const path = localPath(context.trees, id);
  if (!entry.local || path === null) throw new Outdated(`${id} is not here`);
  return { entry, local: entry.local, path };
}

/** Where an entry of that name in that folder is, or would be. */
export function pathIn(context: ExecuteContext, place: Place): ReplicaPath {
  const folder = localPath(context.trees, place.parent);
  if (folder === null) throw new Outdated("the folder is not here");
  return folder === "" ? place.name : `${folder}/${place.name}`;
}

/**
 * Records what both sides agree on, and what content that version had (Y20). Not where only the place is new: other bytes may
 * count as agreed on, of an edit that was kept beside until that version comes over it.
 */
export function agree(
  { trees, store }: Pick<ExecuteContext, "trees" | "store">,
  id: string,
  synced: SyncedState,
): void {
  const before = trees.get(id)?.synced;
  trees.setSynced(id, synced);
  const isNew = before?.version !== synced.version || before.content !== synced.content;
  if (synced.content !== null && isNew) store.rememberVersion(id, synced.version, synced.content);
}

/** The code of a file system's error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return error.code;
}
