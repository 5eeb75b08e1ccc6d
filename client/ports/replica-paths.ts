import { lstatSync } from "node:fs";
import { join } from "node:path";
import { nameKey } from "../../core/names.ts";
import { fileError } from "./file-error.ts";
import { nameProblem } from "./node-file-system.ts";
import type { ReplicaPath } from "./replica-files.ts";

/** The folder in a replica's root that holds what is Ledge's own. */
export const OWN_FOLDER = ".ledge";

export const STAGE_PATH = `${OWN_FOLDER}/stage`;

/** Where a replica's own things lie on disk. */
export interface OwnPlaces {
  readonly own: string;
  readonly partial: string;
  readonly trash: string;
  readonly stage: string;
}

export function ownPlaces(root: string): OwnPlaces {
  const own = join(root, OWN_FOLDER);
  return { own, partial: join(own, "partial"), trash: join(own, "trash"), stage: join(own, "stage") };
}

/**
 * The host's path for a replica path that may be looked at. Refuses what would leave the root (`EINVAL`), also by way of
 * a symlink that was put in a folder's place (`ENOTDIR`): every folder above is looked at, each time, because a cached
 * answer would be the hole.
 */
export function hostPath(root: string, path: ReplicaPath): string {
  if (path === "") return root;
  const names = path.split("/");
  for (const name of names) {
    const problem = nameProblem(name, process.platform);
    if (problem) throw fileError("EINVAL", `a name ${problem}`, path);
  }
  if (isOwn(names[0]) && !(path === STAGE_PATH || path.startsWith(`${STAGE_PATH}/`)))
    throw fileError("EINVAL", "is Ledge's own", path);
  let current = root;
  for (const name of names.slice(0, -1)) {
    current = join(current, name);
    const stats = lstatSync(current, { throwIfNoEntry: false });
    if (!stats) throw fileError("ENOENT", "no such folder", path);
    if (!stats.isDirectory()) throw fileError("ENOTDIR", "what is above is no folder", path);
  }
  return join(current, names.at(-1) ?? "");
}

/** As `hostPath`, for what may be made, moved or removed: neither the root nor the stage itself. */
export function changeablePath(root: string, path: ReplicaPath): string {
  if (path === "" || path === STAGE_PATH) throw fileError("EINVAL", "cannot be changed", path);
  return hostPath(root, path);
}

/** Whether a name in the root is that of Ledge's own folder, on a case-insensitive system too. */
export function isOwn(name: string | null | undefined): boolean {
  return typeof name === "string" && nameKey(name) === OWN_FOLDER;
}
