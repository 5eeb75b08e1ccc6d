import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { isCode } from "../../client/ports/file-error.ts";
import { ownPlaces } from "../../client/ports/replica-paths.ts";
import { UsageError } from "../exit-codes.ts";
import { registeredReplicas } from "./registry.ts";

/** A folder on this machine that is, or is to be, in sync. */
export interface LocalFolder {
  /** Absolute, without symlinks on the way. */
  readonly root: string;
  readonly exists: boolean;
  readonly isLinked: boolean;
}

export async function findFolder(text: string): Promise<LocalFolder> {
  const root = await wholePath(resolve(text));
  return { root, exists: existsSync(root), isLinked: isReplica(root) };
}

/**
 * Makes sure that the folder may be synced. One that was linked and has lost its `.ledge` is most likely a disk that is
 * not mounted: `isMeant` says that it is not (Y14).
 */
export async function requireSyncable(env: NodeJS.ProcessEnv, folder: LocalFolder, isMeant: boolean): Promise<void> {
  const { root } = folder;
  const known = await registeredReplicas(env);
  if (!folder.isLinked && !isMeant && known.some((each) => each.root === root)) {
    throw new UsageError(
      `${root} was in sync before and has no .ledge any more: is a disk not mounted? ` +
        "Nothing was done. --relink links it anew",
    );
  }
  for (let above = dirname(root); above !== dirname(above); above = dirname(above))
    if (isReplica(above)) throw nested(root, `lies in ${above}`);
  const below = known.find((each) => each.root.startsWith(root + sep) && isReplica(each.root));
  if (below) throw nested(root, `holds ${below.root}`);
}

export async function makeFolder({ root }: LocalFolder): Promise<void> {
  await mkdir(root, { recursive: true });
}

function nested(root: string, how: string): UsageError {
  return new UsageError(`${root} ${how}, which is in sync by itself: what is in both would be sent around in circles`);
}

export function isReplica(root: string): boolean {
  return existsSync(join(ownPlaces(root).own, "replica.json"));
}

/** The path without symlinks, also where the end of it is not there. */
async function wholePath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isCode(error, "ENOENT") || dirname(path) === path) throw error;
    return join(await wholePath(dirname(path)), basename(path));
  }
}
