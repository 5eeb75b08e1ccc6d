import { lstatSync } from "node:fs";
import { replicaHolder } from "../../client/ports/replica-lock.ts";
import { readMeta, readTrees } from "../../client/ports/sqlite-tree-store.ts";
import type { TreeStore } from "../../client/ports/tree-store.ts";
import { excludedFolders } from "../../client/sync/scope.ts";
import type { SyncStatus } from "../../client/sync/status.ts";
import { stepPath } from "../../client/sync/step-path.ts";
import { Trees } from "../../client/sync/trees.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../exit-codes.ts";
import { readLink, type Link } from "./link.ts";
import { statePath } from "./linked-folder.ts";
import { findFolder, isReplica } from "./local-folder.ts";
import { registeredReplicas, type Registered } from "./registry.ts";

/** What is known of a folder that is in sync, from beside the process that syncs it. */
export interface ReplicaReport {
  readonly root: string;
  readonly url: string;
  readonly remote: string;
  /** Null where the folder has no `.ledge` any more: a disk that is not mounted, most likely. */
  readonly device: Link["device"] | null;
  readonly isLost: boolean;
  readonly running: boolean;
  readonly pid: number | null;
  /** The last that a process wrote down; null where none did. */
  readonly status: SyncStatus | null;
  /** Folders that are left out on this device, by path. */
  readonly excluded: readonly string[];
}

/** The folder that is named, or all that were linked on this machine. */
export async function chosenReplicas(
  context: CliContext,
  folder: string | undefined,
): Promise<Pick<Registered, "root" | "url" | "remote">[]> {
  const known = await registeredReplicas(context.env);
  if (folder === undefined) return known;
  const { root, isLinked } = await findFolder(folder);
  const registered = known.find((each) => each.root === root);
  if (registered) return [registered];
  const link = isLinked ? readLink(readMeta(statePath(root)) ?? []) : null;
  if (!link) throw new UsageError(`${root} is not in sync: "ledge sync ${root}" begins it`);
  return [{ root, url: link.url, remote: link.remote }];
}

export function reportOf({ root, url, remote }: Pick<Registered, "root" | "url" | "remote">): ReplicaReport {
  const known = { root, url, remote, device: null, running: false, pid: null, status: null, excluded: [] };
  if (!isReplica(root)) return { ...known, isLost: true };
  const meta = [...(readMeta(statePath(root)) ?? [])];
  const link = readLink(meta);
  const holder = replicaHolder(root);
  const kept = meta.find(([key]) => key === "status")?.[1];
  return {
    ...known,
    device: link?.device ?? null,
    isLost: false,
    running: holder !== null,
    pid: holder?.pid ?? null,
    status: kept === undefined ? null : (JSON.parse(kept) as SyncStatus),
    excluded: meta.some(([key, value]) => key === "excluded" && value !== "[]") ? excludedPaths(root) : [],
  };
}

function excludedPaths(root: string): string[] {
  const trees = treesOf(root);
  return excludedFolders(trees).map((id) => stepPath(trees, id));
}

/** The trees as the state has them; they cannot be changed. */
export function treesOf(root: string): Trees {
  const kept = readTrees(statePath(root)) ?? { entries: [], meta: [] };
  const refuse = (): never => {
    throw new Error("these trees are only looked at");
  };
  const store: TreeStore = {
    load: () => kept,
    save: refuse,
    rememberChunks: refuse,
    recallChunks: refuse,
    rememberVersion: refuse,
    recallVersion: refuse,
    close: () => undefined,
  };
  return new Trees(store);
}

export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
